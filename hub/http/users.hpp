#pragma once
// /v1/users and /v1/tokens: who may use this API. Each change is in the ledger before it is made.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// `sources` must outlive the routes; without an access store there are none.
std::vector<Route> user_routes(Sources& sources);

}  // namespace hub::http
