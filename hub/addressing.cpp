#include "hub/addressing.hpp"

#include "hub/wire/envelope_codec.hpp"

#include <algorithm>

namespace hub {

using wire::AddressRule;
using wire::NamedReceiver;

const EnvelopeHeader* Addressing::header_of(const PublishEnvelope& effect) {
    if (!seen_.header || seen_.envelope != effect.envelope) {
        const auto envelope = wire::decode_envelope(*effect.frame);
        seen_ = {effect.envelope, envelope ? envelope->header : nullptr};
    }
    return seen_.header.get();
}

AddressRule Addressing::rule_of(const AgencyCode& written, const AgencyCode& inbox) const {
    if (written == inbox)
        return AddressRule::own_code;
    const Agency* const agency = directory_->find(inbox);
    if (!agency)
        return AddressRule::served;
    if (std::ranges::find(agency->aliases, written, &Alias::code) != agency->aliases.end())
        return AddressRule::alias;
    return agency->is_axis ? AddressRule::axis : AddressRule::served;
}

std::optional<std::size_t> Addressing::found_in(const std::vector<DeliveryRecord>& deliveries,
                                                const AgencyCode& written, const AgencyCode& inbox, Instant at) const {
    const auto place_of = [&](const AgencyCode& code) -> std::optional<std::size_t> {
        const auto its = std::ranges::find(deliveries, code, &DeliveryRecord::receiver);
        if (its == deliveries.end())
            return std::nullopt;
        return static_cast<std::size_t>(its - deliveries.begin());
    };
    if (const auto place = place_of(written))
        return place;
    if (const Agency* const agency = directory_->named(written, at))
        return agency->code == inbox ? place_of(inbox) : std::nullopt;
    const Agency* const inbox_agency = directory_->find(inbox);
    if (!inbox_agency || !inbox_agency->is_axis)
        return std::nullopt;
    const auto unit = view_->unit(written);
    return unit && *unit ? place_of((*unit)->code) : std::nullopt;
}

std::string Addressing::receivers_of(const PublishEnvelope& effect) {
    directory_ = current_.get();
    const EnvelopeHeader* const header = header_of(effect);
    if (!header)
        return {};
    const auto& written = header->receivers;
    if (written.size() == 1) {
        const NamedReceiver only{rule_of(written.front(), effect.inbox), {0}, written.front()};
        return wire::encode_named_receivers({&only, 1});
    }
    const auto deliveries = view_->deliveries(effect.envelope, effect.inbox);
    if (!deliveries)
        return {};
    std::vector<NamedReceiver> named;
    for (const DeliveryRecord& each : *deliveries)
        named.push_back({rule_of(each.receiver, effect.inbox), {}, each.receiver});
    for (std::size_t i = 0; i < written.size(); ++i)
        if (const auto its = found_in(*deliveries, written[i], effect.inbox, header->created_at))
            named[*its].places.push_back(i);
    for (NamedReceiver& each : named)
        if (!each.places.empty())
            each.rule = rule_of(written[each.places.front()], effect.inbox);
    return wire::encode_named_receivers(named);
}

}  // namespace hub
