// The part of the ledger in memory that is about operations.

#include "hub/ledger/memory_ledger.hpp"

#include <algorithm>

namespace hub::ledger {

void MemoryLedger::commit_operations(const Batch& batch) {
    for (const StationChange& change : batch.stations) {
        if (!change.turn)
            continue;
        Delivery& moved = deliveries_.at(number(change.delivery) - 1);
        moved.attempt = change.turn->attempt;
        moved.turned_by = change.turn->by;
        if (change.turn->cause)
            moved.cause = fingerprint_of(*change.turn->cause);
    }
    for (const Operation& operation : batch.operations)
        operations_.insert_or_assign(operation.seq, operation);
    for (const QueueControl& queue : batch.queues)
        queue.is_plain() ? void(queues_.erase(queue.agency)) : void(queues_.insert_or_assign(queue.agency, queue));
}

bool MemoryLedger::is_meant(const Delivery& delivery, const Selection& selection, const Horizon& seen) const {
    const EnvelopeRecord& e = envelope(delivery.envelope);
    if (delivery.turned_by > seen.entry || !e.frame)
        return false;
    const bool is_whose = (!selection.sender || *selection.sender == e.sender)
                          && (!selection.receiver || *selection.receiver == delivery.receiver.inbox
                              || (*selection.receiver == delivery.receiver.code
                                  && selection.standing != Standing::waiting));
    const bool is_when = (!selection.since || e.accepted_at >= *selection.since)
                         && (!selection.until || e.accepted_at < *selection.until);
    const bool had_failed = delivery.carriage != Carriage::parked;
    const bool is_why = selection.cause.empty()
                        || (had_failed ? selection.cause == delivery.cause : selection.cause == no_cause);
    const bool is_it = !selection.envelope || selection.envelope == e.id;
    const auto& name = e.header->document;
    const bool is_named = selection.number.empty()
                          || (name && (name->number == selection.number
                                       || full_number(name->number, name->notation) == selection.number));
    return is_whose && is_when && is_why && is_it && is_named;
}

SelectedPage MemoryLedger::selected(const Selection& selection, const Horizon& seen, DeliverySeq after_seq,
                                    std::size_t count) const {
    SelectedPage page;
    page.through = after_seq;
    const std::uint64_t last = std::min<std::uint64_t>(number(seen.delivery), deliveries_.size());
    std::size_t looked_at = 0;
    for (auto seq = number(after_seq) + 1; seq <= last; ++seq) {
        const Delivery& d = delivery(DeliverySeq{seq});
        if (standing_of(d.carriage) != selection.standing)
            continue;
        if (looked_at == count)
            return page;
        ++looked_at;
        page.through = DeliverySeq{seq};
        if (!is_meant(d, selection, seen))
            continue;
        const EnvelopeRecord& e = envelope(d.envelope);
        page.deliveries.push_back({page.through, e.seq, d.receiver.inbox, e.header->kind, e.header->urgency,
                                   static_cast<std::uint32_t>(e.frame->size())});
    }
    page.is_last = true;
    return page;
}

}  // namespace hub::ledger
