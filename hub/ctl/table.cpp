#include "hub/ctl/table.hpp"

#include "hub/core/working_calendar.hpp"
#include "hub/telemetry/visible.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace hub::ctl {
namespace {

struct Letter {
    std::size_t bytes;
    std::size_t columns;
    bool is_shown;                                ///< Otherwise a space stands there.
};

Letter letter_at(std::string_view text) noexcept {
    const std::size_t bytes = letter_bytes(text);
    const char32_t letter = letter_of(text);
    const bool is_mark_of_letter = letter >= 0x0300 && letter <= 0x036F;
    const bool is_broken = bytes == 1 && static_cast<unsigned char>(text[0]) >= 0x80;
    return {bytes, is_mark_of_letter ? 0u : 1u, !is_broken && !is_steering(letter)};
}

std::string_view shown(const Letter& letter, std::string_view text) noexcept {
    return letter.is_shown ? text.substr(0, letter.bytes) : " ";
}

}  // namespace

std::size_t display_width(std::string_view utf8) noexcept {
    std::size_t columns = 0;
    while (!utf8.empty()) {
        const Letter letter = letter_at(utf8);
        columns += letter.columns;
        utf8.remove_prefix(letter.bytes);
    }
    return columns;
}

std::string printable(std::string_view utf8) {
    std::string out;
    while (!utf8.empty()) {
        const Letter letter = letter_at(utf8);
        out += shown(letter, utf8);
        utf8.remove_prefix(letter.bytes);
    }
    return out;
}

std::string shortened(std::string_view utf8, std::size_t columns) {
    std::string out;
    std::size_t used = 0;
    const bool is_long = display_width(utf8) > columns;
    while (!utf8.empty()) {
        const Letter letter = letter_at(utf8);
        if (is_long && used + letter.columns > columns - 1)
            return out + "…";
        out += shown(letter, utf8);
        used += letter.columns;
        utf8.remove_prefix(letter.bytes);
    }
    return out;
}

std::string Table::text() const {
    std::vector<std::size_t> widths(rows_.front().size(), 0);
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i)
            widths[i] = std::max(widths[i], display_width(row[i]));
    std::string out;
    for (const auto& row : rows_) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size())
                line.append(widths[i] - display_width(row[i]) + 2, ' ');
        }
        out += line + '\n';
    }
    return out;
}

std::string local_time(std::string_view rfc3339) {
    int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
    const std::string copy{rfc3339};
    if (std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d", &y, &mo, &d, &h, &mi, &s) != 6)
        return copy;
    using namespace std::chrono;
    const auto at = sys_days{year{y} / mo / d} + hours{h} + minutes{mi} + seconds{s} + WorkingCalendar::zone;
    const auto day = floor<days>(at);
    const year_month_day date{day};
    const hh_mm_ss time{at - day};
    char out[40];
    std::snprintf(out, sizeof out, "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return out;
}

std::string duration_text(std::int64_t seconds, Lang lang) {
    constexpr Both s{" giây", "s"}, m{" phút", "m"}, h{" giờ", "h"}, d{" ngày", "d"};
    const auto text = [lang](std::int64_t big, Both big_unit, std::int64_t small, Both small_unit) {
        std::string out = std::to_string(big) + std::string{big_unit.in(lang)};
        if (small > 0)
            out += (lang == Lang::vi ? " " : "") + std::to_string(small) + std::string{small_unit.in(lang)};
        return out;
    };
    if (seconds < 60)
        return text(seconds, s, 0, s);
    if (seconds < 3600)
        return text(seconds / 60, m, seconds % 60, s);
    if (seconds < 86'400)
        return text(seconds / 3600, h, seconds % 3600 / 60, m);
    return text(seconds / 86'400, d, seconds % 86'400 / 3600, h);
}

}  // namespace hub::ctl
