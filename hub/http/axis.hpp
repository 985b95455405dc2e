#pragma once
// /v1/axis: how the way to the national axis is, and what its connector says of its work.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// "up"; "down"; "unread": nobody takes what is for it; "unknown". Nullopt: the province has no axis.
std::optional<std::string_view> axis_state(const Sources& sources, const HubStatus& status);

/// `sources` must outlive the routes.
std::vector<Route> axis_routes(Sources& sources);

}  // namespace hub::http
