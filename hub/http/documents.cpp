#include "hub/http/documents.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"
#include "hub/http/json.hpp"
#include "hub/http/parse.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/reminders.hpp"
#include "hub/http/rfc3339.hpp"

#include <boost/json.hpp>
#include <boost/url.hpp>

namespace hub::http {
namespace {

namespace json = boost::json;

Result<void> set_agency(std::optional<AgencyCode>& out, const std::string& key, const std::string& value,
                        const Directory& directory, Instant now) {
    auto code = AgencyCode::parse(value);
    if (!code)
        return invalid(key, value);
    // People may know an agency by another of its codes.
    const Agency* agency = directory.named(*code, now);
    out = agency ? agency->code : std::move(*code);
    return {};
}

Result<SearchQuery> query_of(const Call& call, const Directory& directory) {
    SearchQuery query;
    query.scope = call.caller.scope();
    for (const auto& parameter : call.url.params()) {
        // What a form or a script leaves behind: "?" alone, "&" at the end.
        if (parameter.key.empty() && !parameter.has_value)
            continue;
        const std::string key{parameter.key};
        const std::string value{parameter.value};
        Result<void> set;
        if (key == "text") {
            query.text = value;
        } else if (key == "number") {
            query.number = value;
        } else if (key == "notation") {
            query.notation = value;
        } else if (key == "id") {
            query.id = value;
        } else if (key == "subject") {
            query.subject = value;
        } else if (key == "agency") {
            set = set_agency(query.agency, key, value, directory, call.now);
        } else if (key == "sender") {
            set = set_agency(query.sender, key, value, directory, call.now);
        } else if (key == "receiver") {
            set = set_agency(query.receiver, key, value, directory, call.now);
        } else if (key == "state") {
            query.station = parse_station(value);
            set = query.station ? Result<void>{} : invalid(key, value);
        } else if (key == "kind") {
            query.kind = value == "document" ? std::optional{Kind::document}
                         : value == "status" ? std::optional{Kind::status}
                                             : std::nullopt;
            set = query.kind ? Result<void>{} : invalid(key, value);
        } else if (key == "refused") {
            query.refused_only = value == "true";
            set = value == "true" || value == "false" ? Result<void>{} : invalid(key, value);
        } else if (key == "since" || key == "until") {
            const auto time = parse_time(value, call.now);
            (key == "since" ? query.since : query.until) = time;
            set = time ? Result<void>{} : invalid(key, value);
        } else if (key == "before") {
            const auto seq = parse_number(value);
            query.before = seq ? std::optional{EnvelopeSeq{*seq}} : std::nullopt;
            set = seq ? Result<void>{} : invalid(key, value);
        } else if (key == "count") {
            const auto count = parse_number(value);
            query.count = count.value_or(0);
            set = count && *count >= 1 && *count <= limits::search_rows_max ? Result<void>{} : invalid(key, value);
        } else {
            set = invalid(key, "unknown parameter");
        }
        if (!set)
            return set.error();
    }
    return query;
}

Response find(Sources& sources, const Call& call) {
    const auto query = query_of(call, *sources.directory);
    if (!query)
        return problem(query.error(), call.language());
    const auto found = sources.search->find(*query);
    if (!found)
        return problem(found.error(), call.language());
    json::array documents;
    for (const DocumentSummary& document : found->documents)
        documents.push_back(json_of(document));
    return json_response(json::object{{"documents", std::move(documents)},
                                      {"has_more", found->has_more},
                                      {"is_cut", found->is_cut},
                                      {"searched_down_to", number(found->searched_down_to)}});
}

/// A code without a name is still a code: what stands in the way of the name is no reason to say nothing.
std::string name_of(Sources& sources, const AgencyCode& code) {
    if (const Agency* agency = sources.directory->find(code))
        return agency->name;
    const auto unit = sources.search->unit(code);
    return unit && *unit ? (*unit)->name : std::string{};
}

Response told(Sources& sources, const Call& call, const Story& story) {
    const auto reminders = reminders_since(sources, story.document.accepted_at);
    if (!reminders)
        return problem(reminders.error(), call.language());
    json::object out = json_of(story);
    out["reminders"] = reminders_of(*reminders, story, sources, call.caller.scope());
    for (std::size_t i = 0; i < story.document.deliveries.size(); ++i)
        out["deliveries"].as_array()[i].as_object()["receiver_name"] =
            json_text(name_of(sources, story.document.deliveries[i].receiver));
    out["sender_name"] = json_text(name_of(sources, story.document.sender));
    const auto issuer = AgencyCode::parse(story.document.document.issuer);
    out["issuer_name"] = json_text(issuer ? name_of(sources, *issuer) : std::string{});
    return json_response(out);
}

Response story(Sources& sources, const Call& call) {
    const std::string& name = call.names.front();
    const auto id = EnvelopeId::parse(name);
    const auto seq = parse_number(name);
    const Scope scope = call.caller.scope();
    const auto story = id    ? sources.search->story(*id, scope)
                       : seq ? sources.search->story(EnvelopeSeq{*seq}, scope)
                             : Result<Story>{invalid("id", name)};
    return story ? told(sources, call, *story) : problem(story.error(), call.language());
}

Response hold(Sources& sources, const Call& call, bool is_held) {
    const auto id = EnvelopeId::parse(call.names.front());
    if (!id)
        return problem(invalid("id", call.names.front()), call.language());
    std::string reason;
    for (const auto& parameter : call.url.params()) {
        if (parameter.key != "reason")
            return problem(invalid(std::string{parameter.key}, "unknown parameter"), call.language());
        reason = parameter.value;
    }
    if (!is_reason(reason))
        return problem(invalid("reason", reason), call.language());
    const Act act = call.caller.act(is_held ? Verb::hold : Verb::release, id->text(), std::move(reason));
    if (const auto done = sources.hold({*id, is_held, act}); !done)
        return problem(done.error(), call.language());
    const auto story = sources.search->story(*id, call.caller.scope());
    return story ? told(sources, call, *story) : problem(story.error(), call.language());
}

}  // namespace

std::vector<Route> document_routes(Sources& sources) {
    return {
        {"GET", "/v1/documents", Right::read, [&](const Call& call) { return find(sources, call); }},
        {"GET", "/v1/documents/{id}", Right::read, [&](const Call& call) { return story(sources, call); }},
        {"POST", "/v1/documents/{id}/hold", Right::hold, [&](const Call& call) { return hold(sources, call, true); }},
        {"POST", "/v1/documents/{id}/release", Right::hold,
         [&](const Call& call) { return hold(sources, call, false); }},
    };
}

}  // namespace hub::http
