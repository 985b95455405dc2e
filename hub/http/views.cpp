#include "hub/http/views.hpp"

#include "hub/http/body.hpp"
#include "hub/http/json.hpp"
#include "hub/http/parse.hpp"
#include "hub/http/problem.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hub::http {
namespace {

namespace json = boost::json;
using access::View;

constexpr std::size_t page_bytes_max = 32;
constexpr std::size_t view_name_bytes_max = 100;
constexpr std::size_t query_bytes_max = 1000;

Response list_views(Sources& sources, const Call& call) {
    const auto views = sources.access->views(call.caller.name);
    if (!views)
        return problem(views.error(), call.language());
    json::array out;
    for (const View& view : *views)
        out.push_back(json::object{{"page", json_text(view.page)},
                                   {"name", json_text(view.name)},
                                   {"query", json_text(view.query)},
                                   {"kept_at", time_text(view.kept_at)}});
    return json_response(json::object{{"views", std::move(out)}});
}

bool is_page(std::string_view page) noexcept {
    return page.size() <= page_bytes_max && std::ranges::all_of(page, [](char c) { return c >= 'a' && c <= 'z'; });
}

bool is_view_name(std::string_view name) {
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    return name.size() <= view_name_bytes_max && is_reason(name) && !std::ranges::any_of(name, is_control);
}

Response keep_view(Sources& sources, const Call& call) {
    View view{call.names[0], call.names[1], {}, call.now};
    Body body{call.request};
    view.query = body.text("query", query_bytes_max);
    if (!body.has("query"))
        body.refuse("query", {});
    if (!is_page(view.page))
        body.refuse("page", view.page);
    if (!is_view_name(view.name))
        body.refuse("name", view.name);
    if (const auto trouble = body.trouble())
        return problem(*trouble, call.language());
    const auto kept = sources.access->keep(call.caller.name, view);
    if (!kept)
        return problem(kept.error(), call.language());
    return *kept ? list_views(sources, call)
                 : problem(409, call_problems::too_many_views, "name", view.name, call.language());
}

Response drop_view(Sources& sources, const Call& call) {
    const auto dropped = sources.access->drop_view(call.caller.name, call.names[0], call.names[1]);
    return dropped ? list_views(sources, call) : problem(dropped.error(), call.language());
}

}  // namespace

std::vector<Route> view_routes(Sources& sources) {
    if (!sources.access)
        return {};
    return {{"GET", "/v1/views", Right::read, [&](const Call& call) { return list_views(sources, call); }},
            {"PUT", "/v1/views/{page}/{name}", Right::read, [&](const Call& call) { return keep_view(sources, call); },
             Where::aside},
            {"DELETE", "/v1/views/{page}/{name}", Right::read, [&](const Call& call) { return drop_view(sources, call); },
             Where::aside}};
}

}  // namespace hub::http
