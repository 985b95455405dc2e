#pragma once
// What the connector says of its work with the national axis, beside whether it answers: in the description of its word
// (axis_link.hpp), which a hub of an earlier version does not read and an earlier connector leaves empty.

#include "hub/core/instant.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hub {

/// In the order of AxisFigures::calls.
enum class AxisCall : std::uint8_t { list, get, send, acknowledge };
inline constexpr std::array axis_calls{AxisCall::list, AxisCall::get, AxisCall::send, AxisCall::acknowledge};
std::string_view name_of(AxisCall call) noexcept;      ///< As in the enumeration.

struct AxisFigures {
    struct Last {
        std::optional<Instant> succeeded_at, failed_at;     ///< Since the connector's start.
        bool operator==(const Last&) const = default;
    };
    struct Backlog {
        std::uint64_t count = 0;
        std::optional<Instant> oldest_at;
        bool operator==(const Backlog&) const = default;
    };
    std::array<Last, axis_calls.size()> calls;
    Backlog unclear;                                        ///< Sent, and nobody knows whether they arrived.
    Backlog out;                                            ///< What the axis has not got, unclear ones too.
    Backlog in;                                             ///< What it lists and the hub has not got.
    std::uint64_t not_given = 0;                            ///< Of these, what it lists and does not give.
    std::optional<std::chrono::seconds> clock_ahead;        ///< The axis's clock, of the connector's.

    Last& of(AxisCall call) noexcept { return calls[static_cast<std::size_t>(call)]; }
    const Last& of(AxisCall call) const noexcept { return calls[static_cast<std::size_t>(call)]; }
    bool operator==(const AxisFigures&) const = default;
};

/// "list=1790000000000/ get=/1790000000000 … unclear=2@1790000000000 clock_ahead=-3": words with a space between.
std::string text_of(const AxisFigures& figures);
/// Nullopt: it says none. Words that it does not know are left out, and so are numbers that are none; no time is later
/// than `now`, for the connector's clock may be ahead.
std::optional<AxisFigures> parse_axis_figures(std::string_view text, Instant now);

}  // namespace hub
