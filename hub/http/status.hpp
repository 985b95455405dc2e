#pragma once
// /livez, /readyz and /v1/status: is the hub well.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// `sources` must outlive the routes.
std::vector<Route> status_routes(Sources& sources);

}  // namespace hub::http
