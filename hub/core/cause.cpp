#include "hub/core/cause.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"
#include "hub/core/signature.hpp"

#include <algorithm>

namespace hub {
namespace {

constexpr std::size_t fingerprint_digits = 16;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// "500", "28" and "E1234" tell one cause from another; "7816" is a document's number.
bool is_code(std::string_view word) noexcept {
    constexpr std::size_t number_digits_max = 3, code_characters_max = 5;
    return std::ranges::all_of(word, is_digit) ? word.size() <= number_digits_max
                                               : !is_digit(word.front()) && word.size() <= code_characters_max;
}

std::string_view without_signs(std::string_view word) noexcept {
    constexpr std::string_view signs = "\"'()[]{}<>,.;:!?";
    const auto first = word.find_first_not_of(signs);
    if (first == std::string_view::npos)
        return {};
    return word.substr(first, word.find_last_not_of(signs) - first + 1);
}

}  // namespace

Cause cause_of(std::string_view code, std::string_view detail) {
    Cause cause{utf8_prefix(code, limits::fault_text_bytes_max), {}};
    std::string_view last;
    while (!detail.empty()) {
        const auto begin = detail.find_first_not_of(" \t\r\n");
        if (begin == std::string_view::npos)
            break;
        const auto end = std::min(detail.find_first_of(" \t\r\n", begin), detail.size());
        const std::string_view word = detail.substr(begin, end - begin);
        detail.remove_prefix(end);
        const std::string_view bare = without_signs(word);
        const bool is_variable = std::ranges::any_of(bare, is_digit) && !is_code(bare);
        const std::string_view kept = is_variable ? std::string_view{"#"} : word;
        if (is_variable && last == kept)
            continue;
        last = kept;
        cause.detail.append(cause.detail.empty() ? "" : " ").append(kept);
    }
    cause.detail = utf8_prefix(cause.detail, cause_detail_bytes_max);
    return cause;
}

std::string fingerprint_of(const Cause& cause) {
    return sha256(cause.code + '\n' + cause.detail).text().substr(0, fingerprint_digits);
}

bool is_fingerprint(std::string_view text) noexcept {
    return text.size() == fingerprint_digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace hub
