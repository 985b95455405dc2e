#include "hub/http/audit.hpp"

#include "hub/core/limits.hpp"
#include "hub/http/json.hpp"
#include "hub/http/parse.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/rfc3339.hpp"

#include <boost/json.hpp>
#include <boost/url.hpp>

namespace hub::http {
namespace {

namespace json = boost::json;

Result<AuditQuery> query_of(const Call& call) {
    AuditQuery query;
    for (const auto& parameter : call.url.params()) {
        if (parameter.key.empty() && !parameter.has_value)
            continue;
        const std::string key{parameter.key}, value{parameter.value};
        bool is_right = true;
        if (key == "actor") {
            query.actor = value;
        } else if (key == "object") {
            query.object = value;
        } else if (key == "verb") {
            query.verb = parse_verb(value);
            is_right = query.verb.has_value();
        } else if (key == "since" || key == "until") {
            const auto time = parse_time(value, call.now);
            (key == "since" ? query.since : query.until) = time;
            is_right = time.has_value();
        } else if (key == "before") {
            const auto seq = parse_number(value);
            query.before = seq ? std::optional{EntrySeq{*seq}} : std::nullopt;
            is_right = seq.has_value();
        } else if (key == "count") {
            const auto count = parse_number(value);
            query.count = count.value_or(0);
            is_right = count && *count >= 1 && *count <= limits::search_rows_max;
        } else {
            return invalid(key, "unknown parameter");
        }
        if (!is_right)
            return invalid(key, value);
    }
    return query;
}

json::object json_of(const AuditLine& line) {
    const Act& act = line.act;
    return {{"entry", number(line.entry)},
            {"at", time_text(line.at)},
            {"actor", json_text(act.actor)},
            {"role", act.role ? json::value(json_text(name_of(*act.role))) : json::value(nullptr)},
            {"address", json_text(act.address)},
            {"verb", json_text(name_of(act.verb))},
            {"object", json_text(act.object)},
            {"reason", json_text(act.reason)},
            {"detail", json_text(act.detail)}};
}

/// The same question, older than the last line.
std::string next_page(const Call& call, EntrySeq before) {
    boost::urls::url next{call.url};
    next.params().set("before", std::to_string(number(before)));
    return "<" + std::string{next.buffer()} + ">; rel=\"next\"";
}

Response audit(Sources& sources, const Call& call) {
    const auto query = query_of(call);
    if (!query)
        return problem(query.error(), call.language());
    const auto page = sources.book->audit(*query);
    if (!page)
        return problem(page.error(), call.language());
    json::array lines;
    for (const AuditLine& line : page->lines)
        lines.push_back(json_of(line));
    Response response = json_response(json::object{{"acts", std::move(lines)},
                                                   {"has_more", page->has_more},
                                                   {"is_cut", page->is_cut},
                                                   {"searched_down_to", number(page->searched_down_to)}});
    if (page->has_more || page->is_cut)
        response.fields.push_back({"Link", next_page(call, page->searched_down_to)});
    return response;
}

}  // namespace

std::vector<Route> audit_routes(Sources& sources) {
    return {{"GET", "/v1/audit", Right::audit, [&](const Call& call) { return audit(sources, call); }}};
}

}  // namespace hub::http
