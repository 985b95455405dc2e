#pragma once
// /v1/overdue: which receivers are late with what, by the terms of the settings (core/deadline.hpp).

#include "hub/http/query.hpp"
#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

#include <boost/json/array.hpp>

namespace hub::http {

/// What is late at `now`, since whenever.
std::vector<LateSpan> late_spans(const DeadlineRules& rules, Instant now);

/// Whatever is owed, whether it is late or not; of one duty or of all.
std::vector<LateSpan> owed_spans(std::optional<Duty> duty);
/// Of the parameters `owed`, "yes" or a duty, and `overdue`: both hold together. Empty: neither is asked for.
std::vector<LateSpan> spans_asked_for(Query& asked, const DeadlineRules& rules, Instant now);

/// What each delivery of the document owes, by when, and how near that is; null: nothing. As the key `owes` of these rows.
void add_duties(boost::json::array& deliveries, const DocumentSummary& document, const DeadlineRules& rules, Instant now);

/// What moved the delivery to this receiver, in its order; a request that could not be delivered never was, and nothing is
/// owed for it.
std::vector<const Entry*> course_of(const Story& story, const AgencyCode& receiver);

/// Of each receiver's duties those whose term has passed, the term of now: also of what was done since, too late.
boost::json::array late_marks(const Story& story, const DeadlineRules& rules, Instant now);

/// `sources` must outlive the routes.
std::vector<Route> overdue_routes(Sources& sources);

}  // namespace hub::http
