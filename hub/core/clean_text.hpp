#pragma once
// For whoever writes words of others where only UTF-8 may stand.

#include "hub/core/fold.hpp"

namespace hub {

/// Each octet that is not UTF-8 becomes U+FFFD.
inline std::string clean_utf8(std::string_view octets) {
    std::string out;
    out.reserve(octets.size());
    while (!octets.empty()) {
        std::string_view rest = octets;
        const bool is_character = read_code_point(rest) != 0 || octets.front() == '\0';
        const std::size_t size = octets.size() - rest.size();
        out += is_character ? octets.substr(0, size) : "\xEF\xBF\xBD";
        octets.remove_prefix(size);
    }
    return out;
}

}  // namespace hub
