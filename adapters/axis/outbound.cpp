#include "adapters/axis/outbound.hpp"

#include <algorithm>

namespace hub::axis {

using vxp::PacketKind;

void Outbound::take_up(Departure departure, Instant now, Step& step) {
    last_seq_ = std::max(last_seq_, departure.seq);
    const std::uint64_t seq = departure.seq;
    Active active{.departure = std::move(departure)};
    if (active.departure.course == Course::sending) {
        active.departure.course = Course::unclear;
        write(active, step);
    }
    if (active.departure.course == Course::unclear)
        active.next_at = now + settings_.settle;
    active.departure.to = {};
    const Active& known = active_.emplace(seq, std::move(active)).first->second;
    if (known.departure.course < Course::sent)
        enter_lanes(seq, known.departure);
}

void Outbound::enter_lanes(std::uint64_t seq, const Departure& departure) {
    for (const std::string& lane : departure.lanes)
        lanes_[lane].insert(seq);
    if (is_free(seq, departure))
        free_.insert(seq);
}

bool Outbound::is_free(std::uint64_t seq, const Departure& departure) const {
    return std::ranges::all_of(departure.lanes,
                               [&](const std::string& lane) { return *lanes_.at(lane).begin() == seq; });
}

/// It is clear: the next ones may go.
void Outbound::leave_lanes(std::uint64_t seq, const Departure& departure) {
    free_.erase(seq);
    for (const std::string& lane : departure.lanes) {
        const auto its = lanes_.find(lane);
        if (its == lanes_.end())
            continue;
        its->second.erase(seq);
        if (its->second.empty())
            lanes_.erase(its);
    }
    for (const std::string& lane : departure.lanes) {
        const auto its = lanes_.find(lane);
        if (its == lanes_.end())
            continue;
        const std::uint64_t next = *its->second.begin();
        if (is_free(next, active_.at(next).departure))
            free_.insert(next);
    }
}

const Departure* Outbound::find(std::uint64_t seq) const {
    const auto it = active_.find(seq);
    return it == active_.end() ? nullptr : &it->second.departure;
}

void Outbound::settle(Active& active, Course course, Step& step) {
    const bool was_open = active.departure.course < Course::sent;
    active.departure.course = course;
    if (was_open && course >= Course::sent)
        leave_lanes(active.departure.seq, active.departure);
    active.is_busy = false;
    active.failures = active.lists = active.unclear_lists = 0;
    active.next_at = {};
    write(active, step);
}

void Outbound::found(Active& active, const std::string& doc_id, Step& step) {
    active.departure.doc_id = doc_id;
    anchors_[index(active.departure.kind)] = doc_id;
    settle(active, Course::sent, step);
}

void Outbound::fail(Active& active, std::string code, std::string detail, Step& step) {
    active.departure.code = std::move(code);
    active.departure.detail = std::move(detail);
    settle(active, Course::failed, step);
    step.effects.emplace_back(Notice{Notice::What::send_refused, {}, active.departure.envelope, active.departure.code,
                                     active.departure.detail});
}

void Outbound::sent(std::uint64_t seq, const std::string& doc_id, Step& step) {
    const auto it = active_.find(seq);
    if (it != active_.end() && it->second.departure.course == Course::sending)
        found(it->second, doc_id, step);
}

void Outbound::refused(std::uint64_t seq, const std::string& code, const std::string& detail, Step& step) {
    const auto it = active_.find(seq);
    if (it != active_.end() && it->second.departure.course == Course::sending)
        fail(it->second, code, detail, step);
}

void Outbound::try_later(Active& active, Instant now) {
    active.is_busy = false;
    active.next_at = now + retry_wait(settings_.retry_first, ++active.failures, active.departure.envelope.text());
}

void Outbound::note_vain_send(Active& active, Step& step) {
    if (++active.vain_sends == vain_sends_noticed)
        step.effects.emplace_back(
            Notice{Notice::What::send_in_vain, {}, active.departure.envelope, active.answer, {}});
}

void Outbound::not_sent(std::uint64_t seq, std::string answer, Instant now, Step& step) {
    const auto it = active_.find(seq);
    if (it == active_.end() || it->second.departure.course != Course::sending)
        return;
    it->second.departure.course = Course::waiting;
    it->second.answer = std::move(answer);
    if (!it->second.answer.empty())
        note_vain_send(it->second, step);
    try_later(it->second, now);
    write(it->second, step);
}

void Outbound::unknown(std::uint64_t seq, std::string answer, Instant now, Step& step) {
    const auto it = active_.find(seq);
    if (it == active_.end() || it->second.departure.course != Course::sending)
        return;
    Active& active = it->second;
    active.departure.course = Course::unclear;
    if (!answer.empty())
        active.answer = std::move(answer);
    active.is_busy = false;
    active.lists = active.unclear_lists = active.looks = 0;
    active.next_at = now + settings_.settle;
    write(active, step);
}

void Outbound::sent_without_id(std::uint64_t seq, std::string answer, Instant now, Step& step) {
    if (const auto it = active_.find(seq); it != active_.end() && it->second.departure.course == Course::sending)
        ++it->second.bare_oks;
    unknown(seq, std::move(answer), now, step);
}

void Outbound::look_again(Active& active, Instant now) {
    ++active.looks;
    try_later(active, now);
}

/// A good list does not have it.
void Outbound::note_absent(Active& active, Instant now, Step& step) {
    if (++active.lists < (active.departure.anchor.empty() ? bare_lists_needed : 1))
        return look_again(active, now);
    if (active.bare_oks >= bare_oks_most)
        return fail(active, std::string{name_of(Errc::axis_refused)}, active.answer, step);
    settle(active, Course::waiting, step);
    // It did not get there, whatever the reason: each time it is sent again later.
    active.next_at = now + retry_wait(settings_.retry_first, ++active.absences, active.departure.envelope.text());
    note_vain_send(active, step);
}

void Outbound::listed(PacketKind kind, std::span<const vxp::SentPacket> rows, const std::set<std::string>& ours,
                      Instant now, Step& step) {
    Question& question = questions_[index(kind)];
    question.is_busy = false;
    std::set<std::string> taken = ours;
    std::set<PacketName> under_way;
    for (const auto& [seq, active] : active_)
        if (active.departure.course == Course::sending || active.departure.course == Course::unclear)
            under_way.insert(listed_name_of(active.departure));
    for (auto& [seq, active] : active_) {
        Departure& departure = active.departure;
        // A list that was asked for earlier may be too early.
        if (departure.kind != kind || departure.course != Course::unclear || active.next_at > question.asked_at)
            continue;
        const Sighting sighting = look_up(departure, rows, taken, under_way);
        switch (sighting.what) {
        case Sighting::What::found:
            taken.insert(sighting.doc_id);
            found(active, sighting.doc_id, step);
            break;
        case Sighting::What::absent:
            if (active.is_last_look)
                end_last_look(active, sighting.what, step);
            else
                note_absent(active, now, step);
            break;
        case Sighting::What::unclear:
            if (active.is_last_look) {
                end_last_look(active, sighting.what, step);
                break;
            }
            active.lists = 0;
            look_again(active, now);
            if (++active.unclear_lists == unclear_lists_noticed)
                step.effects.emplace_back(Notice{Notice::What::send_unclear, {}, departure.envelope, {}, {}});
            break;
        }
    }
}

void Outbound::list_failed(PacketKind kind, Instant now) {
    questions_[index(kind)].is_busy = false;
    for (auto& [seq, active] : active_)
        if (active.departure.kind == kind && active.departure.course == Course::unclear && active.next_at <= now)
            look_again(active, now);
}

void Outbound::told(std::uint64_t seq, Step& step) {
    const auto it = active_.find(seq);
    if (it == active_.end())
        return;
    const bool is_sent = it->second.departure.course == Course::sent;
    settle(it->second, is_sent ? Course::told_sent : Course::told_failed, step);
    active_.erase(it);
}

void Outbound::tell_later(std::uint64_t seq, Instant now) {
    if (const auto it = active_.find(seq); it != active_.end())
        try_later(it->second, now);
}

void Outbound::hurry(Instant now) {
    for (auto& [seq, active] : active_)
        if (active.departure.course == Course::waiting)
            active.next_at = std::min(active.next_at, now);
}

bool Outbound::expire(Active& active, Instant now, Step& step) {
    const Departure& departure = active.departure;
    if (now < departure.expires_at)
        return false;
    if (departure.course == Course::waiting) {
        fail(active, std::string{name_of(Errc::envelope_expired)}, {}, step);
        return true;
    }
    if (departure.course != Course::unclear)
        return false;
    // It may well have arrived, and its sender would be told that it did not.
    active.is_last_look = true;
    if (now < departure.expires_at + last_look_max)
        return false;
    end_last_look(active, Sighting::What::unclear, step);
    return true;
}

void Outbound::end_last_look(Active& active, Sighting::What what, Step& step) {
    const bool is_known = what == Sighting::What::absent && !active.departure.anchor.empty();
    fail(active, std::string{name_of(Errc::envelope_expired)},
         is_known ? std::string{} : "the outcome of the last call is not known", step);
}

void Outbound::ask_lists(Instant now, Permit permit, Step& step) {
    if (permit != Permit::all)
        return;
    for (const PacketKind kind : {PacketKind::document, PacketKind::status}) {
        Question& question = questions_[index(kind)];
        const bool is_due = !question.is_busy && std::ranges::any_of(active_, [&](const auto& each) {
            const Active& active = each.second;
            return active.departure.kind == kind && active.departure.course == Course::unclear && active.next_at <= now;
        });
        if (!is_due)
            continue;
        question = {now, true};
        step.effects.emplace_back(ListSent{kind});
    }
}

void Outbound::sent_before(PacketKind kind, std::vector<Instant> attempts) {
    std::ranges::sort(attempts);
    for (const Instant at : attempts)
        note_attempt(kind, at);
}

void Outbound::note_attempt(PacketKind kind, Instant at) {
    std::deque<Instant>& attempts = attempts_[index(kind)];
    attempts.push_back(at);
    if (attempts.size() > settings_.sends_past_unclear)
        attempts.pop_front();
}

bool Outbound::has_to_wait(PacketKind kind) const {
    const std::deque<Instant>& attempts = attempts_[index(kind)];
    if (attempts.size() < settings_.sends_past_unclear)
        return false;
    return std::ranges::any_of(active_, [&](const auto& each) {
        const Active& active = each.second;
        return active.departure.kind == kind && active.departure.course == Course::unclear &&
               active.looks < looks_waited_for && active.departure.attempted_at <= attempts.front();
    });
}

void Outbound::send_next(Instant now, Permit permit, Step& step) {
    auto under_way = static_cast<std::size_t>(std::ranges::count_if(
        active_, [](const auto& each) { return each.second.departure.course == Course::sending; }));
    if (permit != Permit::all)
        return;
    const bool waits[2] = {has_to_wait(PacketKind::document), has_to_wait(PacketKind::status)};
    for (const std::uint64_t seq : free_) {
        if (under_way >= settings_.sends_at_once)
            return;
        Active& active = active_.at(seq);
        Departure& departure = active.departure;
        if (departure.course != Course::waiting || now < active.next_at || waits[index(departure.kind)])
            continue;
        ++under_way;
        note_attempt(departure.kind, now);
        departure.course = Course::sending;
        departure.attempted_at = now;
        ++departure.attempts;
        departure.anchor = anchors_[index(departure.kind)];
        active.is_busy = true;
        write(active, step);
        step.effects.emplace_back(SendPacket{seq});
    }
}

void Outbound::tick(Instant now, Permit permit, Step& step) {
    for (auto& [seq, active] : active_) {
        expire(active, now, step);
        const bool is_to_tell = active.departure.course == Course::sent || active.departure.course == Course::failed;
        if (!is_to_tell || active.is_busy || now < active.next_at)
            continue;
        active.is_busy = true;
        step.effects.emplace_back(Tell{seq});
    }
    ask_lists(now, permit, step);
    send_next(now, permit, step);
}

}  // namespace hub::axis
