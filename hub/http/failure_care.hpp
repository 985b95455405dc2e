#pragma once
// Who has taken a cause of failures upon themselves, and what people have noted of it. The audit is where it stands: acts
// on "failure/CAUSE".
//
// Whoever has taken it has it as long as something fails for it without a break. When nothing failed for it any more,
// that is over: what comes back later is nobody's, and who had it is told beside it.

#include "hub/core/operation_book.hpp"
#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

#include <boost/json/object.hpp>

namespace hub::http {

inline constexpr std::size_t failure_notes_shown = 20;

/// Adds "taken" and its "assign_etag", "notes" and "notes_are_cut" to the row of `group`.
Result<void> add_care(boost::json::object& row, const FailureGroup& group, Sources& sources);

/// `sources` must outlive the routes.
std::vector<Route> failure_care_routes(Sources& sources);

}  // namespace hub::http
