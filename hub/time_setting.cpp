#include "hub/time_setting.hpp"

#include <array>
#include <charconv>
#include <string>
#include <utility>

namespace hub {
namespace {

/// "forever", or a whole number with s, m, h, d or y (365 days); nullopt when it is neither.
std::optional<std::optional<std::chrono::seconds>> parse_time(std::string_view text) {
    if (text == "forever")
        return std::optional<std::chrono::seconds>{};
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    constexpr std::int64_t value_max = 100'000;
    if (error != std::errc{} || end + 1 != text.data() + text.size() || value < 1 || value > value_max)
        return std::nullopt;
    switch (*end) {
    case 's': return std::chrono::seconds{value};
    case 'm': return std::chrono::minutes{value};
    case 'h': return std::chrono::hours{value};
    case 'd': return std::chrono::days{value};
    case 'y': return std::chrono::days{365 * value};
    default: return std::nullopt;
    }
}

/// As parse_time() reads it.
std::string words_of(std::optional<std::chrono::seconds> time) {
    using namespace std::chrono;
    constexpr std::array<std::pair<seconds, char>, 4> units{
        {{days{365}, 'y'}, {days{1}, 'd'}, {hours{1}, 'h'}, {minutes{1}, 'm'}}};
    if (!time)
        return "forever";
    for (const auto& [unit, letter] : units)
        if (*time % unit == seconds{0})
            return std::to_string(*time / unit) + letter;
    return std::to_string(time->count()) + 's';
}

}  // namespace

std::optional<std::chrono::seconds> read_time(TomlSection& section, std::string_view key,
                                              std::optional<std::chrono::seconds> fallback) {
    const std::string text = section.text(key, words_of(fallback));
    const auto time = parse_time(text);
    if (!time)
        section.refuse(key, shown(text) + ": must be \"forever\" or a number with s, m, h, d or y, \"10y\"",
                       shown(text) + ": phải là \"forever\" hoặc một số kèm s, m, h, d hoặc y, \"10y\"");
    return time.value_or(fallback);
}

std::chrono::seconds read_bounded_time(TomlSection& section, std::string_view key, std::chrono::seconds fallback) {
    const auto time = read_time(section, key, fallback);
    if (!time)
        section.refuse(key, "may not be \"forever\"", "không được là \"forever\"");
    return time.value_or(fallback);
}

std::chrono::seconds read_time_within(TomlSection& section, std::string_view key, std::chrono::seconds least,
                                      std::chrono::seconds most, std::chrono::seconds fallback) {
    const auto time = read_bounded_time(section, key, fallback);
    if (time >= least && time <= most)
        return time;
    const std::string bounds = words_of(least) + " … " + words_of(most);
    section.refuse(key, words_of(time) + ": must be within " + bounds, words_of(time) + ": phải trong khoảng " + bounds);
    return fallback;
}

}  // namespace hub
