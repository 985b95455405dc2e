#pragma once
// Vietnamese text folded for search: lower case, tone marks and vowel marks removed, đ → d, blanks collapsed.
// "Đường sắt" and "duong  SAT" fold to the same text. Precomposed (NFC) and combining (NFD) input alike.

#include <string>
#include <string_view>

namespace hub {

/// Bytes that are not UTF-8 are dropped. The result is at most as long as the input.
std::string fold(std::string_view utf8);

bool is_utf8(std::string_view octets) noexcept;

}  // namespace hub
