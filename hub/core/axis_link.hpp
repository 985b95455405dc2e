#pragma once
// The way to the national axis, as its connector tells it: every few seconds, in an envelope of kind service that has a
// status and nothing else. It is of no use later, so it is not written down: docs/wire.md.

#include "hub/core/axis_figures.hpp"
#include "hub/core/envelope.hpp"

#include <charconv>

namespace hub {

/// Codes of that status. `reported_at` of the second: since when, in milliseconds since 1970.
inline constexpr std::string_view axis_up_code = "axis-up", axis_down_code = "axis-down";

struct AxisLink {
    std::optional<Instant> heard_at;       ///< The connector's last word; nullopt: none since the hub's start.
    std::optional<Instant> down_since;     ///< The axis does not answer it.
    std::optional<Instant> unread_since;   ///< Nobody takes from its inbox: no connector is there.
    std::optional<AxisFigures> figures{};  ///< Of the last word; nullopt: a connector of an earlier version says none.
    bool operator==(const AxisLink&) const = default;
};

inline bool tells_of_axis(const EnvelopeHeader& header) noexcept {
    return header.kind == Kind::service && !header.refusal && header.parts.empty() && header.status
           && (header.status->code == axis_up_code || header.status->code == axis_down_code);
}

/// Nullopt: it answers. Never later than `now`: the connector's clock may be ahead.
inline std::optional<Instant> axis_down_since(const StatusReport& status, Instant now) {
    if (status.code != axis_down_code)
        return std::nullopt;
    const std::string& text = status.reported_at;
    std::int64_t ms = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), ms);
    const bool is_time = read.ec == std::errc{} && read.ptr == text.data() + text.size() && ms > 0;
    return is_time ? std::min(now, Instant{std::chrono::milliseconds{ms}}) : now;
}

}  // namespace hub
