#pragma once
// By when a receiver owes what: domain.md 3.3 (Decree 30/2020 art. 4 and 21.2 c, Decision 28/2018 art. 6). A deadline
// that has passed moves nothing and undoes nothing; it is told to people.

#include "hub/core/receipt.hpp"
#include "hub/core/working_calendar.hpp"

namespace hub {

/// What a receiver of a document owes next. The values are stored in the ledger: never renumber.
enum class Duty : std::uint8_t {
    none = 0,
    retrieval = 1,          ///< Its adapter has not taken the document.
    arrival = 2,            ///< Status 01 is missing.
    decision = 3,           ///< Status 02 or 03 is missing.
    change_answer = 4,      ///< Status 15 or 16 is missing.
};

/// "none", "retrieval", "arrival", "decision", "change_answer".
std::string_view name_of(Duty duty) noexcept;

/// How long something may take: so much working time, or until a time of day so many working days on.
struct Term {
    std::optional<Minutes> working;
    unsigned working_days = 0;
    Minutes time_of_day{0};

    Instant from(Instant start, const WorkingCalendar& calendar) const;
    bool operator==(const Term&) const = default;
};

struct DeadlineRules {
    WorkingCalendar calendar;
    Term retrieval{.working = Minutes{30}};
    Term arrival{.working_days = 0, .time_of_day = Minutes{17 * 60}};
    Term decision{.working_days = 1, .time_of_day = Minutes{12 * 60}};
    Term urgent_decision{.working = Minutes{60}};
    Term change_answer{.working_days = 1, .time_of_day = Minutes{17 * 60}};

    /// How long the duty may take; none takes no time.
    const Term& term_of(Duty duty, bool is_urgent) const noexcept;
};

/// What has not been done yet at this station, whoever has to do it. What recalls or updates another is answered there,
/// with 15 or 16: of itself nothing is to be done but that it is fetched.
Duty undone_at(Station station, Business business) noexcept;

/// What its receiver owes for a document at this station; an answer to a change comes first. For what it could not store
/// it owes nothing until an operator has it brought again: that has failed, and nobody is late with it. This one rule is
/// behind all that is told of lateness: stories, receipts, who is late, metrics, reports.
Duty duty_of(Station station, const Change& change, Business business) noexcept;

/// What a receiver owes, and since when.
struct Owing {
    Duty duty{};
    bool is_urgent = false;
    Instant since;
    bool operator==(const Owing&) const = default;
};

enum class Lateness : std::uint8_t {
    ok,
    due_soon,               ///< An hour of working time is left, or of a short term half of it.
    late,                   ///< The term is over.
    very_late,              ///< And was a working day ago.
};

/// "ok", "due_soon", "late", "very_late".
std::string_view name_of(Lateness level) noexcept;

struct Deadline {
    Instant due_at;
    Lateness level{};
};

Deadline deadline_of(const Owing& owing, const DeadlineRules& rules, Instant now);

/// A time like this or earlier is late now: the newest start from which the term has run out, at most a year ago.
Instant latest_late_start(const Term& term, const WorkingCalendar& calendar, Instant now);
/// The same of Lateness::very_late.
Instant latest_very_late_start(const Term& term, const WorkingCalendar& calendar, Instant now);

}  // namespace hub
