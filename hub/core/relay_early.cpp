// The relay's part in what is asked about a document before it comes: the first question to a receiver stands for the
// document there, and bears what is asked and answered, until that comes.

#include "hub/core/relay.hpp"

#include <algorithm>

namespace hub {

Result<std::vector<EnvelopeSeq>> Relay::early_questions(const AgencyCode& sender, const AnsweredName& name) const {
    auto found = view_.early_questions(sender, name);
    if (found) {
        const auto more = uncommitted_.early_questions(sender, name);
        found->insert(found->end(), more.begin(), more.end());
    }
    return found;
}

Result<Relay::Deliveries> Relay::early_bearers(const Receiver& receiver, const Inquiry& inquiry) const {
    for (const std::string& issuer : inquiry.issuers) {
        const auto questions = early_questions(inquiry.sender, inquiry.reference.name(issuer));
        if (!questions)
            return questions.error();
        for (const EnvelopeSeq question : *questions) {
            auto found = deliveries(question, receiver.inbox);
            if (found)
                found = of_receiver(std::move(*found), receiver);
            if (!found)
                return found;
            std::erase_if(*found, [](const DeliveryRecord& each) { return each.change.state == ChangeState::none; });
            if (!found->empty())
                return found;
        }
    }
    return Deliveries{};
}

Result<void> Relay::meet(const EnvelopeRecord& document, Instant now, Step& step) {
    const DocumentReference reference = reference_to(*document.header->document);
    const auto issuers = issuers_of(is_axis(document.sender) ? document.header->document->issuer : "", document.sender);
    if (!issuers)
        return issuers.error();
    std::vector<EnvelopeSeq> questions;
    for (const std::string& issuer : *issuers) {
        const auto found = early_questions(document.sender, reference.name(issuer));
        if (!found)
            return found.error();
        for (const EnvelopeSeq each : *found)
            if (std::ranges::find(questions, each) == questions.end())
                questions.push_back(each);
    }
    const auto is_early = [&](EnvelopeSeq seq) {
        return seq == EnvelopeSeq{} || std::ranges::find(questions, seq) != questions.end();
    };
    for (const EnvelopeSeq question : questions)
        for (const Receiver& receiver : document.receivers) {
            auto asked = deliveries(question, receiver.inbox);
            if (asked)
                asked = of_receiver(std::move(*asked), receiver);
            if (!asked)
                return asked.error();
            if (asked->empty())
                continue;
            auto its = deliveries(document.seq, receiver.inbox);
            if (its)
                its = of_receiver(std::move(*its), receiver);
            if (!its)
                return its.error();
            if (its->empty())
                continue;
            if (is_early(asked->front().changes)) {
                step.writes.met.push_back({question, document.seq});
                uncommitted_.add(step.writes.met.back());
            }
            hand_over(asked->front(), its->front(), now, step);
        }
    return {};
}

void Relay::hand_over(DeliveryRecord& question, DeliveryRecord& document, Instant now, Step& step) {
    const Change asked = question.change;
    // What a replacement bears may also be what is asked of it itself.
    const bool is_its_own = question.business != Business::replace || question.asking.by == question.envelope;
    if (asked.state == ChangeState::none || !is_its_own)
        return;
    Entry entry = entry_of(EntryKind::station, document.envelope);
    entry.field = question.id.text();
    record(document, event_of_asking(asked.kind), entry, now, step, question.asking.by);
    if (asked.state == ChangeState::agreed)
        record(document, ReceiptEvent::status_15, entry, now, step);
    if (asked.state == ChangeState::declined)
        record(document, ReceiptEvent::status_16, entry, now, step);
    StationChange given{question.seq, question.station, now, question.carriage, Change{}};
    given.asking = Asking{};
    write(std::move(given), step);
}

}  // namespace hub
