#include "hub/http/api.hpp"

#include "hub/http/agencies.hpp"
#include "hub/http/audit.hpp"
#include "hub/http/axis.hpp"
#include "hub/http/configuration.hpp"
#include "hub/http/console.hpp"
#include "hub/http/documents.hpp"
#include "hub/http/door.hpp"
#include "hub/http/etag.hpp"
#include "hub/http/explain.hpp"
#include "hub/http/failures.hpp"
#include "hub/http/health.hpp"
#include "hub/http/live_events.hpp"
#include "hub/http/metrics.hpp"
#include "hub/http/operations.hpp"
#include "hub/http/overdue.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/problem_pages.hpp"
#include "hub/http/query.hpp"
#include "hub/http/queues.hpp"
#include "hub/http/readiness.hpp"
#include "hub/http/receipts.hpp"
#include "hub/http/reports.hpp"
#include "hub/http/reveal.hpp"
#include "hub/http/second_factor.hpp"
#include "hub/http/security_txt.hpp"
#include "hub/http/sessions.hpp"
#include "hub/http/status.hpp"
#include "hub/http/users.hpp"
#include "hub/http/views.hpp"

#include <boost/url/parse.hpp>

#include <algorithm>
#include <utility>

namespace hub::http {
namespace {

Response wrong_method(const Request& request, const std::string& allowed) {
    Response refused = problem(405, call_problems::method_not_allowed, "method", request.method, request.accept_language);
    refused.fields.push_back({"Allow", allowed});
    return refused;
}

/// Of a list that is compared strongly a weak tag is no tag.
enum class Comparison : std::uint8_t { weak, strong };

bool is_among(std::string_view list, std::string_view tag, Comparison comparison) {
    for (auto at = list.find(tag); at != list.npos; at = list.find(tag, at + 1))
        if (comparison == Comparison::weak || !list.substr(0, at).ends_with("W/"))
            return true;
    return list == "*";
}

bool is_look(const Request& request) { return request.method == "GET" || request.method == "HEAD"; }

/// Its own where it has one: it says which part of it is meant to be changed.
std::string tag_of(const Response& response) {
    const auto own = std::ranges::find(response.fields, "ETag", &Field::name);
    return own == response.fields.end() ? etag_of(response.body) : own->value;
}

/// Who has the octets already gets no second copy.
void tag(const Request& request, Response& response) {
    const bool has_tag = std::ranges::any_of(response.fields, [](const Field& f) { return f.name == "ETag"; });
    if (response.status != 200 || has_tag || !is_look(request))
        return;
    const std::string etag = etag_of(response.body);
    response.fields.push_back({"ETag", etag});
    if (is_among(request.if_none_match, etag, Comparison::weak)) {
        response.status = 304;
        response.body.clear();
    }
}

}  // namespace

Api::Api(Sources sources) : sources_{std::move(sources)} {
    router_.add(readiness_routes(sources_));
    router_.add(status_routes(sources_));
    router_.add(security_txt_routes(sources_));
    router_.add(problem_page_routes());
    router_.add(health_routes(sources_));
    router_.add(metrics_routes(sources_));
    router_.add(overdue_routes(sources_));
    router_.add(document_routes(sources_));
    router_.add(receipt_routes(sources_));
    router_.add(reveal_routes(sources_));
    router_.add(agency_routes(sources_));
    router_.add(axis_routes(sources_));
    router_.add(queue_routes(sources_));
    router_.add(explain_routes(sources_));
    router_.add(door_routes(sources_));
    router_.add(session_routes(sources_));
    router_.add(user_routes(sources_));
    router_.add(second_factor_routes(sources_));
    router_.add(view_routes(sources_));
    router_.add(failure_routes(sources_));
    router_.add(operation_routes(sources_));
    router_.add(audit_routes(sources_));
    router_.add(live_routes(sources_));
    router_.add(report_routes(sources_));
    router_.add(configuration_routes(sources_));
}

Begun Api::begin(const Request& request) {
    Begun begun = dispatch(request);
    const std::string trace = trace_id_of(request.traceparent);
    if (Response* const response = std::get_if<Response>(&begun)) {
        tag(request, *response);
        put_trace(trace, *response);
        return begun;
    }
    if (trace.empty())
        return begun;
    const auto traced = [&trace](Work work) {
        return [trace, work = std::move(work)] {
            Response response = work();
            put_trace(trace, response);
            return response;
        };
    };
    if (auto* const work = std::get_if<Work>(&begun))
        *work = traced(std::move(*work));
    else if (auto* const long_work = std::get_if<LongWork>(&begun))
        long_work->work = traced(std::move(long_work->work));
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
        // A page that is left open listens, and asks by itself.
        const bool is_by_itself = !request.unattended.empty() || (found.route && found.route->listen && is_look(request));
        auto caller = gate_.identify(request, {call.now, !is_by_itself});
        if (!caller) {
            // Whoever asks what is open to everybody from there has a count of its own.
            call.caller.name = "?";
            const auto wait = gate_.wait_of(call.caller, call.now);
            return wait ? too_many_requests(*wait, language) : problem(caller.error(), language);
        }
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
    if (call.caller.must_enrol && found.route->right && !found.route->is_for_enrolling)
        return problem(403, call_problems::second_factor_required, {}, {}, language);
    if (!found.route->reads_query)
        if (const auto trouble = Query{call}.trouble())
            return problem(*trouble, language);
    return done(*found.route, std::move(call));
}

Begun Api::done(const Route& route, Call call) {
    // Where nobody has to be known, nobody has a key.
    const bool is_change = !is_look(call.request) && route.right && route.repeat != Repeat::any;
    if (route.listen && !is_change)
        return route.listen(call);
    if (route.listen)
        return once_.begin(call, route, [&]() -> Begun {
            auto refused = stale(call);
            return refused ? Begun{std::move(*refused)} : route.listen(call);
        });
    auto change = [this, &route, is_change](const Call& asked) {
        if (!is_change)
            return route.answer(asked);
        return once_.answer(asked, route, [&] {
            auto refused = stale(asked);
            return refused ? std::move(*refused) : route.answer(asked);
        });
    };
    if (route.where == Where::here)
        return change(call);
    const bool is_long = route.where == Where::long_aside;
    Work work = [change, call = std::move(call)] { return change(call); };
    return is_long ? Begun{LongWork{std::move(work)}} : Begun{std::move(work)};
}

/// What a change is about is the nearest that can be looked at: its own path, or one above it. Asked by the thread that
/// changes it, so that nothing comes between; above what is changed aside there is nothing but what the access store knows.
std::optional<Response> Api::stale(const Call& call) const {
    const std::string& wanted = call.request.if_match;
    const std::string path{call.url.encoded_path()};
    for (std::string_view rest{path}; !wanted.empty() && !rest.empty(); rest = rest.substr(0, rest.rfind('/'))) {
        auto found = router_.find("GET", rest);
        if (!found.route || !found.route->answer)
            continue;
        if (found.route->right && !call.caller.may(*found.route->right))
            return problem({Errc::not_allowed, std::string{name_of(*found.route->right)}, {}}, call.language());
        Response now = found.route->answer({call.request, boost::urls::parse_origin_form(rest).value(),
                                            std::move(found.names), call.caller, call.now});
        if (now.status != 200)
            return now;
        const std::string tag = tag_of(now);
        if (is_among(wanted, tag, Comparison::strong))
            return std::nullopt;
        Response refused = problem(412, call_problems::changed_meanwhile, "If-Match", {}, call.language());
        refused.fields.push_back({"ETag", tag});
        return refused;
    }
    return std::nullopt;
}

}  // namespace hub::http
