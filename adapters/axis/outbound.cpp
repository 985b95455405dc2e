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
    active_.emplace(seq, std::move(active));
}

const Departure* Outbound::find(std::uint64_t seq) const {
    const auto it = active_.find(seq);
    return it == active_.end() ? nullptr : &it->second.departure;
}

void Outbound::settle(Active& active, Course course, Step& step) {
    active.departure.course = course;
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

void Outbound::not_sent(std::uint64_t seq, Instant now, Step& step) {
    const auto it = active_.find(seq);
    if (it == active_.end() || it->second.departure.course != Course::sending)
        return;
    it->second.departure.course = Course::waiting;
    try_later(it->second, now);
    write(it->second, step);
}

void Outbound::unknown(std::uint64_t seq, Instant now, Step& step) {
    const auto it = active_.find(seq);
    if (it == active_.end() || it->second.departure.course != Course::sending)
        return;
    Active& active = it->second;
    active.departure.course = Course::unclear;
    active.is_busy = false;
    active.lists = active.unclear_lists = 0;
    active.next_at = now + settings_.settle;
    write(active, step);
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
            if (++active.lists < (departure.anchor.empty() ? bare_lists_needed : 1)) {
                try_later(active, now);
                break;
            }
            settle(active, Course::waiting, step);
            // It did not get there, whatever the reason: each time it is sent again later.
            active.next_at = now + retry_wait(settings_.retry_first, ++active.absences, departure.envelope.text());
            break;
        case Sighting::What::unclear:
            active.lists = 0;
            try_later(active, now);
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
            try_later(active, now);
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
    const bool is_open = departure.course == Course::waiting || departure.course == Course::unclear;
    if (!is_open || now < departure.expires_at)
        return false;
    fail(active, std::string{name_of(Errc::envelope_expired)},
         departure.course == Course::unclear ? "the outcome of the last call is not known" : std::string{}, step);
    return true;
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

void Outbound::send_next(Instant now, Permit permit, Step& step) {
    auto under_way = static_cast<std::size_t>(std::ranges::count_if(
        active_, [](const auto& each) { return each.second.departure.course == Course::sending; }));
    std::set<std::string_view> held;
    for (auto& [seq, active] : active_) {
        Departure& departure = active.departure;
        if (departure.course >= Course::sent)
            continue;
        const bool is_free =
            std::ranges::none_of(departure.lanes, [&](const auto& lane) { return held.contains(lane); });
        held.insert(departure.lanes.begin(), departure.lanes.end());
        if (departure.course != Course::waiting || !is_free || now < active.next_at || permit != Permit::all
            || under_way >= settings_.sends_at_once)
            continue;
        ++under_way;
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
