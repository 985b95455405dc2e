#pragma once
// /v1/reports: what moved in a period, as JSON or for a spreadsheet.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// `sources` must outlive the routes.
std::vector<Route> report_routes(Sources& sources);

}  // namespace hub::http
