#include "hub/core/fold.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace hub {
namespace {

struct Range {
    char32_t first;
    char32_t last;
    char base;
};

// Every precomposed letter of Vietnamese lies in these ranges; other Latin letters in them are folded alike.
// Upper and lower case alternate in Latin Extended, so one range serves both.
constexpr std::array ranges{
    Range{0x00C0, 0x00C5, 'a'}, Range{0x00C8, 0x00CB, 'e'}, Range{0x00CC, 0x00CF, 'i'}, Range{0x00D2, 0x00D6, 'o'},
    Range{0x00D9, 0x00DC, 'u'}, Range{0x00DD, 0x00DD, 'y'}, Range{0x00E0, 0x00E5, 'a'}, Range{0x00E8, 0x00EB, 'e'},
    Range{0x00EC, 0x00EF, 'i'}, Range{0x00F2, 0x00F6, 'o'}, Range{0x00F9, 0x00FC, 'u'}, Range{0x00FD, 0x00FD, 'y'},
    Range{0x0102, 0x0103, 'a'}, Range{0x0110, 0x0111, 'd'}, Range{0x0128, 0x0129, 'i'}, Range{0x0168, 0x0169, 'u'},
    Range{0x01A0, 0x01A1, 'o'}, Range{0x01AF, 0x01B0, 'u'}, Range{0x1EA0, 0x1EB7, 'a'}, Range{0x1EB8, 0x1EC7, 'e'},
    Range{0x1EC8, 0x1ECB, 'i'}, Range{0x1ECC, 0x1EE3, 'o'}, Range{0x1EE4, 0x1EF1, 'u'}, Range{0x1EF2, 0x1EF9, 'y'},
    Range{0x00D0, 0x00D0, 'd'},  // Eth, typed for Đ by some keyboards.
};

constexpr bool is_combining(char32_t c) noexcept { return c >= 0x0300 && c <= 0x036F; }
constexpr bool is_blank(char32_t c) noexcept {
    return c == 0x20 || (c >= 0x09 && c <= 0x0D) || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200B);
}

/// Its first eight octets are there and are ASCII.
bool is_ascii8(std::string_view octets) noexcept {
    std::uint64_t eight = 0;
    if (octets.size() < sizeof eight)
        return false;
    std::memcpy(&eight, octets.data(), sizeof eight);
    return (eight & 0x8080808080808080) == 0;
}

void append_utf8(std::string& out, char32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | (c >> 6));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | (c >> 12));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | (c >> 18));
        out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
        out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    }
}

char32_t fold_letter(char32_t c) noexcept {
    if (c >= 'A' && c <= 'Z')
        return c + ('a' - 'A');
    if (c < 0xC0)
        return c;
    for (const Range& range : ranges)
        if (c >= range.first && c <= range.last)
            return static_cast<char32_t>(range.base);
    return c;
}

}  // namespace

char32_t read_code_point(std::string_view& rest) noexcept {
    const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(rest[i]); };
    const std::uint8_t lead = octet(0);
    const std::size_t size = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
    if (size == 0 || size > rest.size() || lead > 0xF4) {
        rest.remove_prefix(1);
        return 0;
    }
    char32_t c = size == 1 ? lead : lead & (0x7Fu >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((octet(i) & 0xC0) != 0x80) {
            rest.remove_prefix(1);
            return 0;
        }
        c = (c << 6) | (octet(i) & 0x3F);
    }
    const bool is_overlong = (size == 3 && c < 0x800) || (size == 4 && c < 0x10000);
    if (is_overlong || (c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF) {
        rest.remove_prefix(1);
        return 0;
    }
    rest.remove_prefix(size);
    return c;
}

std::string fold(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size());
    bool is_gap = false;
    while (!utf8.empty()) {
        const char32_t c = read_code_point(utf8);
        if (c == 0 || is_combining(c))
            continue;
        if (is_blank(c)) {
            is_gap = !out.empty();
            continue;
        }
        if (is_gap)
            out += ' ';
        is_gap = false;
        append_utf8(out, fold_letter(c));
    }
    return out;
}

bool is_utf8(std::string_view octets) noexcept {
    while (!octets.empty()) {
        // Most of what is carried is base64, and all of that is ASCII.
        if (is_ascii8(octets)) {
            octets.remove_prefix(8);
            continue;
        }
        const bool is_nul = octets.front() == '\0';
        if (read_code_point(octets) == 0 && !is_nul)
            return false;
    }
    return true;
}

std::string utf8_prefix(std::string_view text, std::size_t bytes_max) {
    text = text.substr(0, bytes_max);
    while (!text.empty() && !is_utf8(text))
        text.remove_suffix(1);
    return std::string{text};
}

}  // namespace hub
