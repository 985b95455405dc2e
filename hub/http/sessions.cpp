#include "hub/http/sessions.hpp"

#include "hub/http/json.hpp"
#include "hub/http/problem.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <functional>

namespace hub::http {
namespace {

namespace json = boost::json;
using access::AccessStore;

json::object json_of(const AccessStore::ShownSession& session, const std::string& current) {
    return {{"session", json_text(session.handle)},
            {"current", session.handle == current},
            {"program", session.is_bearer},
            {"address", session.address.empty() ? json::value(nullptr) : json::value(json_text(session.address))},
            {"began_at", session.began_at ? json::value(json_text(time_text(*session.began_at))) : json::value(nullptr)},
            {"seen_at", json_text(time_text(session.seen_at))},
            {"ends_at", json_text(time_text(session.ends_at))}};
}

/// Empty for whoever has none.
std::string handle_of(const Caller& caller) {
    return caller.session ? AccessStore::handle_of(*caller.session) : std::string{};
}

Response list_sessions(Sources& sources, const Call& call) {
    const std::string current = handle_of(call.caller);
    json::array out;
    if (call.caller.session) {
        const auto sessions = sources.access->sessions(call.caller.name, call.now);
        if (!sessions)
            return problem(sessions.error(), call.language());
        for (const auto& session : *sessions)
            out.push_back(json_of(session, current));
    }
    return json_response(json::object{{"sessions", std::move(out)}});
}

/// Which are meant stands in `detail`.
Response end_by(Sources& sources, const Call& call, std::string detail, const std::function<Result<void>()>& end) {
    Act act = call.caller.act(Verb::sign_out, call.caller.name, {}, std::move(detail));
    if (const auto noted = sources.record(std::move(act)); !noted)
        return problem(noted.error(), call.language());
    if (const auto ended = end(); !ended)
        return problem(ended.error(), call.language());
    return list_sessions(sources, call);
}

Response end_session(Sources& sources, const Call& call) {
    const std::string& handle = call.names.front();
    if (!call.caller.session)
        return problem({Errc::not_found, "session", {}}, call.language());
    const auto sessions = sources.access->sessions(call.caller.name, call.now);
    if (!sessions)
        return problem(sessions.error(), call.language());
    // Nothing is noted of what there is not.
    if (std::ranges::find(*sessions, handle, &AccessStore::ShownSession::handle) == sessions->end())
        return problem({Errc::not_found, "session", {}}, call.language());
    return end_by(sources, call, "session " + handle, [&] { return sources.access->end(call.caller.name, handle); });
}

Response end_other_sessions(Sources& sources, const Call& call) {
    if (!call.caller.session)
        return problem({Errc::not_found, "session", {}}, call.language());
    return end_by(sources, call, "all other sessions",
                  [&] { return sources.access->end_others(call.caller.name, *call.caller.session); });
}

}  // namespace

std::vector<Route> session_routes(Sources& sources) {
    if (!sources.access)
        return {};
    const auto by = [&sources](Response (*answer)(Sources&, const Call&)) {
        return [&sources, answer](const Call& call) { return answer(sources, call); };
    };
    return {
        {"GET", "/v1/sessions", Right::read, by(list_sessions)},
        {"DELETE", "/v1/sessions", Right::read, by(end_other_sessions), Where::aside},
        {"DELETE", "/v1/sessions/{session}", Right::read, by(end_session), Where::aside},
    };
}

}  // namespace hub::http
