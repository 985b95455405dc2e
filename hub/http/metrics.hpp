#pragma once
// /metrics in the text format of Prometheus. Labels are bounded: agencies appear only as the few whose oldest
// document waits longest. What each metric means, and which alert stands on it: docs/operations.md, Metrics.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

inline constexpr std::size_t metrics_agencies_max = 20;

/// `sources` must outlive the routes.
std::vector<Route> metrics_routes(Sources& sources);

}  // namespace hub::http
