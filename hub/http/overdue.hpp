#pragma once
// /v1/overdue: which receivers are late with what, by the terms of the settings (core/deadline.hpp).

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

#include <boost/json/array.hpp>

namespace hub::http {

/// What is late at `now`, and not for longer than a month: what nobody will answer any more hides nothing.
std::vector<LateSpan> late_spans(const DeadlineRules& rules, Instant now);

/// Of each receiver's duties those whose term has passed, the term of now: also of what was done since, too late.
boost::json::array late_marks(const Story& story, const DeadlineRules& rules, Instant now);

/// `sources` must outlive the routes.
std::vector<Route> overdue_routes(Sources& sources);

}  // namespace hub::http
