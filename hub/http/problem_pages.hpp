#pragma once
// What the `type` of a problem leads to (RFC 9457, 3.1.1): its words in both languages, for whoever follows it.

#include "hub/http/router.hpp"

namespace hub::http {

/// GET /problems/{code}: text, open to everybody. not_found: no answer bears this code.
std::vector<Route> problem_page_routes();

}  // namespace hub::http
