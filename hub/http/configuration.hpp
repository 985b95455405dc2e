#pragma once
// /v1/configuration: the settings with which the hub runs, and where each comes from; what the files say now, and having
// them read again.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// `sources` must outlive the routes.
std::vector<Route> configuration_routes(Sources& sources);

}  // namespace hub::http
