#include "hub/http/attachment_name.hpp"

#include "hub/core/fold.hpp"
#include "hub/telemetry/visible.hpp"

#include <algorithm>
#include <cctype>

namespace hub::http {
namespace {

constexpr std::size_t name_bytes_max = 180;
constexpr std::size_t ending_bytes_max = 16;

bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }

std::string_view trimmed(std::string_view name) noexcept {
    constexpr std::string_view edges = " .";
    const auto first = name.find_first_not_of(edges);
    return first == name.npos ? std::string_view{}
                              : name.substr(first, name.find_last_not_of(edges) - first + 1);
}

std::string shortened(std::string_view name) {
    if (name.size() <= name_bytes_max)
        return std::string{name};
    const auto dot = name.rfind('.');
    const bool has_ending = dot != name.npos && name.size() - dot <= ending_bytes_max;
    const std::string_view ending = has_ending ? name.substr(dot) : std::string_view{};
    return std::string{utf8_prefix(name, name_bytes_max - ending.size())} + std::string{ending};
}

}  // namespace

std::string safe_file_name(std::string_view name, std::string_view otherwise) {
    if (!is_utf8(name))
        return std::string{otherwise};
    name.remove_prefix(std::min(name.size(), name.find_last_of("/\\") + 1));
    std::string kept;
    while (!name.empty()) {
        const std::string_view letter = name.substr(0, letter_bytes(name));
        name.remove_prefix(letter.size());
        // "gpj.exe" can be made to look like "exe.jpg".
        if (!is_steering(letter_of(letter)))
            kept += std::string_view{"\"<>:|?*"}.find(letter) == std::string_view::npos ? letter : "_";
    }
    const std::string safe = shortened(trimmed(kept));
    return safe.empty() ? std::string{otherwise} : safe;
}

std::string attachment_of(std::string_view file_name) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view marks = "!#$&+-.^_`|~";
    std::string plain, encoded;
    for (std::string_view rest = file_name; !rest.empty(); rest.remove_prefix(letter_bytes(rest))) {
        const char c = rest.front();
        // Readers disagree about what stands for something else within the quotes.
        plain += is_ascii(c) && c != '%' && c != '"' && c != '\\' ? c : '_';
    }
    for (const char c : file_name) {
        const auto octet = static_cast<unsigned char>(c);
        if (is_ascii(c) && (std::isalnum(octet) != 0 || marks.find(c) != std::string_view::npos))
            encoded += c;
        else
            (encoded += '%') += {digits[octet >> 4], digits[octet & 0x0F]};
    }
    return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
}

}  // namespace hub::http
