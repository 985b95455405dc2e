#pragma once
// Which of the two languages somebody wants to read.

#include <string>
#include <string_view>

namespace hub::http {

/// "vi" or "en": which of both the list of Accept-Language (RFC 9110) likes best, the first of equals. English when it
/// names neither.
std::string preferred_language(std::string_view accepted);

}  // namespace hub::http
