#include "hub/telemetry/visible.hpp"

#include <algorithm>
#include <array>

namespace hub {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

constexpr std::array steering{
    Range{0x00, 0x1F},        Range{0x7F, 0x9F},                                    // C0, DEL and C1.
    Range{0x061C, 0x061C},    Range{0x200E, 0x200F},     Range{0x202A, 0x202E},     // Marks of direction.
    Range{0x2066, 0x206F},    Range{0x2028, 0x2029},                                // Line and paragraph separator.
    Range{0x00AD, 0x00AD},    Range{0x180E, 0x180E},     Range{0x200B, 0x200D},     // Nothing to see.
    Range{0x2060, 0x2064},    Range{0xFEFF, 0xFEFF},     Range{0xFFF9, 0xFFFB},
    Range{0xE0000, 0xE007F},                                                        // Tags.
};

}  // namespace

std::size_t letter_bytes(std::string_view text) noexcept {
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t wanted = lead < 0xC0 ? 1u : lead < 0xE0 ? 2u : lead < 0xF0 ? 3u : 4u;
    const auto is_following = [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) == 0x80u; };
    const std::string_view rest = text.substr(1, wanted - 1);
    return rest.size() == wanted - 1 && std::ranges::all_of(rest, is_following) ? wanted : 1;
}

char32_t letter_of(std::string_view text) noexcept {
    const std::size_t bytes = letter_bytes(text);
    char32_t letter = static_cast<unsigned char>(text[0]);
    if (bytes == 1)
        return letter < 0x80 ? letter : U'\uFFFD';
    letter &= 0xFFu >> (bytes + 1);
    for (const char c : text.substr(1, bytes - 1))
        letter = letter << 6u | (static_cast<unsigned char>(c) & 0x3Fu);
    return letter;
}

bool is_steering(char32_t letter) noexcept {
    return std::ranges::any_of(steering, [&](Range range) { return letter >= range.first && letter <= range.last; });
}

}  // namespace hub
