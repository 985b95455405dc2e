#include "adapters/gateway/line.hpp"

#include "adapters/edxml/read_packet.hpp"
#include "adapters/gateway/packet_limits.hpp"
#include "adapters/gateway/shown_fault.hpp"
#include "adapters/kit/durable_file.hpp"
#include "adapters/lift/lift.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"
#include "hub/telemetry/events.hpp"

#include <algorithm>

namespace hub::gateway {
namespace {

constexpr std::size_t handed_max = 256;
constexpr std::size_t looked_at_max = 1000;
constexpr std::size_t read_again_max = 16;  ///< Packets in one turn: others wait for theirs.
constexpr std::chrono::seconds look_again_after{2};

RefusalNote note_of(const Fault& found) {
    const Fault fault = shown_fault(found);
    return {std::string{name_of(fault.code)}, utf8_prefix(fault.field, limits::fault_text_bytes_max),
            utf8_prefix(fault.peer_text, limits::fault_text_bytes_max)};
}

bool is_for_agency(Kind kind) { return kind == Kind::document || kind == Kind::status; }

/// What a receipt says of a change that the sender has asked for. A 15 that leaves the document where it is comes as
/// `status`.
std::optional<ReceiptEvent> change_event(const wire::Receipt& receipt) {
    const bool is_agreed = receipt.what == "15" || (receipt.what == "status" && receipt.code == "15");
    return is_agreed                    ? std::optional{ReceiptEvent::status_15}
           : receipt.what == "16"      ? std::optional{ReceiptEvent::status_16}
           : receipt.what == "13"      ? std::optional{ReceiptEvent::status_13}
           : receipt.what == "recall"  ? std::optional{ReceiptEvent::recall_asked}
           : receipt.what == "update"  ? std::optional{ReceiptEvent::update_asked}
           : receipt.what == "replace" ? std::optional{ReceiptEvent::replace_asked}
           : receipt.what == "change_failed" ? std::optional{ReceiptEvent::change_failed}
                                       : std::nullopt;
}

}  // namespace

kit::Outgoing outgoing_of(const edxml::Packet& packet, const EnvelopeId& id,
                          const std::filesystem::path& file, bool is_signed_by_gateway) {
    kit::Outgoing outgoing =
        lift::lift(packet, {id.text() + ".edxml", std::string{lift::packet_media_type}, {}, file});
    outgoing.id = id;
    outgoing.signed_by_gateway = is_signed_by_gateway;
    return outgoing;
}

Result<std::unique_ptr<Line>> Line::open(LineSettings settings, Mailbox& mailbox, Answers& answers) {
    auto kit = kit::Kit::open(settings.kit);
    if (!kit)
        return kit.error();
    return std::make_unique<Line>(std::move(settings), std::move(*kit), mailbox, answers);
}

Line::Line(LineSettings settings, std::unique_ptr<kit::Kit> kit, Mailbox& mailbox, Answers& answers)
    : settings_{std::move(settings)}, kit_{std::move(kit)}, mailbox_{mailbox}, answers_{answers} {}

bool Line::has_code(const AgencyCode& code) const {
    return std::ranges::find(settings_.codes, code) != settings_.codes.end();
}

void Line::hand_over(kit::Outgoing outgoing) {
    {
        const std::scoped_lock lock{mutex_};
        if (handed_.size() < handed_max) {
            handed_.push_back(std::move(outgoing));
            return;
        }
    }
    look_again();
}

bool Line::turn() {
    has_happened_ = false;
    send_handed();
    if (must_look_ && Clock::now() >= look_after_)
        look_into_mailbox();
    tell_fault(kit_->poll(std::chrono::milliseconds{0}, *this));
    is_connected_ = kit_->is_connected();
    is_expecting_ = is_connected_ && !submitted_.empty();
    return has_happened_;
}

/// Once for each trouble. That the broker is away is told for all lines together.
void Line::tell_fault(const Result<void>& polled) {
    const Errc trouble = polled ? Errc::broker_unreachable : polled.error().code;
    if (trouble != Errc::broker_unreachable && trouble != told_) {
        const Fault why = polled.error();
        log(events::gateway_line_fails, {.agency = &agency(), .why = &why});
    }
    told_ = trouble;
}

void Line::send_handed() {
    std::deque<kit::Outgoing> handed;
    {
        const std::scoped_lock lock{mutex_};
        handed.swap(handed_);
    }
    for (const kit::Outgoing& outgoing : handed)
        if (!send(outgoing))
            look_again();
}

bool Line::send(const kit::Outgoing& outgoing) {
    has_happened_ = true;
    const auto submitted = kit_->submit(outgoing);
    if (submitted) {
        submitted_.insert(*outgoing.id);
        return true;
    }
    if (disposition_of(submitted.error().code) == Disposition::reject)
        return refuse(*outgoing.id, note_of(submitted.error()));
    look_after_ = Clock::now() + look_again_after;
    return false;
}

bool Line::refuse(const EnvelopeId& id, const RefusalNote& refusal) {
    if (!mailbox_.note_refused(id, refusal))
        return false;
    mailbox_.remove_file(id.text());
    // It may have gone to the hub by another way already, and what that has said stands.
    const auto row = mailbox_.find_sent(agency(), id);
    answers_.tell(id, row ? Answer{row->state == SendState::accepted, row->refusal} : Answer{false, refusal});
    return true;
}

void Line::look_into_mailbox() {
    must_look_ = false;
    // Neither waits for the other.
    const bool is_sent = send_unanswered();
    const bool is_told = tell_acknowledged();
    if (!is_sent || !is_told)
        look_again();
}

/// False: there is more, or something must be tried again.
bool Line::send_unanswered() {
    const auto ids = mailbox_.unanswered(agency(), looked_at_max + submitted_.size());
    if (!ids) {
        look_after_ = Clock::now() + look_again_after;
        return false;
    }
    std::size_t read = 0;
    bool is_done_with_all = true;
    for (const EnvelopeId& id : *ids) {
        if (submitted_.contains(id))
            continue;
        if (read++ == read_again_max)
            return false;
        const auto outgoing = read_again(id);
        const bool is_done = outgoing ? send(*outgoing)
                             : disposition_of(outgoing.error().code) == Disposition::reject
                                 ? refuse(id, note_of(outgoing.error()))
                                 : false;
        // One whose file cannot be read keeps nobody else waiting.
        is_done_with_all = is_done_with_all && is_done;
    }
    if (!is_done_with_all)
        look_after_ = Clock::now() + look_again_after;
    return is_done_with_all;
}

/// What the kit is given for a packet that an earlier run has taken.
Result<kit::Outgoing> Line::read_again(const EnvelopeId& id) {
    const auto row = mailbox_.find_sent(agency(), id);
    const auto file = mailbox_.file_of(id.text());
    const auto packet = row ? edxml::read_packet_file(file, packet_limits(), mailbox_.spool())
                            : Result<edxml::Packet>{row.error()};
    if (!packet)
        return packet.error();
    kit::Outgoing outgoing = outgoing_of(*packet, id, file, settings_.is_signed_by_gateway);
    // Sealed again it must be the same header.
    outgoing.traceparent = row->traceparent;
    if (outgoing.status)
        outgoing.status->answers_envelope = row->answers;
    // It may have been sent to some of its receivers only.
    std::erase_if(outgoing.receivers, [&](const AgencyCode& each) {
        return std::ranges::find(row->receivers, each.text(), &SentReceiver::code) == row->receivers.end();
    });
    return outgoing;
}

bool Line::tell_acknowledged() {
    const auto packets = mailbox_.untold(agency(), looked_at_max);
    if (!packets) {
        look_after_ = Clock::now() + look_again_after;
        return false;
    }
    for (const ReceivedPacket& each : *packets) {
        has_happened_ = true;
        Acknowledgement::Item item{each.sender, each.envelope, each.state == HoldState::done, {}, {}};
        if (!item.is_stored) {
            item.code = "fail";
            item.detail = utf8_prefix(each.description, limits::fault_text_bytes_max);
        }
        const auto told = kit_->acknowledge(item);
        // A kit whose journal has gone does not know it; the hub then brings it again, as a repeat.
        const bool is_over = told || told.error().code == Errc::not_found;
        if (!is_over || !mailbox_.note_told(each.doc_id)) {
            look_after_ = Clock::now() + look_again_after;
            return false;
        }
    }
    return packets->size() < looked_at_max;
}

/// Of this agency, as the sender has written it: it may be a unit that it takes documents for.
AgencyCode Line::receiver_of(const kit::Received& envelope) const {
    if (!envelope.receivers.empty())
        return envelope.receivers.front().codes.front();
    const auto& receivers = envelope.header->receivers;
    const auto own = std::ranges::find_if(receivers, [&](const AgencyCode& each) { return has_code(each); });
    return own == receivers.end() ? agency() : *own;
}

Result<void> Line::on_envelope(const kit::Received& envelope) {
    has_happened_ = true;
    const EnvelopeHeader& header = *envelope.header;
    if (!is_for_agency(header.kind))
        return Fault{Errc::kind_not_allowed, "kind", {}};
    if (envelope.contents.empty())
        return Fault{Errc::part_missing, "parts", {}};
    // There is one file for a packet: what else came would be lost, and its sender must know.
    if (envelope.contents.size() > 1)
        return Fault{Errc::field_invalid, "parts[1]", "one packet in one part"};
    if (!mailbox_.has_room())
        return Fault{Errc::ledger_full, "disk", {}};
    const AgencyCode named = receiver_of(envelope);
    ReceivedPacket packet{.doc_id = doc_id_of(agency(), header.sender, header.id),
                          .agency = agency(),
                          .envelope = header.id,
                          .sender = header.sender,
                          .to = named.text(),
                          .kind = header.kind,
                          .at =
                              std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()),
                          .bytes = header.parts.front().size_bytes,
                          .is_signed_by_gateway = header.signed_by_gateway,
                          .traceparent = header.traceparent,
                          .content = header.parts.front().digest};
    if (header.document) {
        packet.title = header.document->subject;
        packet.number = full_number(header.document->number, header.document->notation);
    } else if (header.status) {
        packet.title = header.status->code + " " + header.status->description;
        packet.number = header.status->answers_code;
    }
    const auto known = mailbox_.find_received(agency(), packet.doc_id);
    if (!known && known.error().code != Errc::not_found)
        return known.error();
    if (known) {
        // The same one again: the hub is told again what the agency has said of it.
        look_again();
        return envelope.attempt > 1 && known->state == HoldState::failed
                   ? mailbox_.offer_again(packet.doc_id, packet.at)
                   : mailbox_.tell_again(packet.doc_id);
    }
    const kit::Content& content = envelope.contents.front();
    const auto stored = content.file.empty()
                            ? kit::write_durably(mailbox_.file_of(packet.doc_id), content.bytes)
                            : mailbox_.take_file(content.file, packet.doc_id);
    return stored ? mailbox_.add_received(packet) : stored;
}

