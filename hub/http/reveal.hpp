#pragma once
// POST /v1/documents/{id}/parts/{part}/reveal: the octets of one part of a document, which is closed to everybody until
// somebody who may says why. That stands in the ledger before the first octet leaves.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// `sources` must outlive the routes.
std::vector<Route> reveal_routes(Sources& sources);

}  // namespace hub::http
