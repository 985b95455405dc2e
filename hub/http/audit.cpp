#include "hub/http/audit.hpp"

#include "hub/core/limits.hpp"
#include "hub/http/json.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/query.hpp"

#include <boost/json.hpp>

namespace hub::http {
namespace {

namespace json = boost::json;

Result<AuditQuery> query_of(const Call& call) {
    Query asked{call};
    AuditQuery query;
    query.actor = asked.text("actor").value_or("");
    query.object = asked.text("object").value_or("");
    query.verb = asked.parsed("verb", parse_verb);
    query.since = asked.time("since");
    query.until = asked.time("until");
    if (const auto before = asked.number("before"))
        query.before = EntrySeq{*before};
    query.count = asked.count(limits::search_rows_max, query.count);
    if (const auto trouble = asked.trouble())
        return *trouble;
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
        response.fields.push_back(next_page(call, number(page->searched_down_to)));
    return response;
}

}  // namespace

std::vector<Route> audit_routes(Sources& sources) {
    return {with_query({"GET", "/v1/audit", Right::audit, [&](const Call& call) { return audit(sources, call); }})};
}

}  // namespace hub::http
