#pragma once
// Letters of foreign text that do not stand where they are written: they steer a terminal, turn the direction of the line
// around, begin another line, or cannot be seen. Programs that show foreign text to people show something else for them.

#include <cstddef>
#include <string_view>

namespace hub {

/// How many octets of `text`, which is not empty, are its first letter; 1 where it begins with none.
std::size_t letter_bytes(std::string_view text) noexcept;

/// Of the letter at the beginning; U+FFFD where there is none.
char32_t letter_of(std::string_view text) noexcept;

bool is_steering(char32_t letter) noexcept;

}  // namespace hub
