#include "hub/http/configuration.hpp"

#include "hub/core/limits.hpp"
#include "hub/http/body.hpp"
#include "hub/http/json.hpp"
#include "hub/http/parse.hpp"
#include "hub/http/problem.hpp"

#include <boost/json.hpp>

namespace hub::http {
namespace {

namespace json = boost::json;

json::object setting_json(const Setting& setting) {
    const bool is_given = !setting.file.empty();
    return {{"key", json_text(setting.key)},
            {"value", setting.value ? json::value(json_text(*setting.value)) : json::value(nullptr)},
            {"is_secret", setting.is_secret},
            {"origin", is_given ? "file" : "default"},
            {"file", is_given ? json::value(json_text(setting.file)) : json::value(nullptr)},
            {"line", is_given ? json::value(setting.line) : json::value(nullptr)}};
}

json::array mistakes_json(const SettingsMistakes& mistakes) {
    json::array out;
    for (const SettingsMistake& mistake : mistakes)
        out.push_back(json::object{{"file", json_text(mistake.file)},
                                   {"line", mistake.line},
                                   {"key", json_text(mistake.key)},
                                   {"problem_vi", json_text(mistake.problem_vi)},
                                   {"problem_en", json_text(mistake.problem_en)}});
    return out;
}

json::array keys_json(const std::vector<std::string>& keys) {
    json::array out;
    for (const std::string& key : keys)
        out.push_back(json_text(key));
    return out;
}

json::value text_or_null(const std::optional<std::string>& text) {
    return text ? json::value(json_text(*text)) : json::value(nullptr);
}

json::object change_json(const SettingChange& change) {
    const bool is_given = !change.file.empty();
    return {{"key", json_text(change.key)},
            {"before", text_or_null(change.before)},
            {"after", text_or_null(change.after)},
            {"is_secret", change.is_secret},
            {"is_content", change.is_content},
            {"is_agency", change.is_agency},
            {"needs_restart", change.needs_restart},
            {"file", is_given ? json::value(json_text(change.file)) : json::value(nullptr)},
            {"line", change.line > 0 ? json::value(change.line) : json::value(nullptr)}};
}

json::object look_json(const ConfigurationLook& look) {
    json::array changes;
    for (const SettingChange& change : look.changes)
        changes.push_back(change_json(change));
    return {{"changes", std::move(changes)},
            {"restart_needed", keys_json(look.restart_needed())},
            {"mistakes", mistakes_json(look.mistakes)},
            {"seen", look.mistakes.empty() ? json::value(json_text(look.seen)) : json::value(nullptr)}};
}

json::object state_json(const ConfigurationState& state) {
    return {{"loaded_at", json_text(time_text(state.loaded_at))},
            {"refused_at", state.refused_at ? json::value(json_text(time_text(*state.refused_at))) : json::value(nullptr)},
            {"mistakes", mistakes_json(state.mistakes)},
            {"restart_needed", keys_json(state.restart_needed)}};
}

Response configuration(Sources& sources) {
    json::array settings;
    for (const Setting& setting : sources.settings)
        settings.push_back(setting_json(setting));
    return json_response(
        json::object{{"settings", std::move(settings)}, {"reload", state_json(sources.status().configuration)}});
}

Response changes(const Sources& sources, const Call& call) {
    const auto look = sources.look_at_configuration();
    return look ? json_response(look_json(*look)) : problem(look.error(), call.language());
}

struct ReloadWish {
    std::string reason;
    ConfigurationSeen seen;
};

Result<ReloadWish> reload_wish(const Call& call) {
    Body body{call.request};
    ReloadWish wish{body.text("reason", limits::fault_text_bytes_max), {}};
    if (!is_reason(wish.reason))
        body.refuse("reason", wish.reason);
    if (body.has("seen")) {
        const std::string seen = body.text("seen", 64);
        if (const auto digest = Digest::parse(seen))
            wish.seen.seen = seen;
        else
            body.refuse("seen", seen);
    }
    constexpr std::int64_t changes_max = 1'000'000;
    if (body.has("expect"))
        wish.seen.changes = static_cast<std::uint64_t>(body.whole("expect", 0, changes_max, 0));
    if (const auto trouble = body.trouble())
        return *trouble;
    return wish;
}

/// The mistakes stand in the problem, beside its code: whoever asked need not ask again for them.
Response refused(const ConfigurationLook& look, std::string_view language) {
    Response response = problem(422, call_problems::configuration_refused, {}, {}, language);
    response.body.pop_back();
    response.body += ",\"mistakes\":" + json::serialize(mistakes_json(look.mistakes)) + "}";
    return response;
}

Response reload(const Sources& sources, const Call& call) {
    const auto wish = reload_wish(call);
    if (!wish)
        return problem(wish.error(), call.language());
    const auto reloaded = sources.reload(call.caller.act(Verb::config_reload, "configuration", wish->reason), wish->seen);
    if (!reloaded)
        return problem(reloaded.error(), call.language());
    if (!reloaded->look.mistakes.empty())
        return refused(reloaded->look, call.language());
    if (reloaded->is_other)
        return problem(412, call_problems::configuration_differs, wish->seen.seen ? "seen" : "expect",
                       std::to_string(reloaded->look.changes.size()), call.language());
    return json_response(look_json(reloaded->look));
}

}  // namespace

std::vector<Route> configuration_routes(Sources& sources) {
    return {{"GET", "/v1/configuration", Right::configure, [&](const Call&) { return configuration(sources); }},
            {"GET", "/v1/configuration/changes", Right::configure,
             [&](const Call& call) { return changes(sources, call); }, Where::aside},
            {"POST", "/v1/configuration/reload", Right::configure,
             [&](const Call& call) { return reload(sources, call); }, Where::aside}};
}

}  // namespace hub::http
