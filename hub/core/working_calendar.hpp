#pragma once
// Working time in Vietnam: a clock of UTC+7 without summer time, the hours of a working day, holidays, and the days
// worked in exchange for one (nghỉ bù, làm bù). Deadlines are counted in it: domain.md 3.3.

#include "hub/core/instant.hpp"

#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

namespace hub {

using Minutes = std::chrono::minutes;

/// "2026-09-02"; nullopt for anything else, also for the 30th of February.
std::optional<std::chrono::local_days> parse_day(std::string_view text) noexcept;
/// "07:30", to "24:00", from midnight on.
std::optional<Minutes> parse_time_of_day(std::string_view text) noexcept;

class WorkingCalendar {
public:
    static constexpr Minutes zone{7 * 60};          ///< Asia/Ho_Chi_Minh.

    struct Span {
        Minutes from;
        Minutes to;
        bool operator==(const Span&) const = default;
    };
    struct Days {
        std::vector<Span> hours{{Minutes{450}, Minutes{690}}, {Minutes{810}, Minutes{1020}}};
        /// Sunday first.
        std::array<bool, 7> is_working_weekday{false, true, true, true, true, true, false};
        std::set<std::chrono::local_days> holidays;
        std::set<std::chrono::local_days> worked;   ///< Weekends and holidays on which work is done all the same.
    };

    /// `hours` must be in order, apart and not empty, and a weekday must be a working one: is_sound(). Otherwise the
    /// hours and weekdays of the law hold.
    explicit WorkingCalendar(Days days);
    /// Monday to Friday, 7:30 to 11:30 and 13:30 to 17:00, no holidays.
    WorkingCalendar();
    static bool is_sound(const Days& days) noexcept;

    bool is_working_day(std::chrono::local_days day) const;
    /// Holidays of that year on days of the week that are otherwise worked.
    unsigned holidays_of(std::chrono::year year) const;

    /// When so much working time has gone by since then.
    Instant after(Instant from, Minutes working) const;
    /// That time of day, so many working days after the working day in which `from` lies. What comes after work or on a
    /// free day counts as of the next working day. 0 days and a time before `from`: `from` itself.
    Instant on_day_after(Instant from, unsigned working_days, Minutes time_of_day) const;
    /// The same time of day on the next working day.
    Instant a_working_day_after(Instant at) const;

private:
    std::chrono::local_days next_working_day(std::chrono::local_days day) const;
    std::chrono::local_days day_of_work(Instant at) const;

    Days days_;
};

}  // namespace hub
