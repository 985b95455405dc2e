#include "hub/http/status.hpp"

#include "hub/http/json.hpp"

#include <boost/json.hpp>

namespace hub::http {
namespace {

namespace json = boost::json;

Response status(Sources& sources) {
    json::object body = json_of(sources.status());
    if (const auto counts = sources.search->counts(); counts)
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
    return {{"GET", "/v1/status", Right::read, [&](const Call&) { return status(sources); }}};
}

}  // namespace hub::http
