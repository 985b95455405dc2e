#include "hub/core/axis_figures.hpp"

#include <algorithm>
#include <charconv>

namespace hub {
namespace {

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
    Number value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? std::optional{value} : std::nullopt;
}

std::string text_of(const std::optional<Instant>& at) {
    return at ? std::to_string(at->time_since_epoch().count()) : std::string{};
}

std::optional<Instant> parse_instant(std::string_view text, Instant now) {
    const auto ms = whole_number<std::int64_t>(text);
    return ms && *ms > 0 ? std::optional{std::min(now, Instant{std::chrono::milliseconds{*ms}})} : std::nullopt;
}

std::string text_of(const AxisFigures::Backlog& backlog) {
    return std::to_string(backlog.count) + "@" + text_of(backlog.oldest_at);
}

/// Before and behind the first `mark`; the second is empty where there is none.
std::pair<std::string_view, std::string_view> halves(std::string_view text, char mark) {
    const auto at = text.find(mark);
    return at == text.npos ? std::pair{text, std::string_view{}} : std::pair{text.substr(0, at), text.substr(at + 1)};
}

AxisFigures::Backlog parse_backlog(std::string_view text, Instant now) {
    const auto [count, oldest] = halves(text, '@');
    return {whole_number<std::uint64_t>(count).value_or(0), parse_instant(oldest, now)};
}

void take(AxisFigures& figures, std::string_view key, std::string_view value, Instant now) {
    for (const AxisCall call : axis_calls)
        if (key == name_of(call)) {
            const auto [succeeded, failed] = halves(value, '/');
            figures.of(call) = {parse_instant(succeeded, now), parse_instant(failed, now)};
        }
    if (key == "unclear")
        figures.unclear = parse_backlog(value, now);
    else if (key == "out")
        figures.out = parse_backlog(value, now);
    else if (key == "in")
        figures.in = parse_backlog(value, now);
    else if (key == "not_given")
        figures.not_given = whole_number<std::uint64_t>(value).value_or(0);
    else if (const auto ahead = whole_number<std::int32_t>(value); key == "clock_ahead" && ahead)
        figures.clock_ahead = std::chrono::seconds{*ahead};
}

}  // namespace

std::string_view name_of(AxisCall call) noexcept {
    switch (call) {
    case AxisCall::list: return "list";
    case AxisCall::get: return "get";
    case AxisCall::send: return "send";
    case AxisCall::acknowledge: return "acknowledge";
    }
    return "list";
}

std::string text_of(const AxisFigures& figures) {
    std::string text;
    for (const AxisCall call : axis_calls)
        text += std::string{name_of(call)} + "=" + text_of(figures.of(call).succeeded_at) + "/"
                + text_of(figures.of(call).failed_at) + " ";
    text += "unclear=" + text_of(figures.unclear) + " out=" + text_of(figures.out) + " in=" + text_of(figures.in)
            + " not_given=" + std::to_string(figures.not_given);
    if (figures.clock_ahead)
        text += " clock_ahead=" + std::to_string(figures.clock_ahead->count());
    return text;
}

std::optional<AxisFigures> parse_axis_figures(std::string_view text, Instant now) {
    if (!text.starts_with("list="))
        return std::nullopt;
    AxisFigures figures;
    while (!text.empty()) {
        const auto [word, rest] = halves(text, ' ');
        const auto [key, value] = halves(word, '=');
        take(figures, key, value, now);
        text = rest;
    }
    return figures;
}

}  // namespace hub
