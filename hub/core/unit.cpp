#include "hub/core/unit.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"

#include <algorithm>

namespace hub {
namespace {

Fault invalid(std::string field, std::string text) { return {Errc::field_invalid, std::move(field), std::move(text)}; }

bool is_plain(std::string_view text) noexcept {
    return text.size() <= limits::unit_text_bytes_max && is_utf8(text)
           && std::ranges::none_of(text, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; });
}

}  // namespace

Result<AgencyCode> outside_code(const AgencyCode& written, const std::optional<Unit>& unit, const AxisRules& rules,
                                bool is_listed_whole) {
    if (!unit && rules.refuses_unknown && is_listed_whole)
        return Fault{Errc::receiver_unknown, {}, written.text()};
    if (unit && unit->is_closed && rules.refuses_closed)
        return Fault{Errc::receiver_closed, {}, unit->code.text() + " (" + unit->name + ")"};
    return unit ? unit->code : written;
}

bool brings_units(const EnvelopeHeader& header) noexcept {
    return header.kind == Kind::service && !header.refusal && header.parts.size() == 1
           && header.parts.front().media_type == units_media_type;
}

Result<void> check(const UnitsPage& page) {
    if (page.number == 0)
        return invalid("units.number", "0");
    if (page.units.size() > limits::units_page_max)
        return invalid("units.units", std::to_string(page.units.size()) + " of " + std::to_string(limits::units_page_max));
    for (std::size_t i = 0; i < page.units.size(); ++i) {
        const std::string field = "units.units[" + std::to_string(i) + "]";
        if (!is_plain(page.units[i].name))
            return invalid(field + ".name", page.units[i].code.text());
        if (!is_plain(page.units[i].modified_at))
            return invalid(field + ".modified_at", page.units[i].code.text());
        if (page.units[i].version < 0)
            return invalid(field + ".version", std::to_string(page.units[i].version));
    }
    return {};
}

Result<UnitPass> next(const UnitPass& pass, const UnitsPage& page, EnvelopeSeq envelope, Instant now) {
    UnitPass taken = pass;
    if (page.number == 1) {
        taken.id = page.pass;
        taken.is_full = page.is_full;
        taken.first = envelope;
    } else if (pass.id != page.pass || pass.is_over || pass.is_full != page.is_full || page.number != pass.pages + 1) {
        return invalid("units.number", std::to_string(page.number) + " of pass " + page.pass.text() + " after "
                                           + (pass.id ? std::to_string(pass.pages) + " of " + pass.id->text() : "none"));
    }
    taken.pages = page.number;
    taken.is_over = page.is_last;
    if (page.is_last) {
        taken.ended_at = now;
        taken.full_ended_at = page.is_full ? std::optional{now} : pass.full_ended_at;
    }
    return taken;
}

}  // namespace hub
