#pragma once
// Days as edXML writes them.

#include "hub/core/instant.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace hub::edxml {

/// "yyyy/MM/dd", or with another separator; a real day of 1900 or later.
std::optional<std::chrono::year_month_day> parse_date(std::string_view text, char separator = '/') noexcept;
/// "yyyy/MM/dd HH:mm:ss".
bool is_time(std::string_view text) noexcept;
/// The same of a moment, in Vietnam's time: edXML names no zone.
std::string edxml_time(Instant at);
/// The calendar day of a moment there.
std::chrono::year_month_day vietnamese_day(Instant at);
/// An ISO date as edXML writes it; anything else stays.
std::string edxml_date(std::string text);

}  // namespace hub::edxml
