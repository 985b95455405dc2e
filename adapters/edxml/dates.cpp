#include "adapters/edxml/dates.hpp"

#include "hub/core/working_calendar.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace hub::edxml {
namespace {

/// Digits only, as many as there are places.
std::optional<int> number(std::string_view digits) noexcept {
    int value = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

}  // namespace

std::optional<std::chrono::year_month_day> parse_date(std::string_view text, char separator) noexcept {
    if (text.size() != 10 || text[4] != separator || text[7] != separator)
        return std::nullopt;
    const auto year = number(text.substr(0, 4)), month = number(text.substr(5, 2)), day = number(text.substr(8, 2));
    if (!year || !month || !day || *year < 1900)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    return date.ok() ? std::optional{date} : std::nullopt;
}

bool is_time(std::string_view text) noexcept {
    if (text.size() != 19 || !parse_date(text.substr(0, 10)) || text[10] != ' ' || text[13] != ':' || text[16] != ':')
        return false;
    const auto hour = number(text.substr(11, 2)), minute = number(text.substr(14, 2)),
               second = number(text.substr(17, 2));
    return hour && minute && second && *hour < 24 && *minute < 60 && *second < 60;
}

std::chrono::year_month_day vietnamese_day(Instant at) {
    return std::chrono::floor<std::chrono::days>(at + WorkingCalendar::zone);
}

std::string edxml_time(Instant at) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at) + WorkingCalendar::zone;
    const auto midnight = std::chrono::floor<std::chrono::days>(seconds);
    const std::chrono::year_month_day day{midnight};
    const std::chrono::hh_mm_ss time{seconds - midnight};
    std::array<char, 64> out{};
    const int size =
        std::snprintf(out.data(), out.size(), "%04d/%02u/%02u %02ld:%02ld:%02ld",
                      static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                      static_cast<unsigned>(day.day()), static_cast<long>(time.hours().count()),
                      static_cast<long>(time.minutes().count()), static_cast<long>(time.seconds().count()));
    return {out.data(), static_cast<std::size_t>(size)};
}

std::string edxml_date(std::string text) {
    if (parse_date(text, '-'))
        std::ranges::replace(text, '-', '/');
    return text;
}

}  // namespace hub::edxml
