#include "hub/core/working_calendar.hpp"

#include <algorithm>
#include <charconv>

namespace hub {
namespace {

using std::chrono::days;
using std::chrono::local_days;

/// Free days in a row: more than any calendar has; then weekdays decide alone.
constexpr int free_days_max = 60;

std::optional<int> digits(std::string_view text) noexcept {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_all = error == std::errc{} && end == text.data() + text.size();
    return is_all && text.front() != '-' ? std::optional{value} : std::nullopt;
}

struct LocalTime {
    local_days day;
    Minutes time;
};

LocalTime local_of(Instant at) {
    const std::chrono::local_time<std::chrono::milliseconds> local{at.time_since_epoch() + WorkingCalendar::zone};
    const auto day = std::chrono::floor<days>(local);
    // A minute that has begun is not yet over: a deadline is never early.
    return {day, std::chrono::ceil<Minutes>(local - day)};
}

Instant instant_of(local_days day, Minutes time) {
    return Instant{day.time_since_epoch() + time - WorkingCalendar::zone};
}

}  // namespace

std::optional<local_days> parse_day(std::string_view text) noexcept {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-')
        return std::nullopt;
    const auto year = digits(text.substr(0, 4)), month = digits(text.substr(5, 2)), day = digits(text.substr(8, 2));
    if (!year || !month || !day)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    return date.ok() ? std::optional{local_days{date}} : std::nullopt;
}

std::optional<Minutes> parse_time_of_day(std::string_view text) noexcept {
    if (text.size() != 5 || text[2] != ':')
        return std::nullopt;
    const auto hours = digits(text.substr(0, 2)), minutes = digits(text.substr(3, 2));
    if (!hours || !minutes || *minutes > 59 || *hours * 60 + *minutes > 24 * 60)
        return std::nullopt;
    return Minutes{*hours * 60 + *minutes};
}

bool WorkingCalendar::is_sound(const Days& days) noexcept {
    Minutes last{0};
    for (const Span& span : days.hours) {
        if (span.from < last || span.to <= span.from || span.to > Minutes{24 * 60})
            return false;
        last = span.to;
    }
    return !days.hours.empty() && std::ranges::count(days.is_working_weekday, true) > 0;
}

WorkingCalendar::WorkingCalendar() = default;

WorkingCalendar::WorkingCalendar(Days days) : days_{std::move(days)} {
    if (is_sound(days_))
        return;
    days_.hours = Days{}.hours;
    days_.is_working_weekday = Days{}.is_working_weekday;
}

bool WorkingCalendar::is_working_day(local_days day) const {
    if (days_.worked.contains(day))
        return true;
    return days_.is_working_weekday[std::chrono::weekday{day}.c_encoding()] && !days_.holidays.contains(day);
}

unsigned WorkingCalendar::holidays_of(std::chrono::year year) const {
    return static_cast<unsigned>(std::ranges::count_if(days_.holidays, [&](local_days day) {
        return std::chrono::year_month_day{day}.year() == year
               && days_.is_working_weekday[std::chrono::weekday{day}.c_encoding()];
    }));
}

local_days WorkingCalendar::next_working_day(local_days day) const {
    for (int i = 0; i < free_days_max && !is_working_day(day); ++i)
        day += days{1};
    return day;
}

local_days WorkingCalendar::day_of_work(Instant at) const {
    const auto [day, time] = local_of(at);
    return next_working_day(time > days_.hours.back().to ? day + days{1} : day);
}

Instant WorkingCalendar::after(Instant from, Minutes working) const {
    auto [day, time] = local_of(from);
    if (const local_days first = day_of_work(from); first != day) {
        day = first;
        time = Minutes{0};
    }
    for (;;) {
        for (const Span& span : days_.hours) {
            const Minutes begin = std::max(time, span.from);
            if (begin >= span.to)
                continue;
            if (working <= span.to - begin)
                return instant_of(day, begin + working);
            working -= span.to - begin;
        }
        day = next_working_day(day + days{1});
        time = Minutes{0};
    }
}

Instant WorkingCalendar::on_day_after(Instant from, unsigned working_days, Minutes time_of_day) const {
    local_days day = day_of_work(from);
    for (unsigned i = 0; i < working_days; ++i)
        day = next_working_day(day + days{1});
    return std::max(from, instant_of(day, time_of_day));
}

Instant WorkingCalendar::a_working_day_after(Instant at) const {
    const auto [day, time] = local_of(at);
    return instant_of(next_working_day(day + days{1}), time);
}

}  // namespace hub
