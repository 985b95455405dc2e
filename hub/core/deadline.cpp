#include "hub/core/deadline.hpp"

namespace hub {

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

Duty duty_of(Station station, const Change& change, Business business) noexcept {
    if (change.state == ChangeState::asked)
        return Duty::change_answer;
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
    // Who starts later ends later or at the same time: the border is found by halving.
    auto late = now - std::chrono::days{366};
    auto early = now;
    if (term.from(early, calendar) <= now)
        return early;
    while (early - late > std::chrono::milliseconds{1}) {
        const Instant middle = late + (early - late) / 2;
        (term.from(middle, calendar) <= now ? late : early) = middle;
    }
    return late;
}

}  // namespace hub
