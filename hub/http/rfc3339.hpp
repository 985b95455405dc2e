#pragma once
// Points in time as people and programs write them in a question. Pure; the clock is the caller's.

#include "hub/core/instant.hpp"

#include <optional>
#include <string_view>

namespace hub::http {

/// "2026-11-24", "2026-11-24T08:00:00Z" or "2026-11-24T08:00:00.125+07:00"; a day alone begins at midnight in
/// Vietnam. "90m", "12h" and "7d" are that long before `now`.
std::optional<Instant> parse_time(std::string_view text, Instant now);

}  // namespace hub::http
