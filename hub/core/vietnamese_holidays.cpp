#include "hub/core/vietnamese_holidays.hpp"

namespace hub {
namespace {

using namespace std::chrono;

/// By the moon: the first of the first month, and the tenth of the third, as the calendar of Hanoi has them.
struct LunarDays {
    year_month_day tet;
    year_month_day hung_kings;
};

constexpr std::array<LunarDays, 16> lunar_days{{
    {2025y / 1 / 29, 2025y / 4 / 7},  {2026y / 2 / 17, 2026y / 4 / 26}, {2027y / 2 / 6, 2027y / 4 / 16},
    {2028y / 1 / 26, 2028y / 4 / 4},  {2029y / 2 / 13, 2029y / 4 / 23}, {2030y / 2 / 2, 2030y / 4 / 12},
    {2031y / 1 / 23, 2031y / 4 / 1},  {2032y / 2 / 11, 2032y / 4 / 19}, {2033y / 1 / 31, 2033y / 4 / 9},
    {2034y / 2 / 19, 2034y / 4 / 28}, {2035y / 2 / 8, 2035y / 4 / 17},  {2036y / 1 / 28, 2036y / 4 / 6},
    {2037y / 2 / 15, 2037y / 4 / 24}, {2038y / 2 / 4, 2038y / 4 / 13},  {2039y / 1 / 24, 2039y / 4 / 3},
    {2040y / 2 / 12, 2040y / 4 / 20},
}};

}  // namespace

std::set<local_days> holidays_fixed_by_law(const std::array<bool, 7>& is_working_weekday) {
    std::set<local_days> holidays;
    for (const auto& [tet, hung_kings] : lunar_days) {
        const year of = tet.year();
        for (const year_month_day date : {of / 1 / 1, of / 4 / 30, of / 5 / 1, of / 9 / 2, hung_kings})
            holidays.insert(local_days{date});
        for (int i = -1; i < 3; ++i)
            holidays.insert(local_days{tet} + days{i});
    }
    const auto is_worked = [&](local_days day) { return is_working_weekday[weekday{day}.c_encoding()]; };
    for (const local_days holiday : std::set{holidays}) {
        if (is_worked(holiday))
            continue;
        local_days instead = holiday;
        for (int i = 0; i < 14 && (!is_worked(instead) || holidays.contains(instead)); ++i)
            instead += days{1};
        holidays.insert(instead);
    }
    return holidays;
}

}  // namespace hub
