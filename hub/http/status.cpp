#include "hub/http/status.hpp"

#include "hub/http/axis.hpp"
#include "hub/http/health.hpp"
#include "hub/http/json.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hub::http {
namespace {

namespace json = boost::json;

/// How much the hub carries, of all agencies together, and what it has room for.
void leave_out_volume(json::object& body) {
    for (const char* const key : {"since_start", "under_way", "contents"})
        body.erase(key);
    body["ledger"].as_object().erase("disk_free_bytes");
}

Response status(Sources& sources, const Call& call) {
    const HubStatus now = sources.status();
    json::object body = json_of(now);
    // Whether documents for other provinces go out is no secret of anybody's.
    const auto axis = axis_state(sources, now);
    body["axis"] = axis ? json::value(json_text(*axis)) : json::value(nullptr);
    const bool is_of_one = call.caller.scope().has_value();
    if (is_of_one)
        leave_out_volume(body);
    else if (const auto counts = sources.search->counts(); counts)
        body["stored"] = json::object{{"envelopes", counts->envelopes},
                                      {"deliveries", counts->deliveries},
                                      {"entries", counts->entries}};
    if (const auto totals = sources.search->unit_totals(); totals) {
        const auto time = [](const std::optional<Instant>& at) {
            return at ? json::value(json::string{time_text(*at)}) : json::value(nullptr);
        };
        body["units"] = json::object{{"count", totals->units},
                                     {"pass_ended_at", time(totals->pass_ended_at)},
                                     {"full_pass_ended_at", time(totals->full_pass_ended_at)}};
    }
    return json_response(body);
}

}  // namespace

std::vector<Route> status_routes(Sources& sources) {
    return {{"GET", "/v1/status", Right::read, [&](const Call& call) { return status(sources, call); }}};
}

}  // namespace hub::http
