#pragma once
// Why a receiver's code leads where it leads: the dry run of the hub's routing.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// `sources` must outlive the routes.
std::vector<Route> explain_routes(Sources& sources);

}  // namespace hub::http
