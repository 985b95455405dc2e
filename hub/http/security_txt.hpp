#pragma once
// /.well-known/security.txt (RFC 9116): whom to tell of a weakness. Open to anybody.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// `sources` must outlive the routes. Without a contact in the settings: not found.
std::vector<Route> security_txt_routes(const Sources& sources);

}  // namespace hub::http
