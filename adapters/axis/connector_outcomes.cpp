// The connector's part in what came of calls, and what operators hear of the axis.

#include "adapters/axis/connector.hpp"

#include "hub/telemetry/events.hpp"

#include <algorithm>

namespace hub::axis {
namespace {

using What = vxp::CallFailure::Outcome;

constexpr std::chrono::seconds clock_off_by{60};
constexpr std::chrono::hours clock_told_every{1};
/// Then twice as late each time: what stays behind must not fill the log.
constexpr std::chrono::seconds progress_after{10};
constexpr std::chrono::minutes housekeeping_every{1};

Fault as_fault(const vxp::CallFailure& failure) {
    std::string text = failure.code.empty() ? failure.text : failure.code + ": " + failure.text;
    if (failure.http_status != 0)
        text += " (HTTP " + std::to_string(failure.http_status) + ")";
    return {Errc::timed_out, std::string{vxp::name_of(failure.outcome)}, std::move(text)};
}

bool is_turned_away(const vxp::CallFailure& failure) {
    return failure.outcome == What::refused || (failure.http_status >= 300 && failure.http_status < 500);
}

/// Of a packet that cannot be used: other octets might have come.
bool may_be_damage(const Fault& why) {
    return why.code != Errc::document_secret && disposition_of(why.code) == Disposition::reject
           && why.code != Errc::packet_too_large;
}

}  // namespace

bool Connector::is_answer(const vxp::CallFailure& failure) const {
    return failure.outcome == What::refused
           && std::ranges::find(settings_.retried_codes, failure.code) == settings_.retried_codes.end();
}

void Connector::heard() {
    if (link_.heard() != Link::Change::came_back)
        return;
    inbound_.hurry(now_);
    outbound_.hurry(now_);
    catch_up_ = CatchUp{now_, now_ + progress_after, progress_after};
    log(events::axis_back, {.agency = &settings_.agency, .number = std::nullopt});
}

void Connector::note_failure(const vxp::CallFailure& failure, About about) {
    if (is_answer(failure))
        return heard();
    // Somebody has answered, and it may be this packet that he does not like: whether the axis is there the lists tell.
    if (about == About::packet && is_turned_away(failure))
        return;
    if (failure.outcome == What::ours || link_.failed(now_) != Link::Change::went_down)
        return;
    const Fault why = as_fault(failure);
    catch_up_.reset();
    log(events::axis_down, {.agency = &settings_.agency, .why = &why});
}

void Connector::note_call(AxisCall call, bool has_succeeded) {
    AxisFigures::Last& last = figures_.calls[static_cast<std::size_t>(call)];
    (has_succeeded ? last.succeeded_at : last.failed_at) = now_;
}

void Connector::note_clock(std::chrono::seconds ahead) {
    figures_.axis_clock_ahead = ahead;
    const bool is_off = ahead > clock_off_by || ahead < -clock_off_by;
    // Each thread reports what its own last answer said, so that a good one may come between two others.
    if (!is_off || (clock_told_at_ && now_ < *clock_told_at_ + clock_told_every))
        return;
    clock_told_at_ = now_;
    log(events::axis_clock_off, {.agency = &settings_.agency,
                                 .number = static_cast<std::uint64_t>(std::chrono::abs(ahead).count()),
                                 .place = ahead.count() > 0 ? "+" : "-"});
}

void Connector::tell_progress() {
    if (!catch_up_ || now_ < catch_up_->tell_at)
        return;
    const auto departing = store_.counts();
    if (!departing)
        return;
    const auto is_left = [&](const std::optional<Instant>& oldest) { return oldest && *oldest <= catch_up_->since; };
    const bool is_caught_up = !is_left(inbound_.oldest()) && !is_left(departing->oldest);
    const std::uint64_t waiting = inbound_.waiting() + static_cast<std::uint64_t>(departing->waiting);
    log(events::axis_catching_up, {.agency = &settings_.agency, .number = is_caught_up ? 0 : waiting});
    catch_up_->wait *= 2;
    catch_up_->tell_at = now_ + catch_up_->wait;
    if (is_caught_up)
        catch_up_.reset();
}

Result<void> Connector::housekeep() {
    if (now_ < housekept_at_ + housekeeping_every)
        return {};
    housekept_at_ = now_;
    if (auto forgotten = store_.forget_before(now_ - settings_.kept); !forgotten)
        return forgotten.error();
    return store_.commit();
}

Result<Figures> Connector::figures() {
    const auto departing = store_.counts();
    if (!departing)
        return departing.error();
    figures_.down_since = link_.down_since();
    figures_.arriving = inbound_.waiting();
    figures_.fetches_refused = inbound_.fetches_refused();
    figures_.arriving_since = inbound_.oldest();
    figures_.departing = *departing;
    return figures_;
}

Result<void> Connector::handle(Outcome outcome) {
    if (outcome.axis_clock_ahead)
        note_clock(*outcome.axis_clock_ahead);
    return std::visit([this](auto& what) { return handle(what); }, outcome.what);
}

Result<void> Connector::handle(ReceivedListed& outcome) {
    note_call(AxisCall::list, outcome.list.has_value());
    if (!outcome.list) {
        note_failure(outcome.list.error(), About::axis);
        inbound_.list_failed(outcome.kind, now_);
        return {};
    }
    heard();
    (outcome.kind == vxp::PacketKind::document ? figures_.documents_listed_at : figures_.statuses_listed_at) = now_;
    std::vector<Inbound::Listed> list;
    for (vxp::ReceivedPacket& packet : *outcome.list) {
        auto known = store_.arrival(packet.doc_id);
        if (!known)
            return known.error();
        list.push_back({std::move(packet.doc_id), std::move(packet.to), std::move(*known)});
    }
    inbound_.listed(outcome.kind, list, now_);
    return {};
}

bool Connector::is_about_packet(const Fault& fault) noexcept {
    return disposition_of(fault.code) == Disposition::reject && fault.code != Errc::not_found;
}

Result<void> Connector::handle(Fetched& outcome) {
    if (!outcome.was_there)
        note_call(AxisCall::get, outcome.fetched.has_value());
    if (!outcome.fetched) {
        const vxp::CallFailure& failure = outcome.fetched.error();
        note_failure(failure, About::packet);
        if (is_answer(failure))
            inbound_.fetch_refused(outcome.doc_id, failure.code + ": " + failure.text, now_, step_);
        else if (failure.fault && is_about_packet(*failure.fault))
            inbound_.unusable(outcome.doc_id, {std::string{name_of(failure.fault->code)}, failure.fault->field}, step_);
        else
            inbound_.fetch_failed(outcome.doc_id, now_);
        return {};
    }
    if (!outcome.was_there)
        heard();
    if (!outcome.packet) {
        const Fault& why = outcome.packet.error();
        const Inbound::Refusal refusal{std::string{name_of(why.code)}, why.field};
        if (is_about_packet(why) && (outcome.was_there || !may_be_damage(why)))
            inbound_.unusable(outcome.doc_id, refusal, step_);
        else if (is_about_packet(why))
            inbound_.damaged(outcome.doc_id, refusal, now_, step_);
        else
            inbound_.fetch_failed(outcome.doc_id, now_);
        return {};
    }
    kit::Outgoing& outgoing = outcome.packet->outgoing;
    if (outcome.was_there) {
        fetched_.insert_or_assign(outcome.doc_id, std::move(outgoing));
        return submit(outcome.doc_id);
    }
    // Among them what came of the same packet under another DocId.
    if (auto written = write_rows(); !written)
        return written;
    auto handed = store_.handed(outcome.packet->digest);
    const auto is_echo = store_.is_echo(echo_key(outgoing.sender, outgoing.document, outgoing.status));
    const auto fresh = kit::new_envelope_id();
    if (!handed || !is_echo || !fresh)
        return !handed ? handed.error() : !is_echo ? is_echo.error() : fresh.error();
    inbound_.fetched(outcome.doc_id, {outgoing.receivers, outcome.packet->digest, *is_echo, std::move(*handed), *fresh},
                     now_, step_);
    fetched_.insert_or_assign(outcome.doc_id, std::move(outgoing));
    return {};
}

Result<void> Connector::handle(Acknowledged& outcome) {
    note_call(AxisCall::acknowledge, outcome.done.has_value());
    if (outcome.done) {
        heard();
        inbound_.acknowledged(outcome.doc_id, step_);
        return {};
    }
    note_failure(outcome.done.error(), About::packet);
    // It knows the packet no more: nothing can be told.
    if (is_answer(outcome.done.error()))
        inbound_.acknowledged(outcome.doc_id, step_);
    else
        inbound_.acknowledge_failed(outcome.doc_id, now_);
    return {};
}

Result<void> Connector::handle(Sent& outcome) {
    note_call(AxisCall::send, outcome.doc_id.has_value());
    if (outcome.doc_id) {
        heard();
        ++figures_.sent;
        outbound_.sent(outcome.seq, *outcome.doc_id, step_);
        return {};
    }
    const vxp::CallFailure& failure = outcome.doc_id.error();
    note_failure(failure, About::packet);
    const bool is_its_own = failure.outcome == What::ours || is_turned_away(failure) || failure.is_bare_ok;
    const std::string answer = is_its_own ? as_fault(failure).peer_text : std::string{};
    const bool is_final = failure.fault && is_about_packet(*failure.fault);
    if (is_answer(failure))
        outbound_.refused(outcome.seq, std::string{name_of(Errc::axis_refused)}, failure.code + ": " + failure.text,
                          step_);
    else if (failure.outcome == What::ours && is_final)
        outbound_.refused(outcome.seq, std::string{name_of(failure.fault->code)}, failure.text, step_);
    else if (failure.outcome == What::outage || failure.outcome == What::ours)
        outbound_.not_sent(outcome.seq, answer, now_, step_);
    else if (failure.is_bare_ok)
        outbound_.sent_without_id(outcome.seq, answer, now_, step_);
    else
        outbound_.unknown(outcome.seq, answer, now_, step_);
    return {};
}

Result<void> Connector::handle(SentListed& outcome) {
    note_call(AxisCall::list, outcome.list.has_value());
    if (!outcome.list) {
        note_failure(outcome.list.error(), About::axis);
        outbound_.list_failed(outcome.kind, now_);
        return {};
    }
    heard();
    const auto known = store_.known_doc_ids(sender_doc_ids(*outcome.list));
    if (!known)
        return known.error();
    outbound_.listed(outcome.kind, *outcome.list, *known, now_, step_);
    return {};
}

}  // namespace hub::axis
