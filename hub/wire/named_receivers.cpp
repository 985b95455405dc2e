#include "hub/wire/named_receivers.hpp"

#include "hub/core/limits.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace hub::wire {
namespace {

constexpr std::array<std::string_view, 4> rule_names{"code", "alias", "below", "axis"};
constexpr char between_rules = ' ', between_receivers = ',', same_receiver = '+', up_to = '-', by_code = '=';

// A header of AMQP goes into one frame, of 128 KiB at most.
constexpr std::size_t text_bytes_most = limits::receivers_max * (AgencyCode::size_max + 8);
static_assert(text_bytes_most < 100 * 1024);

Fault malformed() { return {Errc::envelope_malformed, std::string{receivers_header}, {}}; }

bool is_single(const NamedReceiver& receiver) { return receiver.places.size() == 1; }

void write_places(const std::vector<std::size_t>& places, std::string& out) {
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (i > 0)
            out += same_receiver;
        out += std::to_string(places[i]);
    }
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> pieces;
    for (;;) {
        const auto end = text.find(at);
        pieces.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return pieces;
        text.remove_prefix(end + 1);
    }
}

class Decoder {
public:
    explicit Decoder(const EnvelopeHeader& header) : written_{header.receivers} {}

    Result<std::vector<AddressedReceiver>> decode(std::string_view text) {
        for (const std::string_view group : split(text, between_rules)) {
            const auto colon = group.find(':');
            const auto rule = std::ranges::find(rule_names, group.substr(0, colon));
            if (colon == std::string_view::npos || rule == rule_names.end())
                return malformed();
            const auto its = static_cast<AddressRule>(rule - rule_names.begin());
            for (const std::string_view item : split(group.substr(colon + 1), between_receivers))
                if (!take(its, item))
                    return malformed();
        }
        return std::move(found_);
    }

private:
    bool take(AddressRule rule, std::string_view item) {
        if (item.starts_with(by_code)) {
            auto code = AgencyCode::parse(item.substr(1));
            return code && add(rule, {std::move(*code)});
        }
        if (const auto dash = item.find(up_to); dash != std::string_view::npos) {
            const auto first = place(item.substr(0, dash)), last = place(item.substr(dash + 1));
            if (!first || !last)
                return false;
            for (std::size_t i = *first; i <= *last; ++i)
                if (!add(rule, {written_[i]}))
                    return false;
            return true;
        }
        std::vector<AgencyCode> codes;
        for (const std::string_view each : split(item, same_receiver)) {
            const auto at = place(each);
            if (!at)
                return false;
            codes.push_back(written_[*at]);
        }
        return add(rule, std::move(codes));
    }
    bool add(AddressRule rule, std::vector<AgencyCode> codes) {
        found_.push_back({rule, std::move(codes)});
        return found_.size() <= limits::receivers_max;
    }
    std::optional<std::size_t> place(std::string_view text) const {
        std::size_t at = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), at);
        if (error != std::errc{} || end != text.data() + text.size() || at >= written_.size())
            return std::nullopt;
        return at;
    }

    const std::vector<AgencyCode>& written_;
    std::vector<AddressedReceiver> found_;
};

}  // namespace

std::string encode_named_receivers(std::span<const NamedReceiver> receivers) {
    std::string out;
    const AddressRule* rule = nullptr;
    for (std::size_t i = 0; i < receivers.size(); ++i) {
        const NamedReceiver& receiver = receivers[i];
        if (!rule || *rule != receiver.rule) {
            if (rule)
                out += between_rules;
            out.append(rule_names[static_cast<std::size_t>(receiver.rule)]).append(":");
        } else {
            out += between_receivers;
        }
        rule = &receiver.rule;
        if (receiver.places.empty()) {
            out.append(1, by_code).append(receiver.code.text());
            continue;
        }
        write_places(receiver.places, out);
        const std::size_t first = i;
        while (is_single(receivers[i]) && i + 1 < receivers.size() && is_single(receivers[i + 1])
               && receivers[i + 1].rule == receiver.rule
               && receivers[i + 1].places[0] == receivers[i].places[0] + 1)
            ++i;
        if (i > first)
            out.append(1, up_to).append(std::to_string(receivers[i].places[0]));
    }
    return out;
}

Result<std::vector<AddressedReceiver>> decode_named_receivers(std::string_view text, const EnvelopeHeader& header) {
    return Decoder{header}.decode(text);
}

}  // namespace hub::wire
