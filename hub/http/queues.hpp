#pragma once
// /v1/queues: what waits for each agency, the oldest first, and what operators have set: a pause, a limit.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

#include <boost/json/fwd.hpp>

namespace hub::http {

std::vector<Route> queue_routes(Sources& sources);

/// Who has paused it, since when and why; or null.
Result<boost::json::value> pause_of(Sources& sources, const AgencyCode& inbox, const Scope& scope);

/// "queue_paused" of each row, which is of the delivery in that place: who keeps it in the ledger, since when and why; or
/// null.
Result<void> say_what_is_paused(boost::json::array& rows, const DocumentSummary& document, Sources& sources, const Call& call);

}  // namespace hub::http
