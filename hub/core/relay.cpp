#include "hub/core/relay.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/routing.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace hub {
namespace {

std::string cut(std::string_view text) { return utf8_prefix(text, limits::fault_text_bytes_max); }

Fault cut(const Fault& fault) { return {fault.code, cut(fault.field), cut(fault.peer_text)}; }

/// What stands in the ledger once a batch is committed.
void add_written(Relay::Counters& sum, const Relay::Counters& more) {
    using Counters = Relay::Counters;
    for (const auto field : {&Counters::accepted, &Counters::refused, &Counters::repeated, &Counters::confirmed,
                             &Counters::contents_stored, &Counters::contents_damaged, &Counters::envelopes_retired,
                             &Counters::contents_removed,  &Counters::inboxes_lost})
        sum.*field += more.*field;
}

std::vector<AgencyCode> codes_of(const std::vector<Receiver>& receivers) {
    std::vector<AgencyCode> codes;
    codes.reserve(receivers.size());
    for (const Receiver& receiver : receivers)
        codes.push_back(receiver.code);
    return codes;
}

}  // namespace

Relay::Relay(std::shared_ptr<const Directory> directory, RetentionRules retention, LedgerView& view, Heads heads,
             AxisRules axis, OperationRules operations)
    : directory_{std::move(directory)}, retention_{std::move(retention)}, axis_{axis}, operation_rules_{operations},
      view_{view}, heads_{std::move(heads)}, outbox_{view, heads_.queues}, receipts_{view, heads_},
      committed_entry_{heads_.entry} {
    for (Operation& operation : heads_.operations)
        operations_.push_back({.operation = std::move(operation)});
    heads_.operations.clear();
    for (QueueControl& control : std::exchange(heads_.queues, {}))
        queues_.emplace(control.agency, std::move(control));
    for (const ContentTelling& telling : std::exchange(heads_.tellings, {}))
        tellings_.emplace(telling.digest, telling);
}

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
    closed_.push_back({heads_.entry, std::exchange(counted_, {})});
}

