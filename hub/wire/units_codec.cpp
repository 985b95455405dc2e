#include "hub/wire/units_codec.hpp"

#include "hub/core/limits.hpp"

#include "hub/v1/envelope.pb.h"

#include <google/protobuf/io/coded_stream.h>

namespace hub::wire {
namespace {

namespace pb = lgsp::hub::v1;

Fault invalid(std::string field, std::string_view text) {
    return {Errc::field_invalid, std::move(field), std::string{text.substr(0, limits::fault_text_bytes_max)}};
}

/// Empty is nullopt.
Result<std::optional<AgencyCode>> optional_code(const std::string& text, const std::string& field) {
    if (text.empty())
        return std::optional<AgencyCode>{};
    auto code = AgencyCode::parse(text);
    if (!code)
        return invalid(field, text);
    return std::optional{std::move(*code)};
}

}  // namespace

Result<UnitsPage> decode_units(BytesView part) {
    pb::UnitsPage message;
    google::protobuf::io::CodedInputStream in{reinterpret_cast<const std::uint8_t*>(part.data()),
                                              static_cast<int>(part.size())};
    in.SetRecursionLimit(limits::protobuf_depth_max);
    if (!message.ParseFromCodedStream(&in) || !in.ConsumedEntireMessage())
        return Fault{Errc::envelope_malformed, "units", {}};
    const auto pass = EnvelopeId::from_bytes(message.pass_id());
    if (!pass)
        return invalid("units.pass_id", {});
    UnitsPage page{.pass = *pass,
                   .number = message.number(),
                   .is_last = message.is_last(),
                   .is_full = message.is_full(),
                   .units = {}};
    page.units.reserve(static_cast<std::size_t>(message.units_size()));
    for (pb::Unit& unit : *message.mutable_units()) {
        const std::string field = "units.units[" + std::to_string(page.units.size()) + "]";
        auto code = AgencyCode::parse(unit.code());
        if (!code)
            return invalid(field + ".code", unit.code());
        auto old_code = optional_code(unit.old_code(), field + ".old_code");
        if (!old_code)
            return old_code.error();
        auto parent = optional_code(unit.parent(), field + ".parent");
        if (!parent)
            return parent.error();
        page.units.push_back({std::move(*code), std::move(*old_code), std::move(*unit.mutable_name()),
                              std::move(*parent), unit.is_closed(), unit.version(),
                              std::move(*unit.mutable_modified_at())});
    }
    if (auto checked = check(page); !checked)
        return checked.error();
    return page;
}

Bytes encode_units(const UnitsPage& page) {
    pb::UnitsPage message;
    message.set_pass_id(Bytes{page.pass.bytes()});
    message.set_number(page.number);
    message.set_is_last(page.is_last);
    message.set_is_full(page.is_full);
    for (const Unit& unit : page.units) {
        pb::Unit& out = *message.add_units();
        out.set_code(unit.code.text());
        if (unit.old_code)
            out.set_old_code(unit.old_code->text());
        out.set_name(unit.name);
        if (unit.parent)
            out.set_parent(unit.parent->text());
        out.set_is_closed(unit.is_closed);
        out.set_version(unit.version);
        out.set_modified_at(unit.modified_at);
    }
    return message.SerializeAsString();
}

}  // namespace hub::wire
