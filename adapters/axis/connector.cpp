#include "adapters/axis/connector.hpp"

#include "adapters/kit/durable_file.hpp"

#include "hub/core/axis_doc_id.hpp"
#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"
#include "hub/telemetry/events.hpp"
#include "hub/telemetry/remedy.hpp"

#include <algorithm>

namespace hub::axis {
namespace {

constexpr std::size_t description_bytes_max = 300;

vxp::PacketKind packet_kind(Kind kind) {
    return kind == Kind::status ? vxp::PacketKind::status : vxp::PacketKind::document;
}

/// Code first, for programs; then words.
std::string description_of(const std::string& code, const std::string& field) {
    if (code.empty())
        return {};
    const Words words = words_of_name(code).value_or(Words{});
    std::string text = code + ": " + std::string{words.title_vi};
    if (!field.empty())
        text += " (" + field + ")";
    return utf8_prefix(text, description_bytes_max);
}

void remove_file(const std::filesystem::path& file) {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
}

}  // namespace

Connector::Connector(ConnectorSettings settings, Store& store, Callers& callers, kit::Kit& kit, Outbound outbound)
    : settings_{std::move(settings)}, store_{store}, callers_{callers}, kit_{kit}, inbound_{settings_.inbound},
      outbound_{std::move(outbound)}, link_{settings_.inbound.retry_first} {}

Result<std::unique_ptr<Connector>> Connector::open(ConnectorSettings settings, Store& store, Callers& callers,
                                                   kit::Kit& kit, Instant now) {
    auto document = store.newest_doc_id(vxp::PacketKind::document);
    auto status = store.newest_doc_id(vxp::PacketKind::status);
    if (!document || !status)
        return document ? status.error() : document.error();
    Outbound outbound{settings.outbound, std::move(*document), std::move(*status)};
    for (const auto kind : {vxp::PacketKind::document, vxp::PacketKind::status}) {
        auto attempts = store.newest_attempts(kind, settings.outbound.sends_past_unclear);
        if (!attempts)
            return attempts.error();
        outbound.sent_before(kind, std::move(*attempts));
    }
    std::unique_ptr<Connector> connector{new Connector{std::move(settings), store, callers, kit, std::move(outbound)}};
    if (auto taken = connector->take_up(now); !taken)
        return taken.error();
    return connector;
}

Result<void> Connector::take_up(Instant now) {
    now_ = now;
    housekept_at_ = now;
    auto arrivals = store_.open_arrivals();
    if (!arrivals)
        return arrivals.error();
    for (Arrival& arrival : *arrivals)
        inbound_.take_up(std::move(arrival));
    return refill(now);
}

Result<void> Connector::refill(Instant now) {
    while (has_more_ && outbound_.has_room()) {
        constexpr std::size_t page = 100;
        auto departures = store_.open_departures(outbound_.last_seq(), page);
        if (!departures)
            return departures.error();
        has_more_ = departures->size() == page;
        for (Departure& departure : *departures)
            outbound_.take_up(std::move(departure), now, step_);
    }
    return {};
}

Result<void> Connector::turn(Instant now) {
    now_ = now;
    if (broken_)
        return *broken_;
    for (Outcome& outcome : callers_.outcomes())
        if (auto handled = handle(std::move(outcome)); !handled)
            return handled;
    if (auto refilled = refill(now); !refilled)
        return refilled;
    if (!is_stopping_) {
        const Permit permit = permit_of(link_, now);
        inbound_.tick(now, permit, step_);
        outbound_.tick(now, permit, step_);
    }
    if (auto performed = perform_all(); !performed)
        return performed;
    tell_progress();
    return housekeep();
}

Result<void> Connector::write_rows() {
    for (const Arrival& arrival : step_.arrivals)
        if (auto written = store_.write(arrival, now_); !written)
            return written;
    for (const Departure& departure : step_.departures)
        if (auto written = store_.write(departure, now_); !written)
            return written;
    step_.arrivals.clear();
    step_.departures.clear();
    return {};
}

Result<void> Connector::persist() {
    auto written = write_rows();
    return written ? store_.commit() : written;
}

Result<void> Connector::perform_all() {
    for (;;) {
        if (auto written = persist(); !written)
            return written;
        if (step_.effects.empty())
            return {};
        for (const Effect& effect : std::exchange(step_.effects, {}))
            if (auto performed = perform(effect); !performed)
                return performed;
    }
}

Result<void> Connector::perform(const Effect& effect) {
    if (const auto* list = std::get_if<ListReceived>(&effect))
        callers_.give(ListReceivedOrder{list->kind});
    else if (const auto* fetch = std::get_if<Fetch>(&effect))
        callers_.give(FetchOrder{fetch->doc_id, store_.in_file(fetch->doc_id), false});
    else if (const auto* word = std::get_if<Acknowledge>(&effect))
        callers_.give(AcknowledgeOrder{word->doc_id, word->state, description_of(word->code, word->field)});
    else if (const auto* question = std::get_if<ListSent>(&effect))
        callers_.give(ListSentOrder{question->kind});
    else if (const auto* packet = std::get_if<SendPacket>(&effect))
        return send(packet->seq);
    else if (const auto* given = std::get_if<Submit>(&effect))
        return submit(given->doc_id);
    else if (const auto* news = std::get_if<Tell>(&effect))
        return tell(news->seq);
    else if (const auto* done = std::get_if<Discard>(&effect)) {
        fetched_.erase(done->doc_id);
        remove_file(store_.in_file(done->doc_id));
    } else {
        note(std::get<Notice>(effect));
    }
    return {};
}

void Connector::note(const Notice& notice) {
    const auto known = parse_errc(notice.code);
    const Fault why{known.value_or(Errc::axis_refused), notice.text, known ? std::string{} : notice.code};
    const EventFields fields{.envelope = notice.envelope,
                             .agency = &settings_.agency,
                             .why = notice.code.empty() ? nullptr : &why,
                             .number = std::nullopt,
                             .place = notice.place};
    switch (notice.what) {
    case Notice::What::not_ours:       return log(events::axis_packet_not_ours, fields);
    case Notice::What::echo:           return log(events::axis_packet_echo, fields);
    case Notice::What::repeated:       return log(events::axis_packet_repeated, fields);
    case Notice::What::fetch_refused:  return log(events::axis_fetch_refused, fields);
    case Notice::What::packet_refused: return log(events::axis_packet_refused, fields);
    case Notice::What::send_refused:   return log(events::axis_send_refused, fields);
    case Notice::What::send_unclear:   return log(events::axis_send_unclear, fields);
    case Notice::What::send_in_vain:   return log(events::axis_send_in_vain, fields);
    }
}

Result<void> Connector::send(std::uint64_t seq) {
    const Departure* const departure = outbound_.find(seq);
    if (!departure)
        return {};
    auto to = store_.receivers(seq);
    if (!to)
        return to.error();
    callers_.give(SendOrder{seq, departure->kind, departure->sender.text(), std::move(*to),
                            store_.out_file(departure->sender, departure->envelope)});
    return {};
}

Result<void> Connector::submit(const std::string& doc_id) {
    const auto arrival = store_.arrival(doc_id);
    if (!arrival)
        return arrival.error();
    const auto outgoing = fetched_.find(doc_id);
    if (*arrival && outgoing != fetched_.end())
        submit_to_kit(doc_id, **arrival, outgoing->second);
    else
        // After a start: read again, beside the kit's thread.
        callers_.give(FetchOrder{doc_id, store_.in_file(doc_id), true});
    return {};
}

void Connector::submit_to_kit(const std::string& doc_id, const Arrival& arrival, kit::Outgoing outgoing) {
    outgoing.id = arrival.envelope;
    outgoing.receivers = arrival.receivers;
    const auto submitted = kit_.submit(outgoing);
    if (submitted) {
        fetched_.erase(doc_id);
        return;
    }
    const Fault& why = submitted.error();
    if (is_about_packet(why))
        inbound_.unusable(doc_id, {std::string{name_of(why.code)}, why.field}, step_);
    else
        inbound_.submit_failed(doc_id, now_);
}

Result<void> Connector::tell(std::uint64_t seq) {
    const Departure* const departure = outbound_.find(seq);
    if (!departure)
        return {};
    const bool is_sent = departure->course == Course::sent;
    Acknowledgement::Item item{departure->sender, departure->envelope, is_sent, departure->code,
                               is_sent ? std::string{axis_doc_id_words} + departure->doc_id : departure->detail};
    item.detail = utf8_prefix(item.detail, limits::fault_text_bytes_max);
    if (const auto told = kit_.acknowledge(item); !told) {
        // It ended behind on_envelope(): the kit hands it over again.
        outbound_.tell_later(seq, now_);
        return {};
    }
    remove_file(store_.out_file(departure->sender, departure->envelope));
    outbound_.told(seq, step_);
    return {};
}

std::vector<AgencyCode> Connector::outside_of(const kit::Received& envelope) const {
    if (envelope.receivers.empty())
        return settings_.inbound.province.outside(envelope.header->receivers, now_);
    std::vector<AgencyCode> outside;
    for (const wire::AddressedReceiver& each : envelope.receivers)
        if (each.rule == wire::AddressRule::axis)
            outside.push_back(each.codes.front());
    return outside;
}

Result<void> Connector::on_envelope(const kit::Received& envelope) {
    const EnvelopeHeader& header = *envelope.header;
    const auto is_known = store_.has_departure(header.sender, header.id);
    if (!is_known)
        return is_known.error();
    if (*is_known) {
        // Once more: what has failed is sent again, what is under way goes on.
        const auto has_failed = store_.has_failed(header.sender, header.id);
        if (!has_failed)
            return has_failed.error();
        if (envelope.attempt == 1 || !*has_failed)
            return {};
    }
    if (envelope.contents.empty())
        return Fault{Errc::part_missing, "parts", {}};
    if (envelope.contents.size() > 1)
        return Fault{Errc::field_invalid, "parts[1]", "one packet in one part"};
    const std::vector<AgencyCode> outside = outside_of(envelope);
    if (outside.empty())
        return Fault{Errc::receiver_unknown, "receivers", "none is outside of the province"};
    const kit::Content& packet = envelope.contents.front();
    const auto file = store_.out_file(header.sender, header.id);
    if (auto stored =
            packet.file.empty() ? kit::write_durably(file, packet.bytes) : kit::link_durably(packet.file, file);
        !stored)
        return stored;
    Departure departure{.sender = header.sender,
                        .envelope = header.id,
                        .kind = packet_kind(header.kind),
                        .lanes = lanes_of(header),
                        .title = title_of(header),
                        .notation = notation_of(header),
                        .echo_key = echo_key(header.sender, header.document, header.status),
                        .taken_at = now_,
                        .expires_at = header.expires_at};
    for (const AgencyCode& code : outside)
        departure.to.push_back(code.text());
    const auto added = [&]() -> Result<void> {
        // With the row of the new attempt the old one goes.
        if (*is_known)
            if (const auto forgotten = store_.forget_failed(header.sender, header.id); !forgotten)
                return forgotten.error();
        if (const auto row = store_.add(departure, now_); !row)
            return row.error();
        return store_.commit();
    }();
    if (!added)
        store_.roll_back();
    has_more_ = true;
    return added;
}

/// A receiver of a packet of the axis could not take it, or has it after all.
Result<void> Connector::note_reached(const EnvelopeId& envelope, const std::string& receiver, bool has_it) {
    const auto arrival = store_.arrival(envelope);
    if (!arrival || !*arrival)
        return arrival ? Result<void>{} : arrival.error();
    const auto handed = store_.handed((*arrival)->digest);
    if (!handed)
        return handed.error();
    for (const AgencyCode& each : (*arrival)->receivers) {
        const bool is_noted = std::ranges::find(*handed, each) != handed->end();
        if (is_noted == has_it || settings_.inbound.province.receiver(each, now_).value_or(each).text() != receiver)
            continue;
        if (auto noted = store_.note_handed(**arrival, each, has_it, now_); !noted)
            return noted;
    }
    return store_.commit();
}

Result<void> Connector::on_receipt(const wire::Receipt& receipt) {
    const bool is_accepted = receipt.what == "accepted", has_failed = receipt.what == "failed";
    if (receipt.envelope && (has_failed || receipt.what == "retrieved"))
        return note_reached(*receipt.envelope, receipt.receiver, !has_failed);
    if (!receipt.envelope || (!is_accepted && receipt.what != "refused"))
        return {};
    const auto refusal = is_accepted ? std::nullopt : std::optional{Inbound::Refusal{receipt.code, receipt.field}};
    inbound_.answered(*receipt.envelope, refusal, step_);
    figures_.handed_over += is_accepted && !step_.arrivals.empty() ? 1U : 0U;
    auto written = persist();
    // What is in memory is ahead of the store now: the next turn() ends it.
    if (!written)
        broken_ = written.error();
    return written;
}

}  // namespace hub::axis
