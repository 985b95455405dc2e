#pragma once
// What a request says in single words, parsed.

#include <cstdint>
#include <optional>
#include <string_view>

namespace hub::http {

/// Decimal digits and nothing else.
std::optional<std::uint64_t> parse_number(std::string_view text);

/// Not blank, UTF-8, at most limits::fault_text_bytes_max: it is kept for ever.
bool is_reason(std::string_view text);

}  // namespace hub::http
