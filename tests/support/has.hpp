#pragma once
// Whether a text has a part, in short.

#include <string_view>

namespace hub::test {

inline bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace hub::test
