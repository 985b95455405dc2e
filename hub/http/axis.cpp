#include "hub/http/axis.hpp"

#include "hub/http/health.hpp"
#include "hub/http/json.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/rfc3339.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hub::http {
namespace {

namespace json = boost::json;

json::value axis_time(const std::optional<Instant>& at) {
    return at ? json::value(json::string{time_text(*at)}) : json::value(nullptr);
}

json::object json_of(const AxisFigures::Backlog& backlog) {
    return {{"count", backlog.count}, {"oldest_at", axis_time(backlog.oldest_at)}};
}

json::object json_of(const AxisFigures& figures) {
    json::object calls;
    for (const AxisCall call : axis_calls) {
        const AxisFigures::Last& last = figures.of(call);
        calls[name_of(call)] = json::object{{"succeeded_at", axis_time(last.succeeded_at)},
                                            {"failed_at", axis_time(last.failed_at)}};
    }
    json::object in = json_of(figures.in);
    in["not_given"] = figures.not_given;
    return {{"calls", std::move(calls)},
            {"unclear", json_of(figures.unclear)},
            {"out", json_of(figures.out)},
            {"in", std::move(in)},
            {"clock_ahead_seconds", figures.clock_ahead ? json::value(figures.clock_ahead->count()) : json::value(nullptr)}};
}

Response axis(Sources& sources, const Call& call) {
    // It tells of every agency's documents.
    if (call.caller.scope())
        return problem({Errc::not_allowed, "axis", {}}, call.language());
    const HubStatus status = sources.status();
    const auto queues = sources.search->queues({});
    if (!queues)
        return problem(queues.error(), call.language());
    json::array found;
    for (const Agency& agency : sources.directory->agencies()) {
        if (!agency.is_axis)
            continue;
        const auto known = status.relay.axis.find(agency.code);
        const AxisLink link = known == status.relay.axis.end() ? AxisLink{} : known->second;
        const auto queue = std::ranges::find(*queues, agency.code, &QueueAge::agency);
        const bool has_queue = queue != queues->end();
        found.push_back(
            json::object{{"agency", json_text(agency.code.text())},
                         {"name", json_text(agency.name)},
                         {"state", json_text(axis_state(sources, status).value_or("unknown"))},
                         {"heard_at", axis_time(link.heard_at)},
                         {"down_since", axis_time(link.down_since)},
                         {"unread_since", axis_time(link.unread_since)},
                         {"queue", json::object{{"count", has_queue ? queue->waiting : 0},
                                                {"oldest_at", axis_time(has_queue ? queue->oldest_at : std::nullopt)}}},
                         {"connector", link.figures ? json::value(json_of(*link.figures)) : json::value(nullptr)}});
    }
    return json_response(json::object{{"axis", std::move(found)}});
}

}  // namespace

std::optional<std::string_view> axis_state(const Sources& sources, const HubStatus& status) {
    if (std::ranges::none_of(sources.directory->agencies(), &Agency::is_axis))
        return std::nullopt;
    const auto found = axis_findings(status, status.now);
    if (!found.empty())
        return found.front().cause == &troubles::axis_unread ? "unread" : "down";
    return status.broker == "up" && is_axis_heard(status, status.now) ? "up" : "unknown";
}

std::vector<Route> axis_routes(Sources& sources) {
    return {{"GET", "/v1/axis", Right::read, [&](const Call& call) { return axis(sources, call); }}};
}

}  // namespace hub::http
