#include "adapters/gateway/counter.hpp"

#include "adapters/edxml/dates.hpp"
#include "adapters/edxml/read_packet.hpp"
#include "adapters/gateway/packet_limits.hpp"
#include "adapters/kit/block_file.hpp"
#include "adapters/kit/traceparent.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"
#include "hub/core/signature.hpp"

#include <algorithm>

namespace hub::gateway {
namespace {

Instant now() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

/// Words of somebody else, that are shown to his callers.
Fault fault_of(const RefusalNote& refusal) {
    const auto known = parse_errc(refusal.code);
    return {known && disposition_of(*known) == Disposition::reject ? *known : Errc::field_invalid,
            refusal.field, known ? refusal.text : refusal.code + " " + refusal.text};
}

/// What its receiver cannot do without.
std::optional<Fault> missing_in(const kit::Outgoing& outgoing) {
    if (outgoing.document && outgoing.business == Business::recall && outgoing.business_reason.empty())
        return Fault{Errc::packet_field_missing, "TraceHeaderList/Bussiness/BussinessDocReason", {}};
    if (!outgoing.status)
        return std::nullopt;
    const std::string& code = outgoing.status->code;
    if (code.size() != 2 || !std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; }))
        return Fault{Errc::packet_field_invalid, "MessageHeader/StatusCode", utf8_prefix(code, limits::fault_text_bytes_max)};
    if ((code == "02" || code == "13") && outgoing.status->description.empty())
        return Fault{Errc::packet_field_missing, "MessageHeader/Description", {}};
    return std::nullopt;
}

/// What makes a packet the same as another one: its octets, whom of its receivers it is for, and which of two documents
/// of one name it is about.
Digest identity_of(const Digest& octets, std::vector<std::string> to, const std::optional<EnvelopeId>& answers) {
    if (answers)
        to.push_back("answers " + answers->text());
    if (to.empty())
        return octets;
    std::ranges::sort(to);
    to.erase(std::unique(to.begin(), to.end()), to.end());
    std::string text{octets.bytes()};
    for (const std::string& each : to)
        text += each + "\n";
    return sha256(text);
}

}  // namespace

/// A packet that may be sent.
struct Counter::Checked {
    kit::Outgoing outgoing;
    SentPacket row;

    void limit_to(const std::vector<AgencyCode>& receivers) {
        outgoing.receivers = receivers;
        std::erase_if(row.receivers, [&](const SentReceiver& each) {
            return std::ranges::find(receivers, each.code, &AgencyCode::text) == receivers.end();
        });
    }
};

namespace {

/// Not with the receiver, and not on its way to him any more.
bool is_over(Station station) {
    return station == Station::failed || station == Station::rejected || station == Station::withdrawn;
}

/// The DocumentId of the document that a packet changes or asks back; empty: none.
std::string changed_by(const kit::Outgoing& outgoing) {
    if (outgoing.status)
        return status_event(outgoing.status->code) == ReceiptEvent::status_13 ? outgoing.status->answers_document_id
                                                                              : std::string{};
    return outgoing.business == Business::fresh ? std::string{} : outgoing.business_refers_to;
}

/// Of all that one document was sent: what the receiver has answered last.
bool has_declined(const std::vector<SentPacket>& documents, const AgencyCode& receiver, const std::string& own_code) {
    for (const SentPacket& document : documents)
        for (const SentReceiver& row : document.receivers)
            if ((row.code == receiver.text() || row.own_code == own_code) && row.change.state != ChangeState::none)
                return row.change.state == ChangeState::declined;
    return false;
}

}  // namespace

Counter::Counter(const CounterSettings& settings, Mailbox& mailbox, Answers& answers, LineWorkers& workers,
                 const Units& units)
    : settings_{settings}, mailbox_{mailbox}, answers_{answers}, workers_{workers}, units_{units},
      may_wait_{settings.waiting_max} {}

edxml::Limits Counter::limits() const {
    edxml::Limits limits = packet_limits();
    limits.today = edxml::vietnamese_day(now());
    limits.packet_bytes_max = settings_.packet_bytes_max;
    limits.content_bytes_max =
        std::max<std::size_t>(edxml::Limits{}.content_bytes_max, settings_.packet_bytes_max);
    return limits;
}

