#pragma once
// /v1/status: links, disk, counters.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// `sources` must outlive the routes.
std::vector<Route> status_routes(Sources& sources);

}  // namespace hub::http
