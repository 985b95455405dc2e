#include "hub/core/ids.hpp"

#include <algorithm>

namespace hub {
namespace {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }

Fault malformed(std::string_view field, std::string_view text) {
    return {Errc::field_invalid, std::string{field}, std::string{text.substr(0, 80)}};
}

constexpr int hex_value(char c) noexcept {
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

void append_hex(std::string& out, std::uint8_t octet) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += digits[octet >> 4];
    out += digits[octet & 15];
}

/// `^[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}$`
bool is_old_form(std::string_view text) noexcept {
    constexpr std::string_view shape = "000.00.00.A00";
    if (text.size() != shape.size())
        return false;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const bool fits = shape[i] == '0' ? is_digit(text[i]) : shape[i] == 'A' ? is_upper(text[i]) : text[i] == '.';
        if (!fits)
            return false;
    }
    return true;
}

/// `^[A-Z][0-9A-Z]*(\.[0-9A-Z]+)*$`; that no group is empty is known already.
bool is_new_form(std::string_view text) noexcept {
    return is_upper(text.front())
           && std::ranges::all_of(text, [](char c) { return is_digit(c) || is_upper(c) || c == '.'; });
}

}  // namespace

Result<AgencyCode> AgencyCode::parse(std::string_view text) {
    if (text.empty() || text.size() > size_max || text == "null")
        return malformed("agency_code", text);
    bool is_group_empty = true;
    for (const char c : text) {
        if (c == '.') {
            if (is_group_empty)
                return malformed("agency_code", text);
            is_group_empty = true;
        } else if (is_digit(c) || is_upper(c) || is_lower(c) || c == '-' || c == '_') {
            is_group_empty = false;
        } else {
            return malformed("agency_code", text);
        }
    }
    if (is_group_empty)
        return malformed("agency_code", text);
    return AgencyCode{std::string{text}};
}

AgencyCode::Form AgencyCode::form() const noexcept {
    if (is_old_form(text_))
        return Form::old_form;
    return is_new_form(text_) ? Form::new_form : Form::irregular;
}

std::optional<AgencyCode> AgencyCode::parent() const {
    switch (form()) {
    case Form::old_form: {
        // Read from right to left: clear the leftmost group that is not zero.
        constexpr std::pair<std::size_t, std::size_t> groups[] = {{0, 3}, {4, 2}, {7, 2}};
        for (const auto& [at, size] : groups) {
            if (text_.substr(at, size).find_first_not_of('0') == std::string::npos)
                continue;
            std::string up = text_;
            up.replace(at, size, std::string(size, '0'));
            return AgencyCode{std::move(up)};
        }
        return std::nullopt;
    }
    case Form::new_form: {
        const auto dot = text_.rfind('.');
        if (dot == std::string::npos)
            return std::nullopt;
        return AgencyCode{text_.substr(0, dot)};
    }
    case Form::irregular: return std::nullopt;
    }
    return std::nullopt;
}

Result<EnvelopeId> EnvelopeId::from_bytes(BytesView octets) {
    if (octets.size() != size)
        return malformed("envelope_id", "");
    EnvelopeId id;
    std::ranges::transform(octets, id.octets_.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
    if ((id.octets_[6] >> 4) != 7 || (id.octets_[8] >> 6) != 2)
        return malformed("envelope_id", id.text());
    return id;
}

Result<EnvelopeId> EnvelopeId::parse(std::string_view text) {
    if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
        return malformed("envelope_id", text);
    Bytes octets;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == '-') {
            ++i;
            continue;
        }
        const int high = hex_value(text[i]);
        const int low = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
        if (high < 0 || low < 0)
            return malformed("envelope_id", text);
        octets += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return from_bytes(octets);
}

EnvelopeId EnvelopeId::make(std::uint64_t unix_ms, const std::array<std::uint8_t, 10>& random) noexcept {
    EnvelopeId id;
    for (std::size_t i = 0; i < 6; ++i)
        id.octets_[i] = static_cast<std::uint8_t>(unix_ms >> (8 * (5 - i)));
    std::ranges::copy(random, id.octets_.begin() + 6);
    id.octets_[6] = static_cast<std::uint8_t>((id.octets_[6] & 0x0f) | 0x70);
    id.octets_[8] = static_cast<std::uint8_t>((id.octets_[8] & 0x3f) | 0x80);
    return id;
}

std::string EnvelopeId::text() const {
    std::string out;
    out.reserve(36);
    for (std::size_t i = 0; i < octets_.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            out += '-';
        append_hex(out, octets_[i]);
    }
    return out;
}

Result<Digest> Digest::from_bytes(BytesView octets) {
    Digest digest;
    if (octets.size() != digest.octets.size())
        return malformed("sha256", "");
    std::ranges::transform(octets, digest.octets.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
    return digest;
}

Result<Digest> Digest::parse(std::string_view hex) {
    Digest digest;
    if (hex.size() != 2 * digest.octets.size())
        return malformed("sha256", hex);
    for (std::size_t i = 0; i < digest.octets.size(); ++i) {
        const int high = hex_value(hex[2 * i]);
        const int low = hex_value(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            return malformed("sha256", hex);
        digest.octets[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return digest;
}

std::string Digest::text() const {
    std::string out;
    out.reserve(2 * octets.size());
    for (const std::uint8_t octet : octets)
        append_hex(out, octet);
    return out;
}

}  // namespace hub
