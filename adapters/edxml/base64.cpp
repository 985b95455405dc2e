#include "adapters/edxml/base64.hpp"

#include <array>

namespace hub::edxml {
namespace {

constexpr std::int8_t not_in_alphabet = -1;
constexpr std::int8_t blank = -2;

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> values = [] {
    std::array<std::int8_t, 256> table{};
    table.fill(not_in_alphabet);
    for (std::size_t i = 0; i < alphabet.size(); ++i)
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
    for (const char c : {' ', '\t', '\r', '\n'})
        table[static_cast<unsigned char>(c)] = blank;
    return table;
}();

std::int8_t value_of(char c) noexcept { return values[static_cast<unsigned char>(c)]; }

/// As many whole groups as stand at the front of `text` without a blank between them; takes them off.
void decode_groups(std::string_view& text, char*& to) noexcept {
    while (text.size() >= 4) {
        const int a = value_of(text[0]), b = value_of(text[1]), c = value_of(text[2]), d = value_of(text[3]);
        if ((a | b | c | d) < 0)
            return;
        const int group = (a << 18) | (b << 12) | (c << 6) | d;
        *to++ = static_cast<char>(group >> 16);
        *to++ = static_cast<char>((group >> 8) & 0xFF);
        *to++ = static_cast<char>(group & 0xFF);
        text.remove_prefix(4);
    }
}

}  // namespace

bool Base64Decoder::add(std::string_view piece, Bytes& out) {
    // Made long enough once for all groups: doing it per line is slow, and per blank a way to keep us busy.
    const std::size_t start = out.size();
    out.resize(start + (digits_ + piece.size()) / 4 * 3);
    char* to = out.data() + start;
    while (!piece.empty() && !is_broken_) {
        if (digits_ == 0 && padding_ == 0)
            decode_groups(piece, to);
        if (piece.empty())
            break;
        is_broken_ = !add_one(piece.front(), to);
        piece.remove_prefix(1);
    }
    out.resize(static_cast<std::size_t>(to - out.data()));
    return !is_broken_;
}

bool Base64Decoder::add_one(char c, char*& to) noexcept {
    if (c == '=')
        return ++padding_ <= 2;
    const std::int8_t value = value_of(c);
    if (value == blank)
        return true;
    if (value == not_in_alphabet || padding_ > 0)
        return false;
    group_ = (group_ << 6) | static_cast<std::uint32_t>(value);
    if (++digits_ == 4) {
        for (const unsigned shift : {16u, 8u, 0u})
            *to++ = static_cast<char>((group_ >> shift) & 0xFF);
        group_ = 0;
        digits_ = 0;
    }
    return true;
}

bool Base64Decoder::finish(Bytes& out) const {
    if (is_broken_)
        return false;
    if (digits_ == 0)
        return padding_ == 0;
    if (digits_ == 1 || digits_ + padding_ != 4)
        return false;
    // 2 digits hold one octet and 4 spare bits, 3 digits two octets and 2 spare bits.
    const std::uint32_t group = group_ << 6 * (4 - digits_);
    out += static_cast<char>((group >> 16) & 0xFF);
    if (digits_ == 3)
        out += static_cast<char>((group >> 8) & 0xFF);
    return true;
}

void Base64Encoder::add(BytesView octets, Bytes& out) {
    out.reserve(out.size() + (octets.size() + octets_) / 3 * 4);
    for (const char octet : octets) {
        group_ = (group_ << 8) | static_cast<unsigned char>(octet);
        if (++octets_ < 3)
            continue;
        for (const unsigned shift : {18u, 12u, 6u, 0u})
            out += alphabet[(group_ >> shift) & 63];
        group_ = octets_ = 0;
    }
}

void Base64Encoder::finish(Bytes& out) {
    if (octets_ == 0)
        return;
    group_ <<= 8 * (3 - octets_);
    out += alphabet[(group_ >> 18) & 63];
    out += alphabet[(group_ >> 12) & 63];
    out += octets_ == 2 ? alphabet[(group_ >> 6) & 63] : '=';
    out += '=';
    group_ = octets_ = 0;
}

}  // namespace hub::edxml
