#pragma once
// A user's own sessions: /v1/sessions.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

std::vector<Route> session_routes(Sources& sources);

}  // namespace hub::http
