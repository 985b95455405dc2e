#pragma once
// /livez and /readyz: for whatever restarts the hub or sends callers elsewhere. Open to everybody, so a check says its
// name, how it stands and what to do, and nothing of where or by what.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// `sources` must outlive the routes.
std::vector<Route> readiness_routes(Sources& sources);

}  // namespace hub::http
