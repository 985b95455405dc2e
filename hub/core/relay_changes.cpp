// The relay's part in recalls, updates and replacements. What moves when is the table of Change in receipt.hpp.

#include "hub/core/fold.hpp"
#include "hub/core/relay.hpp"

#include <algorithm>

namespace hub {

Result<EnvelopeSeq> Relay::check_change(const EnvelopeHeader& header, const AgencyCode& sender,
                                        const std::vector<Receiver>& receivers) const {
    if (header.kind != Kind::document || header.business == Business::fresh || header.business_refers_to.empty())
        return EnvelopeSeq{};
    const auto issuers = issuers_of(header, sender);
    if (!issuers)
        return issuers.error();
    const auto document = [&](const std::optional<AgencyCode>& of,
                              std::string_view by) -> Result<std::optional<EnvelopeSeq>> {
        if (auto found = uncommitted_.document(of, header.business_refers_to, by))
            return found;
        return view_.document(of, header.business_refers_to, by);
    };
    Result<std::optional<EnvelopeSeq>> own = std::optional<EnvelopeSeq>{};
    for (const std::string& issuer : *issuers)
        if (own && !*own)
            own = document(sender, issuer);
    if (!own)
        return own.error();
    if (!*own) {
        const auto others = document(std::nullopt, {});
        if (!others)
            return others.error();
        if (*others)
            return Fault{Errc::document_of_another, "business.refers_to", header.business_refers_to};
        return EnvelopeSeq{};
    }
    for (const Receiver& receiver : receivers) {
        const auto asked = asked_of(receiver, sender, header, **own);
        if (!asked)
            return asked.error();
        for (const DeliveryRecord& delivery : *asked) {
            if (is_in_the_way(delivery.change, header.business))
                return Fault{Errc::change_pending, "business.refers_to", delivery.receiver.text()};
            if (is_final(delivery.change))
                return Fault{Errc::document_recalled, "business.refers_to", delivery.receiver.text()};
        }
    }
    return **own;
}

/// The axis participant stands for all senders outside the province, and each of them for both of its codes.
Result<std::vector<std::string>> Relay::issuers_of(const EnvelopeHeader& header, const AgencyCode& sender) const {
    if (!is_axis(sender))
        return std::vector<std::string>{{}};
    std::vector<std::string> issuers{header.document->issuer};
    if (const auto code = AgencyCode::parse(header.document->issuer)) {
        const auto codes = all_codes_of(*code, sender);
        if (!codes)
            return codes.error();
        for (const AgencyCode& each : *codes)
            if (each.text() != issuers.front())
                issuers.push_back(each.text());
    }
    return issuers;
}

Result<Relay::Deliveries> Relay::asked_of(const Receiver& receiver, const AgencyCode& sender,
                                          const EnvelopeHeader& change, EnvelopeSeq document) const {
    auto found = deliveries(document, receiver.inbox);
    if (found && found->empty()) {
        const std::string_view issuer = is_axis(sender) ? std::string_view{change.document->issuer} : std::string_view{};
        found = named_deliveries(sender, receiver.inbox, {change.business_refers_to, {}, {}, issuer});
    }
    if (!found)
        return found;
    auto its = reported_on(std::move(*found), receiver.code, receiver.inbox);
    if (!its)
        return its;
    std::erase_if(*its, [](const DeliveryRecord& delivery) {
        return delivery.business != Business::fresh && delivery.business != Business::replace;
    });
    return its;
}

Result<void> Relay::ask(const EnvelopeRecord& change, Instant now, Step& step) {
    for (const Receiver& receiver : change.receivers) {
        // An update or a replacement can have new receivers: nothing is asked of them.
        auto asked = asked_of(receiver, change.sender, *change.header, change.changes);
        if (!asked)
            return asked.error();
        for (DeliveryRecord& delivery : *asked) {
            if (delivery.envelope == change.seq)
                continue;
            Entry entry = entry_of(EntryKind::station, delivery.envelope);
            entry.field = change.header->id.text();
            entry.text = utf8_prefix(change.header->business_reason, limits::fault_text_bytes_max);
            record(delivery, event_of_asking(change.header->business), std::move(entry), now, step);
        }
    }
    return {};
}

}  // namespace hub
