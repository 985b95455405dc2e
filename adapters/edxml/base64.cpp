#include "adapters/edxml/base64.hpp"

#include <array>

namespace hub::edxml {
namespace {

constexpr std::int8_t not_in_alphabet = -1;
constexpr std::int8_t blank = -2;

constexpr std::array<std::int8_t, 256> values = [] {
    std::array<std::int8_t, 256> table{};
    table.fill(not_in_alphabet);
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    for (const char c : {' ', '\t', '\r', '\n'})
        table[static_cast<unsigned char>(c)] = blank;
    return table;
}();

}  // namespace

std::optional<Bytes> decode_base64(std::string_view text) {
    Bytes out;
    out.reserve(text.size() / 4 * 3 + 3);
    std::uint32_t group = 0;
    unsigned digits = 0;
    unsigned padding = 0;
    for (const char c : text) {
        if (c == '=') {
            if (++padding > 2)
                return std::nullopt;
            continue;
        }
        const std::int8_t value = values[static_cast<unsigned char>(c)];
        if (value == blank)
            continue;
        if (value == not_in_alphabet || padding > 0)
            return std::nullopt;
        group = (group << 6) | static_cast<std::uint32_t>(value);
        if (++digits == 4) {
            for (const unsigned shift : {16u, 8u, 0u})
                out += static_cast<char>((group >> shift) & 0xFF);
            group = 0;
            digits = 0;
        }
    }
    if (digits == 0)
        return padding == 0 ? std::optional{std::move(out)} : std::nullopt;
    if (digits == 1 || digits + padding != 4)
        return std::nullopt;
    // 2 digits hold one octet and 4 spare bits, 3 digits two octets and 2 spare bits.
    group <<= 6 * (4 - digits);
    out += static_cast<char>((group >> 16) & 0xFF);
    if (digits == 3)
        out += static_cast<char>((group >> 8) & 0xFF);
    return out;
}

}  // namespace hub::edxml
