#include "hub/http/api.hpp"

#include "hub/core/signature.hpp"
#include "hub/http/agencies.hpp"
#include "hub/http/audit.hpp"
#include "hub/http/configuration.hpp"
#include "hub/http/console.hpp"
#include "hub/http/documents.hpp"
#include "hub/http/door.hpp"
#include "hub/http/explain.hpp"
#include "hub/http/failures.hpp"
#include "hub/http/health.hpp"
#include "hub/http/live_events.hpp"
#include "hub/http/metrics.hpp"
#include "hub/http/operations.hpp"
#include "hub/http/overdue.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/query.hpp"
#include "hub/http/readiness.hpp"
#include "hub/http/reports.hpp"
#include "hub/http/reveal.hpp"
#include "hub/http/status.hpp"
#include "hub/http/users.hpp"

#include <boost/url/parse.hpp>

#include <algorithm>
#include <utility>

namespace hub::http {
namespace {

Response wrong_method(const Request& request, const std::string& allowed) {
    Response refused = problem(405, invalid("method", request.method), request.accept_language);
    refused.fields.push_back({"Allow", allowed});
    return refused;
}

bool is_among(std::string_view list, std::string_view tag) {
    return list == "*" || list.find(tag) != std::string_view::npos;
}

/// The same octets have the same tag; who has them already gets no second copy.
void tag(const Request& request, Response& response) {
    constexpr std::size_t digits = 32;
    const bool has_tag = std::ranges::any_of(response.fields, [](const Field& f) { return f.name == "ETag"; });
    if (response.status != 200 || has_tag || (request.method != "GET" && request.method != "HEAD"))
        return;
    const std::string etag = '"' + sha256(response.body).text().substr(0, digits) + '"';
    response.fields.push_back({"ETag", etag});
    if (is_among(request.if_none_match, etag)) {
        response.status = 304;
        response.body.clear();
    }
}

}  // namespace

Api::Api(Sources sources) : sources_{std::move(sources)} {
    router_.add(readiness_routes(sources_));
    router_.add(status_routes(sources_));
    router_.add(health_routes(sources_));
    router_.add(metrics_routes(sources_));
    router_.add(overdue_routes(sources_));
    router_.add(document_routes(sources_));
    router_.add(reveal_routes(sources_));
    router_.add(agency_routes(sources_));
    router_.add(explain_routes(sources_));
    router_.add(door_routes(sources_));
    router_.add(user_routes(sources_));
    router_.add(failure_routes(sources_));
    router_.add(operation_routes(sources_));
    router_.add(audit_routes(sources_));
    router_.add(live_routes(sources_));
    router_.add(report_routes(sources_));
    router_.add(configuration_routes(sources_));
}

Begun Api::begin(const Request& request) {
    Begun begun = dispatch(request);
    if (Response* const response = std::get_if<Response>(&begun))
        tag(request, *response);
    return begun;
}

Response Api::answer(const Request& request) {
    Begun begun = begin(request);
    if (const Stream* const stream = std::get_if<Stream>(&begun))
        return {200, std::string{event_stream_type}, stream->hearing->next().value_or(std::string{}), {}};
    if (const auto* const work = std::get_if<Work>(&begun))
        return (*work)();
    const auto* const long_work = std::get_if<LongWork>(&begun);
    return long_work ? long_work->work() : std::get<Response>(std::move(begun));
}

Begun Api::dispatch(const Request& request) {
    const std::string& language = request.accept_language;
    if (const auto placed = gate_.check_place(request); !placed)
        return problem(403, placed.error(), language);
    if (auto page = console_page(request))
        return std::move(*page);
    const auto url = boost::urls::parse_origin_form(request.target);
    if (!url)
        return problem(400, {Errc::field_invalid, "target", {}}, language);
    const std::string path{url->encoded_path()};
    auto found = router_.find(request.method, path);
    Call call{request, *url, std::move(found.names), {}, sources_.now()};
    call.caller.address = request.address;
    if (!found.is_open) {
        auto caller = gate_.identify(request, call.now);
        if (!caller)
            return problem(caller.error(), language);
        call.caller = std::move(*caller);
    }
    if (const auto wait = gate_.wait_of(call.caller, call.now))
        return too_many_requests(*wait, language);
    if (!found.route && found.allowed.empty())
        return problem({Errc::not_found, "path", path.substr(0, 100)}, language);
    if (!found.route)
        return wrong_method(request, found.allowed);
    if (found.route->right && !call.caller.may(*found.route->right))
        return problem({Errc::not_allowed, std::string{name_of(*found.route->right)}, {}}, language);
    if (!found.route->reads_query)
        if (const auto trouble = Query{call}.trouble())
            return problem(*trouble, language);
    if (found.route->listen)
        return found.route->listen(call);
    if (found.route->where == Where::here)
        return found.route->answer(call);
    const bool is_long = found.route->where == Where::long_aside;
    Work work = [route = found.route, call = std::move(call)] { return route->answer(call); };
    return is_long ? Begun{LongWork{std::move(work)}} : Begun{std::move(work)};
}

}  // namespace hub::http
