#pragma once
// Why receivers could not store what they were brought, reduced to what one repair would mend: deliveries that failed
// for one cause are fixed, and retried, together.

#include <string>
#include <string_view>

namespace hub {

struct Cause {
    std::string code;                    ///< As the receiver's adapter wrote it: mostly name_of(Errc).
    std::string detail;                  ///< Its words in a stable form, cause_detail_bytes_max at most.
    bool operator==(const Cause&) const = default;
};

inline constexpr std::size_t cause_detail_bytes_max = 120;

/// What differs from document to document is left out of the detail: a word with a digit in it (a number, an id, a
/// path, a time) becomes "#", unless it is short enough for a status or error code: "HTTP 500", "E1234".
Cause cause_of(std::string_view code, std::string_view detail);

/// Names a cause in every hub and for ever: 16 hexadecimal digits.
std::string fingerprint_of(const Cause& cause);
bool is_fingerprint(std::string_view text) noexcept;

}  // namespace hub
