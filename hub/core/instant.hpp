#pragma once
// Time comes into the core as an argument; nothing here reads a clock.

#include <chrono>

namespace hub {

/// UTC, to the millisecond.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

}  // namespace hub