Result<Counter::Checked> Counter::check(const Line& line, const Submission& submission) const {
    const auto packet = edxml::read_packet_file(submission.file, limits(), mailbox_.spool());
    if (!packet)
        return packet.error();
    if (packet->secrecy)
        return Fault{Errc::document_secret, packet->secrecy->field, {}};
    if (!line.has_code(packet->from.code))
        return Fault{Errc::sender_mismatch, "MessageHeader/From/OrganId", packet->from.code.text()};
    const auto id = kit::new_envelope_id();
    const auto measured = kit::measure(submission.file);
    if (!id || !measured)
        return id ? measured.error() : id.error();
    kit::Outgoing outgoing =
        outgoing_of(*packet, *id, mailbox_.file_of(id->text()), line.is_signed_by_gateway());
    if (kit::is_traceparent(submission.traceparent))
        outgoing.traceparent = submission.traceparent;
    if (outgoing.status)
        outgoing.status->answers_envelope = submission.answers;
    if (const auto missing = missing_in(outgoing))
        return *missing;
    if (submission.kind && *submission.kind != outgoing.kind)
        return Fault{Errc::kind_not_allowed, "messagetype", {}};
    for (const std::string& each : submission.to)
        if (std::ranges::find(outgoing.receivers, each, &AgencyCode::text) == outgoing.receivers.end())
            return Fault{Errc::receiver_unknown, "to", each};
    const std::size_t named_by_packet = outgoing.receivers.size();
    if (!submission.to.empty())
        std::erase_if(outgoing.receivers, [&](const AgencyCode& each) {
            return std::ranges::find(submission.to, each.text()) == submission.to.end();
        });
    const bool is_for_all = outgoing.receivers.size() == named_by_packet;
    SentPacket row{.id = *id,
                   .agency = line.agency(),
                   .from = outgoing.sender.text(),
                   .kind = outgoing.kind,
                   .title = outgoing.document ? outgoing.document->subject
                                              : outgoing.status->code + " " + outgoing.status->description,
                   .number = outgoing.document
                                 ? full_number(outgoing.document->number, outgoing.document->notation)
                                 : outgoing.status->answers_code,
                   .issued_on = outgoing.document ? outgoing.document->promulgated_on : std::string{},
                   .document_id = outgoing.document ? outgoing.document->document_id : std::string{},
                   .sent_at = now(),
                   .bytes = measured->bytes,
                   .content = identity_of(measured->digest, is_for_all ? std::vector<std::string>{} : submission.to,
                                          submission.answers),
                   .traceparent = outgoing.traceparent,
                   .answers = submission.answers};
    for (const AgencyCode& each : outgoing.receivers)
        row.receivers.push_back({.code = each.text(), .own_code = units_.own_code(each.text()), .text = {}});
    return Checked{std::move(outgoing), std::move(row)};
}

Result<std::vector<AgencyCode>> Counter::over_for(const Checked& checked,
                                                  const std::vector<SentPacket>& sendings) const {
    const auto documents = mailbox_.sent_documents(checked.row.agency, changed_by(checked.outgoing));
    if (!documents)
        return documents.error();
    std::vector<AgencyCode> over;
    std::ranges::copy_if(checked.outgoing.receivers, std::back_inserter(over), [&](const AgencyCode& receiver) {
        const std::string own_code = units_.own_code(receiver.text());
        bool was_sent = false;
        bool is_held = false;
        bool is_on_its_way = false;
        for (const SentPacket& sending : sendings)
            for (const SentReceiver& row : sending.receivers) {
                if (row.code != receiver.text() && row.own_code != own_code)
                    continue;
                was_sent = true;
                is_held = is_held || !is_over(row.station);
                is_on_its_way = is_on_its_way || row.station < Station::failed;
            }
        // He may have declined an earlier one, and not have got this one yet.
        return was_sent && (!is_held || (!is_on_its_way && has_declined(*documents, receiver, own_code)));
    });
    return over;
}

