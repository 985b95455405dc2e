#pragma once
// /v1/operations: see what an act would touch, have it done, watch it, stop it, let it go on.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// `sources` must outlive the routes.
std::vector<Route> operation_routes(Sources& sources);

}  // namespace hub::http
