#include "hub/core/relay.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/routing.hpp"

#include <algorithm>
#include <set>

namespace hub {
namespace {

std::string cut(std::string_view text) { return utf8_prefix(text, limits::fault_text_bytes_max); }

Fault cut(const Fault& fault) { return {fault.code, cut(fault.field), cut(fault.peer_text)}; }

}  // namespace

Relay::Relay(std::shared_ptr<const Directory> directory, RetentionRules retention, LedgerView& view, Heads heads)
    : directory_{std::move(directory)}, retention_{std::move(retention)}, view_{view}, heads_{std::move(heads)},
      outbox_{view}, receipts_{view, heads_}, committed_entry_{heads_.entry} {}

Result<void> Relay::on(const Event& event, Instant now, Step& step) {
    // The ledger's order is by number; its times should not contradict it where the clock is only put right. After a
    // wrong one of long ago the true time counts: certificates and deadlines are judged by it.
    constexpr std::chrono::minutes corrected_max{1};
    if (now < heads_.last_entry_at && heads_.last_entry_at - now <= corrected_max)
        now = heads_.last_entry_at;
    return std::visit([&](const auto& e) { return handle(e, now, step); }, event);
}

void Relay::close_batch(Step& step) {
    receipts_.close_batch(outbox_, step);
    uncommitted_.close_batch();
    closed_entries_.push_back(heads_.entry);
}

Result<void> Relay::handle(const LedgerCommitted& event, Instant, Step& step) {
    if (event.fault)
        return *event.fault;
    uncommitted_.committed();
    committed_entry_ = closed_entries_.front();
    closed_entries_.pop_front();
    receipts_.committed(committed_entry_);
    return pump(step);
}

Relay::Counters Relay::counters() const {
    Counters counters = counters_;
    counters.publishes_unconfirmed = outbox_.in_flight();
    counters.deliveries_due = outbox_.due();
    counters.is_behind = outbox_.is_behind();
    counters.is_bus_up = outbox_.is_bus_up();
    counters.is_refilling = outbox_.is_refilling();
    return counters;
}

Result<void> Relay::handle(const Started&, Instant now, Step& step) {
    Entry entry = entry_of(EntryKind::hub_started, {});
    entry.at = now;
    append(std::move(entry), {}, step);
    return {};
}

Result<void> Relay::handle(const Delivered& event, Instant now, Step& step) {
    if (const auto fault = authorise(event, now)) {
        refuse(event, *fault, now, step);
        return pump(step);
    }
    const EnvelopeHeader& header = *event.verdict.header;
    // Refused by its adapter: on record here as there, and answered like any refusal.
    if (header.kind == Kind::service) {
        refuse(event, header.refusal.value_or(Fault{Errc::kind_not_allowed, "refusal", {}}), now, step);
        return pump(step);
    }
    const auto earlier = known(event.queue, header.id);
    if (!earlier)
        return earlier.error();
    if (*earlier) {
        if ((*earlier)->header_digest == event.verdict.header_digest)
            repeat(event, **earlier, now, step);
        else
            refuse(event, {Errc::envelope_id_reused, "envelope_id", header.id.text()}, now, step);
        return pump(step);
    }
    if (now >= header.expires_at) {
        refuse(event, {Errc::envelope_expired, "expires_at", {}}, now, step);
        return pump(step);
    }
    auto receivers = resolve_receivers(header, now);
    if (!receivers) {
        refuse(event, receivers.error(), now, step);
        return pump(step);
    }
    if (auto checked = check_contents(header, event.queue); !checked) {
        if (disposition_of(checked.error().code) != Disposition::reject)
            return checked;
        refuse(event, checked.error(), now, step);
        return pump(step);
    }
    if (auto accepted = accept(event, std::move(*receivers), now, step); !accepted)
        return accepted.error();
    return pump(step);
}

std::optional<Fault> Relay::authorise(const Delivered& event, Instant now) const {
    const Verdict& verdict = event.verdict;
    if (verdict.fault)
        return verdict.fault;
    if (event.user_id != event.queue.text())
        return Fault{Errc::sender_mismatch, "user_id", event.user_id};
    const EnvelopeHeader& header = *verdict.header;
    const auto sender = resolve_sender(*directory_, header.sender, now);
    if (!sender)
        return Fault{sender.error().code, "sender", sender.error().peer_text};
    if ((*sender)->code != event.queue)
        return Fault{Errc::sender_mismatch, "sender", header.sender.text()};
    if (verdict.signer_agency != event.queue)
        return Fault{Errc::sender_mismatch, "signatures.key_id",
                     verdict.signer_agency ? verdict.signer_agency->text() : std::string{}};
    if (now < verdict.signer_valid_from || now >= verdict.signer_valid_until)
        return Fault{Errc::certificate_not_valid_now, "signatures.key_id", {}};
    switch (header.kind) {
    case Kind::document:
    case Kind::status:
    case Kind::acknowledgement:
    case Kind::service: return std::nullopt;
    case Kind::receipt: return Fault{Errc::kind_not_allowed, "kind", {}};
    }
    return Fault{Errc::kind_not_allowed, "kind", {}};
}

Result<std::vector<AgencyCode>> Relay::resolve_receivers(const EnvelopeHeader& header, Instant now) const {
    std::vector<AgencyCode> receivers;
    std::set<AgencyCode> seen;
    if (header.kind == Kind::acknowledgement)
        return receivers;
    for (std::size_t i = 0; i < header.receivers.size(); ++i) {
        const auto agency = resolve(*directory_, header.receivers[i], now);
        if (!agency)
            return Fault{agency.error().code, "receivers[" + std::to_string(i) + "]", agency.error().peer_text};
        // Several codes can lead to one inbox: two aliases, or two units outside the province.
        if (seen.insert((*agency)->code).second)
            receivers.push_back((*agency)->code);
    }
    return receivers;
}

Result<std::optional<KnownEnvelope>> Relay::known(const AgencyCode& sender, const EnvelopeId& id) const {
    if (const EnvelopeRecord* envelope = uncommitted_.find(sender, id))
        return std::optional{KnownEnvelope{envelope->seq, envelope->header_digest}};
    return view_.known(sender, id);
}

Result<void> Relay::accept(const Delivered& event, std::vector<AgencyCode> receivers, Instant now, Step& step) {
    const EnvelopeHeader& header = *event.verdict.header;
    heads_.envelope = after(heads_.envelope);
    EnvelopeRecord record{.seq = heads_.envelope,
                          .sender = event.queue,
                          .id = header.id,
                          .header = event.verdict.header,
                          .frame = event.frame,
                          .header_digest = event.verdict.header_digest,
                          .accepted_at = now,
                          .refusal = std::nullopt,
                          .first_delivery = after(heads_.delivery),
                          .receivers = std::move(receivers)};
    heads_.delivery = after(heads_.delivery, record.receivers.size());
    ++counters_.accepted;

    Entry entry = entry_of(EntryKind::accepted, record.seq);
    entry.at = now;
    entry.addressee = event.queue;
    append(std::move(entry),
           {.entry = {},
            .envelope = header.id,
            .envelope_sender = event.queue,
            .document = header.document.value_or(DocumentName{}),
            .receivers = record.receivers},
           step);
    uncommitted_.add(record);
    outbox_.add(record);
    step.writes.envelopes.push_back(std::move(record));
    step.effects.emplace_back(AcknowledgeInbound{event.tag});

    if (header.kind == Kind::status) {
        const AgencyCode addressee = step.writes.envelopes.back().receivers.front();
        return apply(*header.status, header, event.queue, addressee, now, step);
    }
    if (event.verdict.acknowledgement)
        return apply(*event.verdict.acknowledgement, event.queue, now, step);
    return {};
}

void Relay::refuse(const Delivered& event, Fault fault, Instant now, Step& step) {
    fault = cut(fault);
    const auto& header = event.verdict.header;
    std::optional<EnvelopeId> id;
    if (header)
        id = header->id;
    else if (const auto named = EnvelopeId::parse(event.message_id); named)
        id = *named;
    // Of a frame that shows nothing the bytes are all there is to look into; of a readable one nothing is kept.
    const bool is_kept = !header && event.frame->size() <= limits::envelope_bytes_max;
    heads_.envelope = after(heads_.envelope);
    ++counters_.refused;

    Entry entry = entry_of(EntryKind::refused, heads_.envelope);
    entry.at = now;
    entry.addressee = event.queue;
    entry.code = name_of(fault.code);
    entry.field = fault.field;
    entry.text = fault.peer_text;
    append(std::move(entry),
           {.entry = {},
            .envelope = id,
            .envelope_sender = event.queue,
            .document = header && header->document ? *header->document : DocumentName{},
            .receivers = {}},
           step);
    step.writes.envelopes.push_back({.seq = heads_.envelope,
                                     .sender = event.queue,
                                     .id = id,
                                     .header = header,
                                     .frame = is_kept ? event.frame : nullptr,
                                     .header_digest = event.verdict.header_digest,
                                     .accepted_at = now,
                                     .refusal = fault,
                                     .first_delivery = {},
                                     .receivers = {}});
    if (is_kept)
        outbox_.launch(DeadLetter{{}, 0, event.queue, event.frame, fault}, step);
    step.effects.emplace_back(AcknowledgeInbound{event.tag});
}

void Relay::repeat(const Delivered& event, const KnownEnvelope& known, Instant now, Step& step) {
    ++counters_.repeated;
    const EnvelopeHeader& header = *event.verdict.header;
    // The same answer once more: its sender asks because the first one did not reach it.
    Entry entry = entry_of(EntryKind::accepted, known.seq);
    entry.at = now;
    entry.addressee = event.queue;
    append(std::move(entry),
           {.entry = {},
            .envelope = header.id,
            .envelope_sender = event.queue,
            .document = header.document.value_or(DocumentName{}),
            .receivers = {}},
           step);
    step.effects.emplace_back(AcknowledgeInbound{event.tag});
}

Result<std::optional<DeliveryRecord>> Relay::delivery(const AgencyCode& sender, const EnvelopeId& id,
                                                      const AgencyCode& receiver) const {
    if (const EnvelopeRecord* envelope = uncommitted_.find(sender, id))
        return uncommitted_.delivery(*envelope, receiver);
    const auto envelope = view_.known(sender, id);
    if (!envelope)
        return envelope.error();
    if (!*envelope)
        return std::optional<DeliveryRecord>{};
    return view_.delivery((*envelope)->seq, receiver);
}

Result<std::optional<Relay::Answered>> Relay::answered(const StatusReport& status, const AgencyCode& sender,
                                                       const AgencyCode& receiver) const {
    if (status.answers_envelope) {
        const auto found = delivery(sender, *status.answers_envelope, receiver);
        if (!found)
            return found.error();
        if (*found)
            return std::optional{Answered{**found, true}};
    }
    const AnsweredName name{status.answers_document_id, status.answers_code, status.answers_date};
    if (const auto named = uncommitted_.named_delivery(sender, receiver, name))
        return std::optional{Answered{*named}};
    const auto named = view_.named_delivery(sender, receiver, name);
    if (!named)
        return named.error();
    return *named ? std::optional{Answered{**named}} : std::nullopt;
}

Result<void> Relay::apply(const StatusReport& status, const EnvelopeHeader& header, const AgencyCode& reporter,
                          const AgencyCode& addressee, Instant now, Step& step) {
    const ReceiptEvent event = status_event(status.code);
    // 13 is the one status that travels from the document's sender to its receiver (domain 1.7).
    const bool is_by_sender = event == ReceiptEvent::status_13;
    const AgencyCode& sender = is_by_sender ? reporter : addressee;
    const AgencyCode& receiver = is_by_sender ? addressee : reporter;

    const auto found = answered(status, sender, receiver);
    if (!found)
        return found.error();
    // A status of a document that never came through this hub is carried all the same.
    if (!*found)
        return {};
    const auto& [delivery, is_by_id] = **found;
    Entry entry = entry_of(EntryKind::station, delivery.envelope);
    entry.code = cut(status.code);
    entry.text = cut(status.description);
    entry.field = header.id.text();
    record(delivery, event, is_by_id && !is_by_sender ? Carriage::taken : Carriage::held, std::move(entry), now, step);
    return {};
}

/// The adapter names the sender as the envelope did, by a code that may no longer lead to it.
Result<std::optional<DeliveryRecord>> Relay::acknowledged_delivery(const Acknowledgement::Item& item,
                                                                  const AgencyCode& reporter, Instant now) const {
    if (const auto sender = resolve_sender(*directory_, item.sender, now))
        if (auto found = delivery((*sender)->code, item.envelope, reporter); !found || *found)
            return found;
    for (const Agency& agency : directory_->agencies()) {
        const bool is_it = agency.code == item.sender
                           || std::ranges::find(agency.aliases, item.sender, &Alias::code) != agency.aliases.end();
        if (!is_it)
            continue;
        if (auto found = delivery(agency.code, item.envelope, reporter); !found || *found)
            return found;
    }
    return std::optional<DeliveryRecord>{};
}

Result<void> Relay::apply(const Acknowledgement& acknowledgement, const AgencyCode& reporter, Instant now,
                          Step& step) {
    receipts_.acknowledged(reporter, acknowledgement.receipts_through, step);
    for (const Acknowledgement::Item& item : acknowledgement.items) {
        const auto found = acknowledged_delivery(item, reporter, now);
        if (!found)
            return found.error();
        if (!*found)
            continue;
        DeliveryRecord stored = **found;
        uncommitted_.update(stored);
        const ReceiptEvent event = item.is_stored ? ReceiptEvent::stored : ReceiptEvent::not_stored;
        // Adapters acknowledge again what they are not sure of. After a status the first acknowledgement moves
        // nothing any more, but it is news to the sender all the same.
        if (stored.station == station_of(event))
            continue;
        Entry entry = entry_of(EntryKind::station, stored.envelope);
        entry.code = cut(item.code);
        entry.text = cut(item.detail);
        record(stored, event, item.is_stored ? Carriage::taken : Carriage::in_inbox, std::move(entry), now, step);
    }
    return {};
}

void Relay::record(DeliveryRecord delivery, ReceiptEvent event, Carriage shown, Entry entry, Instant now, Step& step) {
    uncommitted_.update(delivery);
    // The broker's confirm is only late, and would be no news any more when it comes.
    if (delivery.carriage == Carriage::held && shown != Carriage::held && event != ReceiptEvent::confirmed) {
        record(delivery, ReceiptEvent::confirmed, Carriage::in_inbox, entry_of(EntryKind::station, delivery.envelope),
               now, step);
        uncommitted_.update(delivery);
    }
    const auto further = next(delivery.station, event);
    if (further || shown > delivery.carriage) {
        const StationChange change{delivery.seq, further.value_or(delivery.station), now,
                                   std::max(delivery.carriage, shown)};
        uncommitted_.add(change);
        outbox_.moved(change);
        step.writes.stations.push_back(change);
    }
    entry.at = now;
    entry.event = event;
    entry.receiver = delivery.receiver;
    entry.addressee = delivery.sender;
    append(std::move(entry),
           {.entry = {}, .envelope = delivery.id, .envelope_sender = delivery.sender, .document = {}, .receivers = {}},
           step);
}

void Relay::append(Entry entry, ReceiptItem about, Step& step) {
    heads_.entry = after(heads_.entry);
    heads_.last_entry_at = entry.at;
    entry.seq = heads_.entry;
    if (entry.addressee) {
        about.entry = entry;
        receipts_.add(std::move(about), step);
    }
    step.writes.entries.push_back(std::move(entry));
}

Result<void> Relay::handle(const Confirmed& event, Instant now, Step& step) {
    const auto landed = outbox_.landed(event.id);
    if (landed && landed->receipts_for)
        receipts_.confirmed(*landed->receipts_for, event.id, step);
    if (landed && landed->delivery) {
        DueDelivery d = *landed->delivery;
        uncommitted_.update(d);
        ++counters_.confirmed;
        // While refilling a wiped broker the confirm is no news: its sender was told long ago.
        if (d.carriage == Carriage::held)
            record({d.seq, d.envelope, d.id, d.sender, d.receiver, d.station, d.carriage}, ReceiptEvent::confirmed,
                   Carriage::in_inbox, entry_of(EntryKind::station, d.envelope), now, step);
    }
    return pump(step);
}

Result<void> Relay::handle(const Returned& event, Instant now, Step& step) {
    ++counters_.returned;
    if (const auto agency = outbox_.returned(event.id, now))
        receipts_.returned(*agency, event.id);
    return pump(step);
}

Result<void> Relay::handle(const Unreadable& event, Instant, Step& step) {
    ++counters_.unreadable;
    outbox_.unreadable(event.id);
    return pump(step);
}

Result<void> Relay::handle(const BusUp& event, Instant, Step& step) {
    outbox_.bus_up(event, heads_.delivery);
    receipts_.bus_up(event.is_wiped, step);
    return pump(step);
}

Result<void> Relay::handle(const BusDown&, Instant, Step&) {
    outbox_.bus_down();
    receipts_.bus_down();
    return {};
}

/// A queue may be purged, deleted or cut by a policy, and nobody tells the hub.
Result<void> Relay::handle(const InboxCounted& event, Instant now, Step& step) {
    // An adapter that is at work holds some of them, and tells of those that it has stored a little later.
    constexpr std::chrono::minutes unread_for{1}, read_for{10};
    constexpr std::chrono::hours again_after{1};
    const bool is_read = event.consumers > 0;
    if (is_read && event.ready > 0)
        return {};
    const auto filled = inbox_filled_at_.find(event.agency);
    if (filled != inbox_filled_at_.end() && now >= filled->second && now < filled->second + again_after)
        return {};
    const auto is_lost = view_.has_more_in_inbox(event.agency, event.ready, now - (is_read ? read_for : unread_for));
    if (!is_lost)
        return is_lost.error();
    if (event.ready == 0 && !is_read)
        receipts_.inbox_empty(event.agency, step);
    if (*is_lost) {
        inbox_filled_at_[event.agency] = now;
        ++counters_.inboxes_lost;
        outbox_.inbox_lost(event.agency, heads_.delivery);
    }
    return pump(step);
}

Result<void> Relay::handle(const Tick&, Instant now, Step& step) {
    outbox_.tick(now);
    receipts_.tick(committed_entry_, step);
    if (auto told = go_on_telling(now, step); !told)
        return told;
    if (auto retired = retire(now, step); !retired)
        return retired;
    return pump(step);
}

Result<void> Relay::pump(Step& step) {
    if (auto pumped = outbox_.pump(uncommitted_, step); !pumped)
        return pumped.error();
    return receipts_.pump(outbox_, step);
}

}  // namespace hub
