#pragma once
// RFC 9457: what went wrong, as code, field and remedy, in the reader's language.

#include "hub/core/fault.hpp"
#include "hub/http/api.hpp"

namespace hub::http {

/// The status follows from the code: 404 not_found, 400 field_invalid, 503 what may pass, 500 otherwise.
Response problem(const Fault& fault, std::string_view accept_language);
Response problem(unsigned status, const Fault& fault, std::string_view accept_language);

}  // namespace hub::http
