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

Duty duty_of(Station station, const Change& change) noexcept {
    if (change.state == ChangeState::asked)
        return Duty::change_answer;
    switch (station) {
    case Station::accepted:
    case Station::queued:
    case Station::failed: return Duty::retrieval;
    case Station::retrieved: return Duty::arrival;
    case Station::arrived: return Duty::decision;
    case Station::registered:
    case Station::assigned:
    case Station::in_hand:
    case Station::rejected:
    case Station::finished:
    case Station::withdrawn: return Duty::none;
    }
    return Duty::none;
}

Deadline deadline_of(Station station, const Change& change, Instant accepted_at, Instant since, Urgency urgency,
                     const DeadlineRules& rules) {
    const Duty duty = duty_of(station, change);
    switch (duty) {
    case Duty::none: return {};
    case Duty::retrieval: return {duty, rules.retrieval.from(accepted_at, rules.calendar)};
    case Duty::arrival: return {duty, rules.arrival.from(since, rules.calendar)};
    case Duty::decision:
        return {duty, (urgency != Urgency::normal ? rules.urgent_decision : rules.decision).from(since, rules.calendar)};
    case Duty::change_answer: return {duty, rules.change_answer.from(since, rules.calendar)};
    }
    return {};
}

}  // namespace hub
