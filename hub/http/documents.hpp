#pragma once
// /v1/documents: find them, read their stories, hold them.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// `sources` must outlive the routes.
std::vector<Route> document_routes(Sources& sources);

}  // namespace hub::http