Result<void> Relay::handle(const LedgerCommitted& event, Instant now, Step& step) {
    if (event.fault)
        return *event.fault;
    uncommitted_.committed();
    committed_entry_ = closed_.front().last_entry;
    add_written(counters_, closed_.front().counted);
    closed_.pop_front();
    receipts_.committed(committed_entry_);
    if (auto operated = operate(now, step); !operated)
        return operated;
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

/// Of what is in memory nothing depends on the old ones: each event asks anew.
Result<void> Relay::handle(const RulesChanged& event, Instant now, Step&) {
    directory_ = event.directory;
    retention_ = event.retention;
    axis_ = event.axis;
    operation_rules_ = event.operations;
    next_pass_at_ = std::min(next_pass_at_, now + retention_.pass_every);
    return {};
}

Result<void> Relay::handle(const Delivered& event, Instant now, Step& step) {
    const bool is_word = event.verdict.header && tells_of_axis(*event.verdict.header);
    if (auto fault = authorise(event, now))
        return is_word ? refuse_word(event, std::move(*fault), now, step) : refuse(event, *fault, now, step);
    const EnvelopeHeader& header = *event.verdict.header;
    if (is_word)
        return hear_of_axis(event, now, step);
    // Refused by its adapter: on record here as there, and answered like any refusal.
    if (header.kind == Kind::service && !event.verdict.units)
        return refuse(event, header.refusal.value_or(Fault{Errc::kind_not_allowed, "refusal", {}}), now, step);
    const auto earlier = known(event.queue, header.id);
    if (!earlier)
        return earlier.error();
    if (*earlier) {
        if ((*earlier)->header_digest != event.verdict.header_digest)
            return refuse(event, {Errc::envelope_id_reused, "envelope_id", header.id.text()}, now, step);
        repeat(event, **earlier, now, step);
        return pump(step);
    }
    if (now >= header.expires_at)
        return refuse(event, {Errc::envelope_expired, "expires_at", {}}, now, step);
    if (event.verdict.units) {
        if (const auto fault = check_units(event, now))
            return refuse(event, *fault, now, step);
        auto accepted = accept(event, {}, {}, now, step);
        return accepted ? pump(step) : accepted;
    }
    const auto refuse_for = [&](const Fault& fault) -> Result<void> {
        return disposition_of(fault.code) == Disposition::reject ? refuse(event, fault, now, step) : fault;
    };
    auto receivers = resolve_receivers(header, event.queue, now);
    if (!receivers)
        return refuse_for(receivers.error());
    if (auto checked = check_contents(header, event.queue); !checked)
        return refuse_for(checked.error());
    const auto inquiry = check_change(header, event.queue, *receivers, now);
    if (!inquiry)
        return refuse_for(inquiry.error());
    if (auto accepted = accept(event, std::move(*receivers), *inquiry, now, step); !accepted)
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
    // A closed agency still says what it has taken of what was on its way to it: nothing else empties its queue.
    const bool may_be_closed = header.kind == Kind::acknowledgement;
    if (!sender && !(may_be_closed && sender.error().code == Errc::sender_closed))
        return Fault{sender.error().code, "sender", sender.error().peer_text};
    const Agency* const agency = resolution_of(*directory_, header.sender, now).agency;
    if (!agency || agency->code != event.queue)
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

Result<std::vector<Receiver>> Relay::resolve_receivers(const EnvelopeHeader& header, const AgencyCode& sender,
                                                       Instant now) const {
    std::vector<Receiver> receivers;
    std::set<AgencyCode> seen;
    std::map<AgencyCode, std::size_t> inboxes;          // In the order of their first receivers.
    if (header.kind == Kind::acknowledgement)
        return receivers;
    for (std::size_t i = 0; i < header.receivers.size(); ++i) {
        const auto agency = resolve(*directory_, header.receivers[i], now);
        if (!agency)
            return Fault{agency.error().code, "receivers[" + std::to_string(i) + "]", agency.error().peer_text};
        // The participant is no receiver itself: those outside have codes of their own. A change may ask all of them.
        const bool is_fresh = header.kind == Kind::document && header.business == Business::fresh;
        const bool is_axis_itself =
            is_fresh && (*agency)->is_axis && directory_->named(header.receivers[i], now) != nullptr;
        if (is_axis_itself || ((*agency)->is_axis && (*agency)->code == sender))
            return Fault{Errc::receiver_unknown, "receivers[" + std::to_string(i) + "]", header.receivers[i].text()};
        auto code = addressee_of(header.receivers[i], header.kind, now);
        if (!code)
            return Fault{code.error().code, "receivers[" + std::to_string(i) + "]", code.error().peer_text};
        // Two codes of one agency or unit are one receiver.
        if (seen.insert(*code).second)
            receivers.push_back({std::move(*code), (*agency)->code});
        inboxes.try_emplace((*agency)->code, inboxes.size());
    }
    std::ranges::stable_sort(receivers, {}, [&](const Receiver& receiver) { return inboxes.at(receiver.inbox); });
    return receivers;
}

Result<std::optional<KnownEnvelope>> Relay::known(const AgencyCode& sender, const EnvelopeId& id) const {
    if (const EnvelopeRecord* envelope = uncommitted_.find(sender, id))
        return std::optional{KnownEnvelope{envelope->seq, envelope->header_digest, codes_of(envelope->receivers)}};
    return view_.known(sender, id);
}

Result<void> Relay::accept(const Delivered& event, std::vector<Receiver> receivers,
                           const std::optional<Inquiry>& inquiry, Instant now, Step& step) {
    const EnvelopeHeader& header = *event.verdict.header;
    heads_.envelope = after(heads_.envelope);
    EnvelopeRecord record{.seq = heads_.envelope,
                          .sender = event.queue,
                          .id = header.id,
                          .header = event.verdict.header,
                          // Units are kept as what they say, and a page comes again with the next pass.
                          .frame = event.verdict.units ? nullptr : event.frame,
                          .header_digest = event.verdict.header_digest,
                          .accepted_at = now,
                          .refusal = std::nullopt,
                          .changes = inquiry ? inquiry->document : EnvelopeSeq{},
                          .first_delivery = after(heads_.delivery),
                          .receivers = std::move(receivers)};
    heads_.delivery = after(heads_.delivery, record.receivers.size());
    ++counted_.accepted;

    Entry entry = entry_of(EntryKind::accepted, record.seq);
    entry.at = now;
    entry.addressee = event.queue;
    append(std::move(entry),
           {.entry = {},
            .envelope = header.id,
            .envelope_sender = event.queue,
            .document = header.document.value_or(DocumentName{}),
            .receivers = codes_of(record.receivers)},
           step);
    uncommitted_.add(record);
    outbox_.add(record);
    step.writes.envelopes.push_back(std::move(record));
    step.effects.emplace_back(AcknowledgeInbound{event.tag});

    return take(event, EnvelopeRecord{step.writes.envelopes.back()}, inquiry, now, step);
}

Result<void> Relay::take(const Delivered& event, const EnvelopeRecord& accepted, const std::optional<Inquiry>& inquiry,
                         Instant now, Step& step) {
    const EnvelopeHeader& header = *accepted.header;
    if (event.verdict.units)
        take_units(event, now, step);
    if (is_changeable(header))
        if (auto met = meet(accepted, now, step); !met)
            return met;
    if (inquiry)
        return ask(accepted, *inquiry, now, step);
    if (header.kind == Kind::status)
        return apply(*header.status, header, event.queue, accepted.receivers.front(), now, step);
    if (event.verdict.acknowledgement) {
        const Acknowledgement& acknowledgement = *event.verdict.acknowledgement;
        unheard_.insert_or_assign(event.queue, false);
        receipts_.acknowledged(event.queue, acknowledgement.receipts_through, step);
        if (event.verdict.misses_receipts && receipts_.missed(event.queue, acknowledgement.receipts_through, step))
            ++counted_.inboxes_lost;
        return apply(acknowledgement, event.queue, now, step);
    }
    return {};
}

Result<std::optional<EnvelopeSeq>> Relay::refused_before(const EnvelopeRecord& refused) const {
    if (const auto seq = uncommitted_.refused_before(refused))
        return std::optional{*seq};
    return view_.refused_before(refused);
}

Result<void> Relay::refuse(const Delivered& event, Fault fault, Instant now, Step& step) {
    fault = cut(fault);
    const auto& header = event.verdict.header;
    std::optional<EnvelopeId> id;
    if (header)
        id = header->id;
    else if (const auto named = EnvelopeId::parse(event.message_id); named)
        id = *named;
    // Of a frame that shows nothing the bytes are all there is to look into; of a readable one nothing is kept.
    const bool is_kept = !header && event.frame->size() <= limits::envelope_bytes_max;
    EnvelopeRecord record{.seq = after(heads_.envelope),
                          .sender = event.queue,
                          .id = id,
                          .header = header,
                          .frame = is_kept ? event.frame : nullptr,
                          .header_digest = event.verdict.header_digest,
                          .accepted_at = now,
                          .refusal = fault,
                          .changes = {},
                          .first_delivery = {},
                          .receivers = {}};
    // What is sent once more, because its answer did not arrive, is answered once more and stands there once.
    const auto earlier = refused_before(record);
    if (!earlier)
        return earlier.error();
    record.seq = earlier->value_or(record.seq);
    ++counted_.refused;
    if (header && header->kind == Kind::acknowledgement && !*earlier)
        unheard_.insert_or_assign(event.queue, true);

    Entry entry = entry_of(EntryKind::refused, record.seq);
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
    if (!*earlier) {
        heads_.envelope = record.seq;
        uncommitted_.add(record);
        step.writes.envelopes.push_back(std::move(record));
    }
    if (is_kept)
        outbox_.launch(DeadLetter{{}, 0, event.queue, event.frame, fault}, step);
    step.effects.emplace_back(AcknowledgeInbound{event.tag});
    return pump(step);
}

void Relay::repeat(const Delivered& event, const KnownEnvelope& known, Instant now, Step& step) {
    ++counted_.repeated;
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
            .receivers = known.receivers},
           step);
    step.effects.emplace_back(AcknowledgeInbound{event.tag});
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
        if (auto confirmed = confirm(*landed->delivery, now, step); !confirmed)
            return confirmed;
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
    inboxes_.break_off();
    outbox_.bus_up(event, heads_.delivery);
    owe_refills(event.is_wiped, step);
    receipts_.bus_up(event.is_wiped, step);
    return pump(step);
}

