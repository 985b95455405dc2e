// The relay's part in what is reported of deliveries: by the broker's confirms, by acknowledgements and by statuses.

#include "hub/core/axis_doc_id.hpp"
#include "hub/core/fold.hpp"
#include "hub/core/relay.hpp"
#include "hub/core/routing.hpp"

#include <algorithm>

namespace hub {
namespace {

std::string cut(std::string_view text) { return utf8_prefix(text, limits::fault_text_bytes_max); }

}  // namespace

Result<Relay::Deliveries> Relay::reported_on(Deliveries deliveries, const AgencyCode& reporter,
                                             const AgencyCode& inbox) const {
    const auto codes = all_codes_of(reporter, inbox);
    if (!codes)
        return codes.error();
    for (const AgencyCode& code : *codes)
        if (const auto own = std::ranges::find(deliveries, code, &DeliveryRecord::receiver); own != deliveries.end())
            return Deliveries{*own};
    if (reporter == inbox || deliveries.size() == 1)
        return deliveries;
    return Deliveries{};
}

Result<Relay::Deliveries> Relay::deliveries(const AgencyCode& sender, const EnvelopeId& id,
                                            const AgencyCode& inbox) const {
    if (const EnvelopeRecord* envelope = uncommitted_.find(sender, id))
        return uncommitted_.deliveries(*envelope, inbox);
    const auto envelope = view_.known(sender, id);
    if (!envelope)
        return envelope.error();
    return *envelope ? deliveries((*envelope)->seq, inbox) : Deliveries{};
}

Result<Relay::Deliveries> Relay::deliveries(EnvelopeSeq seq, const AgencyCode& inbox) const {
    if (const EnvelopeRecord* envelope = uncommitted_.find(seq))
        return uncommitted_.deliveries(*envelope, inbox);
    return up_to_date(view_.deliveries(seq, inbox));
}

Result<Relay::Deliveries> Relay::named_deliveries(const AgencyCode& sender, const AgencyCode& inbox,
                                                  const AnsweredName& name) const {
    if (auto found = uncommitted_.named_deliveries(sender, inbox, name); !found.empty())
        return found;
    return up_to_date(view_.named_deliveries(sender, inbox, name));
}

Result<Relay::Deliveries> Relay::up_to_date(Result<Deliveries> found) const {
    if (found)
        for (DeliveryRecord& delivery : *found)
            uncommitted_.update(delivery);
    return found;
}

bool Relay::is_axis(const AgencyCode& agency) const noexcept {
    const Agency* found = directory_->find(agency);
    return found && found->is_axis;
}

Result<Relay::Answered> Relay::answered(const EnvelopeHeader& header, const AgencyCode& sender, const AgencyCode& inbox,
                                        std::string_view issuer) const {
    const StatusReport& status = *header.status;
    if (status.answers_envelope) {
        auto found = deliveries(sender, *status.answers_envelope, inbox);
        if (!found)
            return found.error();
        if (!found->empty())
            return Answered{std::move(*found), true};
    }
    const DocumentReference reference = reference_of(header);
    auto named = named_deliveries(sender, inbox, reference.name(issuer));
    if (!named)
        return named.error();
    return Answered{std::move(*named)};
}

Result<void> Relay::apply(const StatusReport& status, const EnvelopeHeader& header, const AgencyCode& reporter,
                          const Receiver& addressee, Instant now, Step& step) {
    const ReceiptEvent event = status_event(status.code);
    const AgencyCode& sender = addressee.inbox;
    const auto by = receiver_of(header.sender, now);
    if (!by)
        return by.error();
    const Receiver receiver{*by, reporter};
    const std::string_view issuer = is_axis(sender) ? std::string_view{status.answers_issuer} : std::string_view{};
    auto found = answered(header, sender, reporter, issuer);
    // An answer may name the issuer by another of its codes.
    if (found && found->deliveries.empty() && !issuer.empty())
        found = answered(header, sender, reporter, {});
    if (!found)
        return found.error();
    if (found->deliveries.empty()) {
        auto issuers = issuers_of(issuer, sender);
        if (!issuers)
            return issuers.error();
        auto early = early_bearers(receiver, {sender, std::move(*issuers), reference_of(header)});
        if (!early)
            return early.error();
        found->deliveries = std::move(*early);
    }
    // A status of a document that never came through this hub is carried all the same.
    if (found->deliveries.empty())
        return {};
    if (found->is_by_id) {
        const bool had_failed = has_failed(found->deliveries.front().carriage);
        carry(found->deliveries, Carriage::taken, now, step);
        if (had_failed)
            if (auto asked = ask_again(found->deliveries, reporter, now, step); !asked)
                return asked;
    }
    auto its = reported_on(std::move(found->deliveries), receiver.code, receiver.inbox);
    if (!its)
        return its.error();
    for (DeliveryRecord& delivery : *its) {
        uncommitted_.update(delivery);
        Entry entry = entry_of(EntryKind::station, delivery.envelope);
        entry.code = cut(status.code);
        entry.text = cut(status.description);
        entry.field = header.id.text();
        if (auto reported = report(delivery, receiver.inbox, event, entry, now, step); !reported)
            return reported;
    }
    return {};
}

Result<void> Relay::report(DeliveryRecord& delivery, const AgencyCode& inbox, ReceiptEvent event, const Entry& entry,
                           Instant now, Step& step) {
    const Change before = delivery.change;
    record(delivery, event, entry, now, step);
    // A replacement is a document too: this was about it alone.
    const bool is_answer = event == ReceiptEvent::status_15 || event == ReceiptEvent::status_16;
    if (!is_answer || delivery.changes == EnvelopeSeq{} || delivery.change != before)
        return {};
    auto its = bearer_of(delivery, inbox);
    if (!its)
        return its.error();
    // An answer to a packet whose question has been overtaken by another one.
    if (!*its || (*its)->seq == delivery.seq || (*its)->change.kind != delivery.business)
        return {};
    Entry same = entry;
    same.envelope = (*its)->envelope;
    record(**its, event, std::move(same), now, step);
    return {};
}

/// The adapter names the sender as the envelope did, by a code that may no longer lead to it.
Result<Relay::Deliveries> Relay::acknowledged_deliveries(const Acknowledgement::Item& item, const AgencyCode& reporter,
                                                         Instant now) const {
    if (const auto sender = resolve_sender(*directory_, item.sender, now))
        if (auto found = deliveries((*sender)->code, item.envelope, reporter); !found || !found->empty())
            return found;
    for (const Agency& agency : directory_->agencies()) {
        const bool is_it = agency.code == item.sender
                           || std::ranges::find(agency.aliases, item.sender, &Alias::code) != agency.aliases.end();
        if (!is_it)
            continue;
        if (auto found = deliveries(agency.code, item.envelope, reporter); !found || !found->empty())
            return found;
    }
    return Deliveries{};
}

Result<void> Relay::apply(const Acknowledgement& acknowledgement, const AgencyCode& reporter, Instant now,
                          Step& step) {
    for (const Acknowledgement::Item& item : acknowledgement.items) {
        auto found = acknowledged_deliveries(item, reporter, now);
        if (!found)
            return found.error();
        if (found->empty())
            continue;
        // Of an attempt that is over it is told again what is known: it must not end the one under way.
        const DeliveryRecord& brought = found->front();
        const bool is_late = item.attempt != 0 && item.attempt < brought.attempt;
        if (is_late && (item.is_held || !item.is_stored))
            continue;
        // That it was held is no news of what could not be stored then, and may have been parked since.
        if (item.is_held && has_failed(brought))
            continue;
        const bool had_failed = has_failed(brought.carriage);
        carry(*found,
              item.is_held     ? Carriage::at_adapter
              : item.is_stored ? Carriage::taken
                               : Carriage::in_inbox,
              now, step);
        if (item.is_held)
            continue;
        if (!item.is_stored)
            fail(found->front(), item, now, step);
        const bool has_turned = had_failed != has_failed(brought.carriage);
        if (auto turned = !has_turned       ? Result<void>{}
                          : item.is_stored ? ask_again(*found, reporter, now, step)
                                           : undo(*found, item, reporter, now, step);
            !turned)
            return turned;
        const ReceiptEvent event = item.is_stored ? ReceiptEvent::stored : ReceiptEvent::not_stored;
        for (DeliveryRecord& delivery : *found) {
            // Adapters acknowledge again what they are not sure of. After a status the first acknowledgement moves
            // nothing any more, but it is news to the sender all the same.
            if (delivery.station == station_of(event))
                continue;
            Entry entry = entry_of(EntryKind::station, delivery.envelope);
            entry.code = cut(item.code);
            entry.text = cut(item.detail);
            if (item.is_stored && entry.text.starts_with(axis_doc_id_words) && is_axis(reporter))
                entry.field = axis_doc_id_field;
            record(delivery, event, std::move(entry), now, step);
        }
    }
    return {};
}

/// Where its station has moved on by other reports, as of a document that came on paper too, that is no reason not to
/// bring it once more; that its receiver has taken it is one.
void Relay::fail(DeliveryRecord& brought, const Acknowledgement::Item& item, Instant now, Step& step) {
    if (has_failed(brought) || brought.carriage == Carriage::taken)
        return;
    brought.carriage = Carriage::failed;
    // The entry that is written next.
    brought.turned_by = after(heads_.entry);
    write({brought.seq, brought.station, now, brought.carriage, std::nullopt,
           Turn{brought.attempt, brought.turned_by, cause_of(item.code, item.detail), {}}},
          step);
}

void Relay::carry(Deliveries& deliveries, Carriage shown, Instant now, Step& step) {
    DeliveryRecord& brought = deliveries.front();
    if (!is_further(shown, brought.carriage))
        return;
    // The broker's confirm is only late, and would be no news any more when it comes.
    // Whether it came before the delivery was parked is not known: told twice it does no harm.
    const bool is_confirmed_now = brought.carriage == Carriage::held || brought.carriage == Carriage::parked;
    brought.carriage = shown;
    // Where the adapter holds it, it stands from now on for those who choose by that.
    if (shown == Carriage::at_adapter)
        write({brought.seq, brought.station, now, shown, std::nullopt,
               Turn{brought.attempt, heads_.entry, std::nullopt, {}}},
              step);
    else
        write({brought.seq, brought.station, now, shown}, step);
    if (is_confirmed_now)
        for (DeliveryRecord& delivery : deliveries)
            record(delivery, ReceiptEvent::confirmed, entry_of(EntryKind::station, delivery.envelope), now, step);
}

void Relay::record(DeliveryRecord& delivery, ReceiptEvent event, Entry entry, Instant now, Step& step,
                   EnvelopeSeq asked_by) {
    const bool is_told_only = hub::asked_by(event) != Business::fresh && asked_by == EnvelopeSeq{};
    const auto changed = is_told_only ? std::nullopt : next(delivery.change, event, delivery.asking.before);
    // Nothing was asked, or the document stays, or it is not this one: 15 is no station of it.
    const bool is_about_another = delivery.business == Business::recall || delivery.asking.by == delivery.envelope;
    if (event == ReceiptEvent::status_15 && (!changed || changed->kind == Business::update || is_about_another))
        event = ReceiptEvent::status_other;
    const auto further = next(delivery.station, event);
    StationChange change{delivery.seq, further.value_or(delivery.station), now, delivery.carriage, changed};
    if (changed && asked_by != EnvelopeSeq{})
        change.asking = delivery.asking = Asking{asked_by, delivery.change};
    // Its question had been overtaken by the one that is undone.
    else if (changed && event == ReceiptEvent::change_failed)
        change.asking = delivery.asking = Asking{};
    delivery.change = changed.value_or(delivery.change);
    delivery.station = change.station;
    if (further || changed)
        write(std::move(change), step);
    entry.at = now;
    entry.event = event;
    entry.receiver = delivery.receiver;
    entry.addressee = delivery.sender;
    append(std::move(entry),
           {.entry = {}, .envelope = delivery.id, .envelope_sender = delivery.sender, .document = {}, .receivers = {}},
           step);
}

void Relay::write(StationChange change, Step& step) {
    uncommitted_.add(change);
    outbox_.moved(change);
    auto& stations = step.writes.stations;
    if (stations.empty() || stations.back().delivery != change.delivery) {
        stations.push_back(change);
        return;
    }
    if (!change.change)
        change.change = stations.back().change;
    if (!change.asking)
        change.asking = stations.back().asking;
    change.turn = merged(stations.back().turn, change.turn);
    stations.back() = std::move(change);
}

Result<void> Relay::confirm(DueDelivery due, Instant now, Step& step) {
    uncommitted_.update(due);
    // While refilling a wiped broker the confirm is no news: its sender was told long ago.
    if (due.carriage != Carriage::held) {
        ++counters_.confirmed;
        return {};
    }
    ++counted_.confirmed;
    Deliveries brought{{due.seq, due.envelope, due.id, due.sender, due.receiver, due.station, due.carriage}};
    if (due.receivers > 1) {
        auto all = deliveries(due.sender, due.id, due.inbox);
        if (!all)
            return all.error();
        brought = std::move(*all);
    }
    carry(brought, Carriage::in_inbox, now, step);
    return {};
}

}  // namespace hub
