// The relay's part in recalls, updates and replacements. What moves when is the table of Change in receipt.hpp.

#include "hub/core/fold.hpp"
#include "hub/core/relay.hpp"

#include <algorithm>

namespace hub {

Result<EnvelopeSeq> Relay::check_change(const EnvelopeHeader& header, const AgencyCode& sender,
                                        const std::vector<Receiver>& receivers) const {
    if (header.kind != Kind::document || header.business == Business::fresh || header.business_refers_to.empty())
        return EnvelopeSeq{};
    const auto document = [&](const std::optional<AgencyCode>& of) -> Result<std::optional<NamedDocument>> {
        if (auto found = uncommitted_.document(of, header.business_refers_to))
            return found;
        return view_.document(of, header.business_refers_to);
    };
    constexpr std::string_view field = "business.refers_to";
    const auto own = document(sender);
    if (!own)
        return own.error();
    if (!*own) {
        const auto others = document(std::nullopt);
        if (!others)
            return others.error();
        if (*others)
            return Fault{Errc::document_of_another, std::string{field}, header.business_refers_to};
        return EnvelopeSeq{};
    }
    // The axis participant stands for all senders outside the province.
    const Agency* agency = directory_->find(sender);
    if (agency && agency->is_axis && header.document->issuer != (*own)->issuer)
        return Fault{Errc::document_of_another, std::string{field}, (*own)->issuer};
    for (const Receiver& receiver : receivers) {
        const auto asked = deliveries((*own)->envelope, receiver.inbox);
        if (!asked)
            return asked.error();
        const auto its = std::ranges::find(*asked, receiver.code, &DeliveryRecord::receiver);
        if (its == asked->end())
            continue;
        if (its->change.state == ChangeState::asked)
            return Fault{Errc::change_pending, std::string{field}, receiver.code.text()};
        if (is_final(its->change))
            return Fault{Errc::document_recalled, std::string{field}, receiver.code.text()};
    }
    return (*own)->envelope;
}

Result<void> Relay::ask(const EnvelopeRecord& change, Instant now, Step& step) {
    for (const Receiver& receiver : change.receivers) {
        auto asked = deliveries(change.changes, receiver.inbox);
        if (!asked)
            return asked.error();
        const auto its = std::ranges::find(*asked, receiver.code, &DeliveryRecord::receiver);
        // An update or a replacement can have new receivers.
        if (its == asked->end())
            continue;
        Entry entry = entry_of(EntryKind::station, change.changes);
        entry.field = change.header->id.text();
        entry.text = utf8_prefix(change.header->business_reason, limits::fault_text_bytes_max);
        record(*its, event_of_asking(change.header->business), std::move(entry), now, step);
    }
    return {};
}

}  // namespace hub
