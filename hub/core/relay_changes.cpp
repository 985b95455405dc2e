// The relay's part in recalls, updates and replacements. What moves when is the table of Change in receipt.hpp; what is
// asked about a document before it comes is in relay_early.cpp.

#include "hub/core/fold.hpp"
#include "hub/core/relay.hpp"
#include "hub/core/routing.hpp"

#include <algorithm>

namespace hub {

Result<std::optional<Relay::Inquiry>> Relay::check_change(const EnvelopeHeader& header, const AgencyCode& sender,
                                                          const std::vector<Receiver>& receivers, Instant now) const {
    std::optional<Inquiry> asked;
    DocumentReference reference = reference_of(header);
    const Business kind = business_of(header);
    const bool is_status = header.kind == Kind::status;
    if (kind == Business::fresh || (!is_status && reference.is_empty()))
        return asked;
    auto issuers = issuers_of(is_axis(sender) ? header.document ? header.document->issuer : header.sender.text() : "", sender);
    if (!issuers)
        return issuers.error();
    asked = Inquiry{sender, std::move(*issuers), std::move(reference)};
    if (auto found = find_document(*asked, header, receivers.front().inbox, now); !found)
        return found.error();
    // A status 13 is carried whatever stands: it moves nothing then.
    if (is_status || asked->document == EnvelopeSeq{})
        return asked;
    for (const Receiver& receiver : receivers) {
        const auto bearing = bearers(receiver, *asked);
        if (!bearing)
            return bearing.error();
        for (const DeliveryRecord& delivery : *bearing) {
            // Whether an early one's document ever comes nobody knows, and its receivers may never answer: it may be asked
            // for again, which moves nothing.
            if (!asked->is_early && is_in_the_way(delivery.change, kind))
                return Fault{Errc::change_pending, "business.refers_to", delivery.receiver.text()};
            if (is_final(delivery.change))
                return Fault{Errc::document_recalled, "business.refers_to", delivery.receiver.text()};
        }
    }
    return asked;
}

/// The axis participant stands for all senders outside the province, and each of them for both of its codes.
Result<std::vector<std::string>> Relay::issuers_of(std::string_view issuer, const AgencyCode& sender) const {
    std::vector<std::string> issuers{std::string{issuer}};
    if (!is_axis(sender))
        return issuers;
    if (const auto code = AgencyCode::parse(issuer)) {
        const auto codes = all_codes_of(*code, sender);
        if (!codes)
            return codes.error();
        for (const AgencyCode& each : *codes)
            if (each.text() != issuers.front())
                issuers.push_back(each.text());
    }
    return issuers;
}

Result<void> Relay::find_document(Inquiry& inquiry, const EnvelopeHeader& header, const AgencyCode& inbox,
                                  Instant now) const {
    auto found = document_by_envelope(header, inquiry.sender, inbox);
    if (found && !*found)
        found = own_document(inquiry, now);
    if (!found)
        return found.error();
    if (*found) {
        inquiry.document = **found;
        return {};
    }
    const auto is_foreign = is_of_another(inquiry, now);
    if (!is_foreign)
        return is_foreign.error();
    if (*is_foreign) {
        const bool is_status = header.kind == Kind::status;
        const DocumentReference& named = inquiry.reference;
        return Fault{Errc::document_of_another, is_status ? "status.answers_document_id" : "business.refers_to",
                     named.document_id.empty() ? named.full_number : named.document_id};
    }
    inquiry.is_early = !inquiry.reference.is_empty();
    for (const std::string& issuer : inquiry.issuers) {
        const auto earlier = early_questions(inquiry.sender, inquiry.reference.name(issuer));
        if (!earlier)
            return earlier.error();
        if (!earlier->empty()) {
            inquiry.document = earlier->front();
            break;
        }
    }
    return {};
}

/// Of those outside the province only the names tell whose envelope that is.
Result<std::optional<EnvelopeSeq>> Relay::document_by_envelope(const EnvelopeHeader& header, const AgencyCode& sender,
                                                               const AgencyCode& inbox) const {
    std::optional<EnvelopeSeq> none;
    if (!header.status || !header.status->answers_envelope || is_axis(sender))
        return none;
    auto found = deliveries(sender, *header.status->answers_envelope, inbox);
    for (int steps = 0; found && !found->empty() && steps < 2; ++steps) {
        const DeliveryRecord& first = found->front();
        if (first.business == Business::fresh || first.business == Business::replace)
            return std::optional{first.envelope};
        if (first.changes == EnvelopeSeq{})
            break;
        found = deliveries(first.changes, inbox);
    }
    return found ? Result<std::optional<EnvelopeSeq>>{none} : found.error();
}

Result<std::optional<EnvelopeSeq>> Relay::own_document(const Inquiry& inquiry, Instant now) const {
    for (const std::string& issuer : inquiry.issuers)
        if (auto found = document(inquiry.sender, inquiry.reference.name(issuer)); !found || *found)
            return found;
    // The triple names its issuer: by a code that is the sender's, or as the document has it.
    const std::string& named = inquiry.reference.issuer;
    const auto code = AgencyCode::parse(named);
    const bool is_by_axis = is_axis(inquiry.sender);
    const Agency* owner = code && !is_by_axis ? resolution_of(*directory_, *code, now).agency : nullptr;
    const bool is_own = named.empty() || (owner && owner->code == inquiry.sender);
    for (const std::string& issuer : inquiry.issuers) {
        if (is_by_axis && !named.empty() && std::ranges::find(inquiry.issuers, named) == inquiry.issuers.end())
            continue;
        const std::string_view of = is_by_axis ? std::string_view{issuer} : is_own ? std::string_view{} : std::string_view{named};
        if (auto found = numbered_document(inquiry.sender, inquiry.reference.name(of)); !found || *found)
            return found;
    }
    return std::optional<EnvelopeSeq>{};
}

Result<bool> Relay::is_of_another(const Inquiry& inquiry, Instant now) const {
    const auto others = document(std::nullopt, inquiry.reference.name({}));
    if (!others)
        return others.error();
    const auto code = AgencyCode::parse(inquiry.reference.issuer);
    const Agency* owner = code ? resolution_of(*directory_, *code, now).agency : nullptr;
    if (*others || !owner || (owner->code == inquiry.sender && !owner->is_axis))
        return others->has_value();
    const auto issuers = issuers_of(owner->is_axis ? inquiry.reference.issuer : std::string{}, owner->code);
    if (!issuers)
        return issuers.error();
    for (const std::string& issuer : *issuers) {
        const auto found = numbered_document(owner->code, inquiry.reference.name(issuer));
        if (!found)
            return found.error();
        if (*found)
            return true;
    }
    return false;
}

Result<std::optional<EnvelopeSeq>> Relay::document(const std::optional<AgencyCode>& sender, const AnsweredName& name) const {
    if (name.document_id.empty())
        return std::optional<EnvelopeSeq>{};
    if (const auto found = uncommitted_.document(sender, name.document_id, name.issuer))
        return found;
    return view_.document(sender, name.document_id, name.issuer);
}

Result<std::optional<EnvelopeSeq>> Relay::numbered_document(const AgencyCode& sender, const AnsweredName& name) const {
    if (const auto found = uncommitted_.numbered_document(sender, name))
        return found;
    return view_.numbered_document(sender, name);
}

Result<Relay::Deliveries> Relay::first_update(EnvelopeSeq document, const AgencyCode& inbox) const {
    auto found = up_to_date(view_.first_update(document, inbox));
    return found && found->empty() ? Result<Deliveries>{uncommitted_.first_update(document, inbox)} : std::move(found);
}

Result<Relay::Deliveries> Relay::of_receiver(Deliveries found, const Receiver& receiver) const {
    const auto codes = all_codes_of(receiver.code, receiver.inbox);
    if (!codes)
        return codes.error();
    for (const AgencyCode& code : *codes)
        if (const auto own = std::ranges::find(found, code, &DeliveryRecord::receiver); own != found.end())
            return Deliveries{*own};
    // An agency speaks for all of its units.
    if (receiver.code != receiver.inbox)
        std::erase_if(found, [&](const DeliveryRecord& each) { return each.receiver != receiver.inbox; });
    return found;
}

Result<Relay::Deliveries> Relay::bearers(const Receiver& receiver, const Inquiry& inquiry) const {
    if (inquiry.is_early)
        return early_bearers(receiver, inquiry);
    const auto its = [&](Result<Deliveries> found) {
        return found ? of_receiver(std::move(*found), receiver) : std::move(found);
    };
    auto found = its(deliveries(inquiry.document, receiver.inbox));
    for (const std::string& issuer : inquiry.issuers) {
        if (!found || !found->empty())
            return found;
        found = its(named_deliveries(inquiry.sender, receiver.inbox, inquiry.reference.name(issuer)));
        if (found)
            std::erase_if(*found, [](const DeliveryRecord& each) {
                return each.business == Business::recall || each.business == Business::update;
            });
    }
    if (found && found->empty())
        found = its(first_update(inquiry.document, receiver.inbox));
    if (!found || !found->empty())
        return found;
    // The one unit behind the inbox, by a code that nobody has told of it.
    found = deliveries(inquiry.document, receiver.inbox);
    return found ? reported_on(std::move(*found), receiver.code, receiver.inbox) : found;
}

Result<void> Relay::ask(const EnvelopeRecord& change, const Inquiry& inquiry, Instant now, Step& step) {
    if (inquiry.document == EnvelopeSeq{} && !inquiry.is_early)
        return {};
    const EnvelopeHeader& header = *change.header;
    const bool is_status = header.kind == Kind::status;
    Entry asking = entry_of(EntryKind::station, {});
    asking.field = header.id.text();
    asking.text = utf8_prefix(is_status ? header.status->description : header.business_reason, limits::fault_text_bytes_max);
    if (is_status)
        asking.code = utf8_prefix(header.status->code, limits::fault_text_bytes_max);
    const ReceiptEvent event = is_status ? ReceiptEvent::status_13 : event_of_asking(header.business);
    for (const Receiver& receiver : change.receivers) {
        // An update or a replacement can have new receivers: nothing is asked of them.
        auto bearing = bearers(receiver, inquiry);
        if (bearing && bearing->empty() && inquiry.is_early) {
            bearing = deliveries(change.seq, receiver.inbox);
            if (bearing)
                bearing = of_receiver(std::move(*bearing), receiver);
        }
        if (!bearing)
            return bearing.error();
        for (DeliveryRecord& delivery : *bearing) {
            if (delivery.envelope == change.seq && !inquiry.is_early)
                continue;
            asking.envelope = delivery.envelope;
            record(delivery, event, asking, now, step, change.seq);
        }
    }
    if (!inquiry.is_early)
        return {};
    for (const std::string& issuer : inquiry.issuers) {
        const DocumentReference& named = inquiry.reference;
        const bool has_number = !named.promulgated_on.empty();
        EarlyQuestion question{change.seq, change.sender, issuer, named.document_id, has_number ? named.full_number : "",
                               named.promulgated_on};
        uncommitted_.add(question);
        step.writes.early.push_back(std::move(question));
    }
    return {};
}

Result<std::optional<DeliveryRecord>> Relay::bearer_of(const DeliveryRecord& change, const AgencyCode& inbox) const {
    // What it asks of a document that has not come yet it bears itself.
    if (change.changes == EnvelopeSeq{} || change.asking.by == change.envelope)
        return std::optional{change};
    const auto inquiry = inquiry_of(change);
    if (!inquiry)
        return inquiry.error();
    const auto found = bearers({change.receiver, inbox}, *inquiry);
    if (!found)
        return found.error();
    return found->empty() ? std::nullopt : std::optional{found->front()};
}

Result<Relay::Inquiry> Relay::inquiry_of(const DeliveryRecord& change) const {
    Inquiry inquiry{change.sender, {}, {}, change.changes};
    const auto name = document_name(change.changes);
    if (!name)
        return name.error();
    // A question about a document that has not come yet has no packets beside its own.
    if (!*name)
        return inquiry;
    auto issuers = issuers_of(is_axis(change.sender) ? (*name)->issuer : "", change.sender);
    if (!issuers)
        return issuers.error();
    inquiry.issuers = std::move(*issuers);
    inquiry.reference = reference_to(**name);
    return inquiry;
}

Result<std::optional<DocumentName>> Relay::document_name(EnvelopeSeq document) const {
    if (const EnvelopeRecord* fresh = uncommitted_.find(document))
        return is_changeable(*fresh->header) ? fresh->header->document : std::nullopt;
    return view_.document_name(document);
}

Result<void> Relay::undo(const Deliveries& changes, const Acknowledgement::Item& why, const AgencyCode& inbox, Instant now,
                         Step& step) {
    for (const DeliveryRecord& change : changes) {
        if (change.business == Business::fresh)
            continue;
        auto bearer = bearer_of(change, inbox);
        if (!bearer)
            return bearer.error();
        if (!*bearer || (*bearer)->asking.by != change.envelope || (*bearer)->change.state != ChangeState::asked)
            continue;
        Entry entry = entry_of(EntryKind::station, (*bearer)->envelope);
        entry.field = change.id.text();
        entry.code = utf8_prefix(why.code, limits::fault_text_bytes_max);
        entry.text = utf8_prefix(why.detail, limits::fault_text_bytes_max);
        record(**bearer, ReceiptEvent::change_failed, std::move(entry), now, step);
    }
    return {};
}

Result<void> Relay::ask_again(const Deliveries& changes, const AgencyCode& inbox, Instant now, Step& step) {
    for (const DeliveryRecord& change : changes) {
        if (change.business == Business::fresh)
            continue;
        auto bearer = bearer_of(change, inbox);
        if (!bearer)
            return bearer.error();
        const ReceiptEvent event = event_of_asking(change.business);
        // What stands asked by it, or was answered, is not asked again by bringing it again. Who asked was not noted of what
        // is older than that note.
        const bool is_from_before = *bearer && (*bearer)->asking.by == EnvelopeSeq{} && (*bearer)->change.state != ChangeState::none;
        if (!*bearer || is_from_before || (*bearer)->asking.by == change.envelope || !next((*bearer)->change, event))
            continue;
        Entry entry = entry_of(EntryKind::station, (*bearer)->envelope);
        entry.field = change.id.text();
        record(**bearer, event, std::move(entry), now, step, change.envelope);
    }
    return {};
}

}  // namespace hub