Result<void> Line::on_receipt(const wire::Receipt& receipt) {
    has_happened_ = true;
    if (!receipt.envelope)
        return {};
    const EnvelopeId& id = *receipt.envelope;
    if (receipt.what == "accepted" || receipt.what == "refused")
        return take_answer(id, receipt);
    if (receipt.receiver.empty())
        return {};
    if (const auto event = change_event(receipt))
        if (auto noted = mailbox_.note_change(id, receipt.receiver, *event); !noted)
            return noted;
    const auto station = parse_station(receipt.what);
    if (!station)
        return {};
    const SentReceiver receiver{.code = receipt.receiver,
                                .own_code = receipt.receiver,
                                .station = *station,
                                .text = receipt.text,
                                .changed_at = receipt.at};
    // `queued` is soon followed by another, and proves nothing that `accepted` does not.
    return mailbox_.note_station(id, receiver, *station != Station::queued);
}

Result<void> Line::take_answer(const EnvelopeId& id, const wire::Receipt& receipt) {
    Answer answer{receipt.what == "accepted", {}};
    if (!answer.is_accepted)
        answer.refusal = {receipt.code, receipt.field, receipt.text};
    auto noted = answer.is_accepted ? mailbox_.note_accepted(id, receipt.receivers)
                                    : mailbox_.note_refused(id, answer.refusal);
    if (!noted)
        return noted;
    mailbox_.remove_file(id.text());
    submitted_.erase(id);
    answers_.tell(id, answer);
    return {};
}

}  // namespace hub::gateway
