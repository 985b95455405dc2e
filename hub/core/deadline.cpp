#include "hub/core/deadline.hpp"

#include <algorithm>

namespace hub {
namespace {

constexpr Minutes soon{60};

/// Who starts later ends later or at the same time: the border is found by halving.
template <class End>
Instant latest_start(Instant now, End end_of) {
    auto late = now - std::chrono::days{366};
    auto early = now;
    if (end_of(early) <= now)
        return early;
    while (early - late > std::chrono::milliseconds{1}) {
        const Instant middle = late + (early - late) / 2;
        (end_of(middle) <= now ? late : early) = middle;
    }
    return late;
}

}  // namespace

std::string_view name_of(Duty duty) noexcept {
    switch (duty) {
    case Duty::none: return "none";
    case Duty::retrieval: return "retrieval";
    case Duty::arrival: return "arrival";
    case Duty::decision: return "decision";
    case Duty::change_answer: return "change_answer";
    }
    return "none";
}

Instant Term::from(Instant start, const WorkingCalendar& calendar) const {
    return working ? calendar.after(start, *working) : calendar.on_day_after(start, working_days, time_of_day);
}

Duty undone_at(Station station, Business business) noexcept {
    const bool is_answered_elsewhere = business == Business::recall || business == Business::update;
    switch (station) {
    case Station::accepted:
    case Station::queued:
    case Station::failed: return Duty::retrieval;
    case Station::retrieved: return is_answered_elsewhere ? Duty::none : Duty::arrival;
    case Station::arrived: return is_answered_elsewhere ? Duty::none : Duty::decision;
    case Station::registered:
    case Station::assigned:
    case Station::in_hand:
    case Station::rejected:
    case Station::finished:
    case Station::withdrawn: return Duty::none;
    }
    return Duty::none;
}

Duty duty_of(Station station, const Change& change, Business business) noexcept {
    if (change.state == ChangeState::asked)
        return Duty::change_answer;
    return station == Station::failed ? Duty::none : undone_at(station, business);
}

std::string_view name_of(Lateness level) noexcept {
    switch (level) {
    case Lateness::ok: return "ok";
    case Lateness::due_soon: return "due_soon";
    case Lateness::late: return "late";
    case Lateness::very_late: return "very_late";
    }
    return "ok";
}

Deadline deadline_of(const Owing& owing, const DeadlineRules& rules, Instant now) {
    const Term& term = rules.term_of(owing.duty, owing.is_urgent);
    const Instant due_at = term.from(owing.since, rules.calendar);
    if (due_at <= now)
        return {due_at, rules.calendar.a_working_day_after(due_at) <= now ? Lateness::very_late : Lateness::late};
    const Minutes ahead = term.working ? std::min(soon, *term.working / 2) : soon;
    return {due_at, rules.calendar.after(now, ahead) >= due_at ? Lateness::due_soon : Lateness::ok};
}

const Term& DeadlineRules::term_of(Duty duty, bool is_urgent) const noexcept {
    static const Term at_once{};
    switch (duty) {
    case Duty::none: return at_once;
    case Duty::retrieval: return retrieval;
    case Duty::arrival: return arrival;
    case Duty::decision: return is_urgent ? urgent_decision : decision;
    case Duty::change_answer: return change_answer;
    }
    return at_once;
}

Instant latest_late_start(const Term& term, const WorkingCalendar& calendar, Instant now) {
    return latest_start(now, [&](Instant start) { return term.from(start, calendar); });
}

Instant latest_very_late_start(const Term& term, const WorkingCalendar& calendar, Instant now) {
    return latest_start(now, [&](Instant start) { return calendar.a_working_day_after(term.from(start, calendar)); });
}

}  // namespace hub
