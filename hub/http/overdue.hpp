#pragma once
// /v1/overdue: which receivers are late with what, by the terms of the settings (core/deadline.hpp).

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// What is late at `now`, and not for longer than a month: what nobody will answer any more hides nothing.
std::vector<LateSpan> late_spans(const DeadlineRules& rules, Instant now);

/// `sources` must outlive the routes.
std::vector<Route> overdue_routes(Sources& sources);

}  // namespace hub::http
