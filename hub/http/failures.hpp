#pragma once
// /v1/failures: what receivers could not store, by cause.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// `sources` must outlive the routes.
std::vector<Route> failure_routes(Sources& sources);

}  // namespace hub::http
