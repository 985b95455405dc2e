#pragma once
// /v1/audit: who did what to what, when and why.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// `sources` must outlive the routes.
std::vector<Route> audit_routes(Sources& sources);

}  // namespace hub::http
