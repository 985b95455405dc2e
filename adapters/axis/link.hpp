#pragma once
// How the axis is to be reached: when a failed call is made again, and when the axis as a whole is down. Pure.

#include "hub/core/instant.hpp"

#include <optional>
#include <string_view>

namespace hub::axis {

/// Before the try after `failures` of them: `first`, doubled up to sixteen times it, and up to a fifth more or less, so
/// that not everything comes at once. The same for the same `key` and number.
std::chrono::milliseconds retry_wait(std::chrono::milliseconds first, unsigned failures, std::string_view key);

/// The axis is down after failures_to_down calls in a row that had no word of it, and is back with the first that has.
/// While it is down one call at a time finds out.
class Link {
public:
    static constexpr unsigned failures_to_down = 3;
    enum class Change : std::uint8_t { none, went_down, came_back };

    explicit Link(std::chrono::milliseconds first_wait) : first_wait_{first_wait} {}

    Change failed(Instant now);
    Change heard();

    bool is_down() const noexcept { return down_since_.has_value(); }
    std::optional<Instant> down_since() const noexcept { return down_since_; }
    bool may_probe(Instant now) const noexcept { return now >= probe_at_; }

private:
    std::chrono::milliseconds first_wait_;
    unsigned failures_ = 0;
    std::optional<Instant> down_since_;
    Instant probe_at_{};
};

/// What may be called now.
enum class Permit : std::uint8_t { all, probe, none };
Permit permit_of(const Link& link, Instant now) noexcept;

}  // namespace hub::axis
