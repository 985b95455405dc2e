#pragma once
// Keys whose value is a length of time: "15m", "2d", "10y".

#include "hub/toml_section.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace hub {

/// Nullopt: "forever". `fallback` when the key is not there or is wrong.
std::optional<std::chrono::seconds> read_time(TomlSection& section, std::string_view key,
                                              std::optional<std::chrono::seconds> fallback);
/// The same, and never "forever".
std::chrono::seconds read_bounded_time(TomlSection& section, std::string_view key, std::chrono::seconds fallback);
/// The same, and neither shorter than `least` nor longer than `most`.
std::chrono::seconds read_time_within(TomlSection& section, std::string_view key, std::chrono::seconds least,
                                      std::chrono::seconds most, std::chrono::seconds fallback);

}  // namespace hub
