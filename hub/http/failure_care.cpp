#include "hub/http/failure_care.hpp"

#include "hub/core/limits.hpp"
#include "hub/http/body.hpp"
#include "hub/http/etag.hpp"
#include "hub/http/json.hpp"
#include "hub/http/parse.hpp"
#include "hub/http/problem.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hub::http {
namespace {

namespace json = boost::json;

constexpr std::string_view taken_by = "to ";
constexpr std::string_view given_back = "given back";

std::string object_of(std::string_view cause) { return "failure/" + std::string{cause}; }

Result<AuditPage> acts_on(std::string_view cause, Verb verb, std::size_t count, Sources& sources) {
    AuditQuery query;
    query.object = object_of(cause);
    query.verb = verb;
    query.count = count;
    return sources.book->audit(query);
}

/// Null: nobody has ever taken it, or whoever had it has given it back.
Result<json::value> taken_of(const FailureGroup& group, Sources& sources) {
    const auto page = acts_on(group.fingerprint, Verb::failure_assign, 1, sources);
    if (!page)
        return page.error();
    if (page->lines.empty() || !page->lines.front().act.detail.starts_with(taken_by))
        return json::value(nullptr);
    const AuditLine& line = page->lines.front();
    return json::value(json::object{{"to", json_text(line.act.detail.substr(taken_by.size()))},
                                    {"by", json_text(line.act.actor)},
                                    {"at", time_text(line.at)},
                                    {"reason", json_text(line.act.reason)},
                                    {"has_ended", line.at < group.first_at}});
}

Response assignment(const FailureGroup& group, json::value taken) {
    return json_response(json::object{{"cause", json_text(group.fingerprint)}, {"taken", std::move(taken)}});
}

/// What something fails for now. not_found.
Result<FailureGroup> group_of(const Call& call, Sources& sources) {
    const std::string& cause = call.names.front();
    if (!is_fingerprint(cause))
        return invalid("cause", cause);
    auto report = sources.book->failures();
    if (!report)
        return report.error();
    const auto found = std::ranges::find(report->groups, cause, &FailureGroup::fingerprint);
    if (found == report->groups.end())
        return Fault{Errc::not_found, "cause", cause};
    return std::move(*found);
}

Response look(Sources& sources, const Call& call) {
    const auto group = group_of(call, sources);
    if (!group)
        return problem(group.error(), call.language());
    auto taken = taken_of(*group, sources);
    return taken ? assignment(*group, std::move(*taken)) : problem(taken.error(), call.language());
}

/// Whoever asks, or a user who may operate.
bool may_have_it(const std::string& name, const Call& call, Sources& sources) {
    if (name == call.caller.name)
        return true;
    const auto user = sources.access ? sources.access->user(name) : Result<std::optional<access::User>>{std::nullopt};
    return user && *user && !(*user)->is_disabled && is_granted((*user)->role, Right::operate);
}

/// What is recorded, and what is answered when it is.
struct CareOrder {
    Act act;
    json::object answer;
};

Begun done(Sources& sources, const Call& call, Result<CareOrder> order) {
    if (!order)
        return problem(order.error(), call.language());
    return Work{[&sources, order = std::move(*order), language = call.language()] {
        const auto noted = sources.record(order.act);
        return noted ? json_response(order.answer) : problem(noted.error(), language);
    }};
}

Result<CareOrder> assign(Sources& sources, const Call& call) {
    Body body{call.request};
    const bool is_given = body.is_given("to");
    const std::string to = body.text("to", limits::fault_text_bytes_max);
    std::string reason = body.text("reason", limits::fault_text_bytes_max);
    if (!is_given || (body.has("to") && !may_have_it(to, call, sources)))
        body.refuse("to", to);
    if (!reason.empty() && !is_reason(reason))
        body.refuse("reason", reason);
    if (const auto trouble = body.trouble())
        return *trouble;
    const auto group = group_of(call, sources);
    if (!group)
        return group.error();
    const std::string detail = to.empty() ? std::string{given_back} : std::string{taken_by} + to;
    return CareOrder{call.caller.act(Verb::failure_assign, object_of(group->fingerprint), std::move(reason), detail),
                 {{"cause", json_text(group->fingerprint)},
                  {"to", to.empty() ? json::value(nullptr) : json::value(json_text(to))}}};
}

Result<CareOrder> note(Sources& sources, const Call& call) {
    Body body{call.request};
    std::string text = body.text("text", limits::fault_text_bytes_max);
    if (!is_reason(text))
        body.refuse("text", text);
    if (const auto trouble = body.trouble())
        return *trouble;
    const auto group = group_of(call, sources);
    if (!group)
        return group.error();
    json::object answer{{"cause", json_text(group->fingerprint)}, {"text", json_text(text)}};
    return CareOrder{call.caller.act(Verb::failure_note, object_of(group->fingerprint), std::move(text)), std::move(answer)};
}

}  // namespace

Result<void> add_care(json::object& row, const FailureGroup& group, Sources& sources) {
    auto taken = taken_of(group, sources);
    if (!taken)
        return taken.error();
    const auto page = acts_on(group.fingerprint, Verb::failure_note, failure_notes_shown, sources);
    if (!page)
        return page.error();
    json::array notes;
    for (const AuditLine& line : page->lines)
        notes.push_back(json::object{
            {"at", time_text(line.at)}, {"actor", json_text(line.act.actor)}, {"text", json_text(line.act.reason)}});
    row["assign_etag"] = json_text(etag_of(assignment(group, *taken).body));
    row["taken"] = std::move(*taken);
    row["notes"] = std::move(notes);
    row["notes_are_cut"] = page->has_more || page->is_cut;
    return {};
}

std::vector<Route> failure_care_routes(Sources& sources) {
    return {{"GET", "/v1/failures/{cause}/assign", Right::operate, [&](const Call& call) { return look(sources, call); }},
            {"POST", "/v1/failures/{cause}/assign", Right::operate, {}, Where::aside,
             [&](const Call& call) { return done(sources, call, assign(sources, call)); }},
            {"POST", "/v1/failures/{cause}/notes", Right::operate, {}, Where::aside,
             [&](const Call& call) { return done(sources, call, note(sources, call)); }}};
}

}  // namespace hub::http