Result<void> Relay::handle(const BusDown&, Instant, Step&) {
    outbox_.bus_down();
    receipts_.bus_down();
    // Whoever was connected to it is gone too, and comes back.
    for (auto& [agency, link] : counters_.axis)
        link.unread_since.reset();
    return {};
}

Result<void> Relay::handle(const InboxCounted& event, Instant now, Step& step) {
    const bool is_read = event.consumers > 0;
    if (is_axis(event.agency)) {
        AxisLink& link = counters_.axis[event.agency];
        link.unread_since = is_read ? std::nullopt : std::optional{link.unread_since.value_or(now)};
        // Whoever takes its place speaks for itself.
        if (!is_read)
            link.down_since.reset();
    }
    const auto is_deaf = is_unheard(event.agency);
    if (!is_deaf)
        return is_deaf.error();
    // What it has taken it cannot tell of: an empty inbox says nothing. Nor while it is being filled.
    if (*is_deaf || (is_read && event.ready > 0) || outbox_.is_filling(event.agency)) {
        inboxes_.break_off(event.agency);
        return {};
    }
    if (event.ready == 0 && !is_read && !inboxes_.is_paused(event.agency, now))
        receipts_.inbox_empty(event.agency, step);
    // What it has lost it gets once it goes on, and then it is missed by the same count.
    if (outbox_.is_paused(event.agency)) {
        inboxes_.break_off(event.agency);
        return pump(step);
    }
    const auto is_lost = inboxes_.is_lost(event, now, view_);
    if (!is_lost)
        return is_lost.error();
    if (*is_lost) {
        ++counters_.inboxes_lost;
        outbox_.inbox_lost(event.agency, heads_.delivery);
    }
    return pump(step);
}

Result<bool> Relay::is_unheard(const AgencyCode& agency) {
    if (const auto known = unheard_.find(agency); known != unheard_.end())
        return known->second;
    const auto is_refused = view_.is_last_acknowledgement_refused(agency);
    if (is_refused)
        unheard_.emplace(agency, *is_refused);
    return is_refused;
}

Result<void> Relay::handle(const Tick&, Instant now, Step& step) {
    settle_refills(step);
    outbox_.tick(now, heads_.entry, committed_entry_);
    receipts_.tick(committed_entry_, step);
    if (auto told = go_on_telling(now, step); !told)
        return told;
    if (auto retired = retire(now, step); !retired)
        return retired;
    if (auto operated = operate(now, step); !operated)
        return operated;
    return pump(step);
}

Result<void> Relay::pump(Step& step) {
    if (auto pumped = outbox_.pump(uncommitted_, step); !pumped)
        return pumped.error();
    return receipts_.pump(outbox_, step);
}

}  // namespace hub
