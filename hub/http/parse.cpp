#include "hub/http/parse.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"

#include <charconv>

namespace hub::http {

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return value;
}

bool is_reason(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") != std::string_view::npos && text.size() <= limits::fault_text_bytes_max
           && is_utf8(text);
}

}  // namespace hub::http
