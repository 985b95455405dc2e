#pragma once
// /v1/agencies and /v1/directory: agencies of the province, units of the national axis.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// `sources` must outlive the routes.
std::vector<Route> agency_routes(Sources& sources);

}  // namespace hub::http
