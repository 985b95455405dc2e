#pragma once
// The public holidays of Vietnam that the law fixes: Labour Code 2019 art. 112, days in lieu of weekends by art. 111.3.
// What the Prime Minister chooses each year is not among them: the fifth day of Tết, and whether the second day of
// National Day is the 1st or the 3rd of September.

#include "hub/core/working_calendar.hpp"

namespace hub {

/// A year has so many of them, days in lieu counted instead of those that they stand for.
inline constexpr unsigned holidays_of_a_year = 11;

/// Of the years 2025 to 2040: 1 January, from the eve of Tết to its third day, Hùng Kings' day, 30 April, 1 May,
/// 2 September; for each that is no working weekday the next free one.
std::set<std::chrono::local_days> holidays_fixed_by_law(const std::array<bool, 7>& is_working_weekday);

}  // namespace hub
