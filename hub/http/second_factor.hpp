#pragma once
// /v1/users/{name}/second-factor: a user gets one, confirms that it works, gives it up; an administrator takes away one
// that was lost.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// `sources` must outlive the routes; without an access store there are none.
std::vector<Route> second_factor_routes(Sources& sources);

}  // namespace hub::http