Result<Submitted> Counter::submit(Line& line, const Submission& submission) {
    if (!mailbox_.has_room())
        return Fault{Errc::ledger_full, "disk", {}};
    auto checked = check(line, submission);
    if (!checked)
        return checked.error();
    const SentPacket& row = checked->row;
    const auto earlier = mailbox_.sendings(line.agency(), row.content);
    if (!earlier)
        return earlier.error();
    std::optional<EnvelopeId> ended;
    if (!earlier->empty()) {
        const EnvelopeId& last = earlier->front().id;
        const auto over = over_for(*checked, *earlier);
        if (!over)
            return over.error();
        if (over->empty()) {
            Answers::Waiter waiter{answers_, last};
            return await_answer(waiter, line, {last, SendState::waiting, true, {}});
        }
        checked->limit_to(*over);
        ended = last;
    }
    if (auto taken = mailbox_.take_file(submission.file, row.id.text()); !taken)
        return taken.error();
    Answers::Waiter waiter{answers_, row.id};
    const auto added = mailbox_.add_sent(row, ended);
    if (!added || *added != row.id)
        mailbox_.remove_file(row.id.text());
    if (!added)
        return added.error();
    if (*added != row.id) {
        // The same one came by another call at the same time.
        Answers::Waiter other{answers_, *added};
        return await_answer(other, line, {*added, SendState::waiting, true, {}});
    }
    line.hand_over(std::move(checked->outgoing));
    workers_.wake(line);
    if (!submission.is_awaited)
        return Submitted{row.id, SendState::waiting, false, ended};
    return await_answer(waiter, line, {row.id, SendState::waiting, false, ended});
}

Result<Submitted> Counter::await_answer(Answers::Waiter& waiter, const Line& line, Submitted submitted) {
    const auto judge = [&](bool is_accepted, const RefusalNote& refusal) -> Result<Submitted> {
        if (!is_accepted)
            return fault_of(refusal);
        submitted.state = SendState::accepted;
        return submitted;
    };
    if (submitted.is_repeat) {
        // The waiter listens already: what is answered from now on is not missed.
        const auto row = mailbox_.find_sent(line.agency(), submitted.id);
        if (row && row->state != SendState::waiting)
            return judge(row->state == SendState::accepted, row->refusal);
    }
    // Without a connection no answer can come in time; and callers who wait must leave room for those who do
    // not.
    if (!line.is_connected() || !may_wait_.try_acquire())
        return submitted;
    const auto answer = waiter.wait(settings_.answer_time);
    may_wait_.release();
    return answer ? judge(answer->is_accepted, answer->refusal) : Result<Submitted>{submitted};
}

Result<std::vector<SentPacket>> Counter::sent(const Line& line, Kind kind) {
    return mailbox_.sent(line.agency(), kind);
}

Result<SentPacket> Counter::sent(const Line& line, const std::string& doc_id) {
    const auto id = EnvelopeId::parse(doc_id);
    if (!id)
        return Fault{Errc::not_found, "docId", {}};
    return mailbox_.find_sent(line.agency(), *id);
}

Result<std::vector<ReceivedPacket>> Counter::received(const Line& line, Kind kind) {
    return mailbox_.pending(line.agency(), kind);
}

Result<std::vector<SentPacket>> Counter::sent_before(const Line& line, Kind kind,
                                                     const std::optional<ListPlace>& before,
                                                     std::size_t count) {
    return mailbox_.sent_before(line.agency(), kind, before, count);
}

Result<Instant> Counter::first_asked(const Line& line, const std::string& key, const Digest& content) {
    return mailbox_.first_asked(line.agency(), key, content, now());
}

Result<std::vector<ReceivedPacket>> Counter::received_after(const Line& line, Kind kind, std::uint64_t after,
                                                            std::size_t count) {
    return mailbox_.pending_after(line.agency(), kind, after, count);
}

Result<std::uint64_t> Counter::count_received(const Line& line, Kind kind) {
    return mailbox_.count_pending(line.agency(), kind);
}

Result<Counter::PacketFile> Counter::fetch(const Line& line, const std::string& doc_id) {
    auto packet = mailbox_.find_received(line.agency(), doc_id);
    if (!packet)
        return packet.error();
    return PacketFile{std::move(*packet), mailbox_.file_of(doc_id)};
}

Result<void> Counter::acknowledge(Line& line, const std::string& doc_id, HoldState state,
                                  const std::string& description) {
    auto noted = mailbox_.set_state(line.agency(), doc_id, state,
                                    utf8_prefix(description, limits::fault_text_bytes_max), now());
    if (noted && state != HoldState::processing) {
        line.look_again();
        workers_.wake(line);
    }
    return noted;
}

}  // namespace hub::gateway
