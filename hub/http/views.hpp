#pragma once
// /v1/views: filters of the console's pages that their users have kept under a name. Each sees their own.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// `sources` must outlive the routes.
std::vector<Route> view_routes(Sources& sources);

}  // namespace hub::http
