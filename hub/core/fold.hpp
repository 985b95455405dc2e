#pragma once
// Vietnamese text folded for search: lower case, tone marks and vowel marks removed, đ → d, blanks collapsed.
// "Đường sắt" and "duong  SAT" fold to the same text. Precomposed (NFC) and combining (NFD) input alike.

#include <string>
#include <string_view>

namespace hub {

/// Takes one code point off the beginning of a text that is not empty, or one octet that is not UTF-8: then 0.
char32_t read_code_point(std::string_view& rest) noexcept;

/// Bytes that are not UTF-8 are dropped. The result is at most as long as the input.
std::string fold(std::string_view utf8);

bool is_utf8(std::string_view octets) noexcept;

/// The longest beginning that is UTF-8 and within the bound: foreign text that is to be stored and shown.
std::string utf8_prefix(std::string_view text, std::size_t bytes_max);

}  // namespace hub
