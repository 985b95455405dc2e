// /v1/configuration: what is told of each setting. Who may ask: access_route_test.cpp. What is noted: tests/settings.

#include "tests/http/trial_hub.hpp"

#include "hub/http/current_api.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::test;

namespace {

const std::string seen(64, 'a');
const std::string file = "/etc/lgsp-hub/hub.toml";

ConfigurationLook changed() {
    return {.mistakes = {},
            .changes = {{.key = "log.level", .before = "info", .after = "debug", .file = file, .line = 7},
                        {.key = "http.key_file", .before = "k", .after = "k", .is_secret = true, .is_content = true,
                         .needs_restart = true, .file = file, .line = 9},
                        {.key = "agency.H43.05", .after = "Sở Y tế", .is_agency = true, .file = "/etc/agencies.toml"}},
            .seen = seen};
}

ConfigurationLook mistaken() {
    return {.mistakes = {{file, 7, "log.level", "must be one of …", "phải là một trong …"}}, .changes = {}, .seen = {}};
}

http::Response reload(TrialHub& hub, const std::string& body, const std::string& language = "en") {
    return hub.answer({.method = "POST",
                       .target = "/v1/configuration/reload",
                       .host = "127.0.0.1:7780",
                       .authorization = "Bearer 0123456789abcdef",
                       .accept_language = language,
                       .content_type = "application/json",
                       .body = body});
}

/// It says by its contact which one it is, and has a ledger of nobody.
std::shared_ptr<http::Api> api_of(const std::string& contact) {
    return std::make_shared<http::Api>(http::Sources{.status = [] { return http::HubStatus{}; },
                                                     .now = [] { return monday; },
                                                     .directory = trial_directory(),
                                                     .security_contact = contact});
}

}  // namespace

TEST_CASE("settings are told with their origin", "[api][configuration]") {
    TrialHub hub{"0123456789abcdef"};
    const auto answer = hub.ask("/v1/configuration");
    const auto& settings = answer.at("settings").as_array();
    REQUIRE(settings.size() == trial_settings().size());
    CHECK(settings[0] == boost::json::parse(R"({"key": "http.listen", "value": "127.0.0.1:7780", "is_secret": false,
                                                "origin": "file", "file": "/etc/lgsp-hub/hub.toml", "line": 34})"));
    CHECK(settings[1] == boost::json::parse(R"({"key": "http.token_file", "value": "/etc/lgsp-hub/http.token",
                                                "is_secret": true, "origin": "file", "file": "/etc/lgsp-hub/hub.toml",
                                                "line": 35})"));
    CHECK(settings[2] == boost::json::parse(R"({"key": "broker.ca_file", "value": null, "is_secret": false,
                                                "origin": "default", "file": null, "line": null})"));
    CHECK(text_at(hub.ask("/v1/configuration?key=http", 400), "field") == "key");
}

TEST_CASE("what the files say now is told against what the hub runs with", "[api][configuration]") {
    TrialHub hub{"0123456789abcdef"};
    hub.look = changed();
    const auto answer = hub.ask("/v1/configuration/changes");
    const auto& changes = answer.at("changes").as_array();
    REQUIRE(changes.size() == 3);
    CHECK(changes[0] == boost::json::parse(R"({"key": "log.level", "before": "info", "after": "debug", "is_secret": false,
                                               "is_content": false, "is_agency": false, "needs_restart": false,
                                               "file": "/etc/lgsp-hub/hub.toml", "line": 7})"));
    CHECK(changes[2].at("before").is_null());
    CHECK(changes[2].at("line").is_null());
    CHECK(answer.at("restart_needed") == boost::json::parse(R"(["http.key_file"])"));
    CHECK(text_at(answer, "seen") == seen);
    hub.look = mistaken();
    const auto wrong = hub.ask("/v1/configuration/changes");
    CHECK(wrong.at("mistakes").as_array().at(0).at("key") == "log.level");
    CHECK(wrong.at("seen").is_null());
    hub.look = Fault{Errc::ledger_busy, "ledger", {}};
    CHECK(hub.get("/v1/configuration/changes").status == 503);
}

TEST_CASE("a reload is asked for with a reason, and of what was seen if that is said", "[api][configuration]") {
    TrialHub hub{"0123456789abcdef"};
    hub.look = changed();
    const auto done = reload(hub, R"({"reason": "Thêm Sở Y tế"})");
    CHECK(done.status == 200);
    CHECK(object_of(done.body).at("restart_needed").as_array().size() == 1);
    CHECK(reload(hub, R"({"reason": "as seen", "seen": ")" + seen + R"("})").status == 200);
    REQUIRE(hub.reloads.size() == 2);
    CHECK(hub.reloads[0].actor == "token:http.token_file");
    CHECK(hub.reloads[0].verb == Verb::config_reload);
    CHECK(hub.reloads[0].reason == "Thêm Sở Y tế");
    const auto other = reload(hub, R"({"reason": "as seen", "seen": ")" + std::string(64, 'b') + R"("})");
    CHECK(other.status == 412);
    CHECK(text_at(object_of(other.body), "code") == "configuration_differs");
    const auto fewer = reload(hub, R"({"reason": "as seen", "expect": 2})");
    CHECK(fewer.status == 412);
    CHECK(text_at(object_of(fewer.body), "field") == "expect");
    CHECK(text_at(object_of(fewer.body), "detail") == "3");
    CHECK(reload(hub, R"({"reason": "as seen", "expect": 3})").status == 200);
    for (const auto& [body, field] : {std::pair{R"({})", "reason"}, {R"({"reason": " "})", "reason"},
                                      {R"({"reason": "x", "seen": "y"})", "seen"}, {R"({"reason": "x", "expect": -1})", "expect"}, {R"({"reason": "x", "rate": 1})", "rate"}}) {
        INFO(body);
        const auto refused = reload(hub, body);
        CHECK(refused.status == 400);
        CHECK(text_at(object_of(refused.body), "field") == field);
    }
    hub.look = Fault{Errc::ledger_full, "ledger", {}};
    CHECK(reload(hub, R"({"reason": "x"})").status == 503);
    CHECK(hub.reloads.size() == 5);
}

TEST_CASE("a refused reload tells every mistake, and the settings tell of it", "[api][configuration]") {
    TrialHub hub{"0123456789abcdef"};
    hub.look = mistaken();
    for (const char* language : {"vi", "en"}) {
        const auto refused = reload(hub, R"({"reason": "x"})", language);
        CHECK(refused.status == 422);
        const auto body = object_of(refused.body);
        CHECK(text_at(body, "code") == "configuration_refused");
        CHECK(body.at("mistakes").as_array().at(0).at("line") == 7);
    }
    CHECK(hub.ask("/v1/configuration").at("reload").at("refused_at").is_null());
    hub.status.configuration = {.loaded_at = monday, .refused_at = monday, .mistakes = mistaken().mistakes, .restart_needed = {"hub.code"}};
    const auto state = hub.ask("/v1/configuration").at("reload").as_object();
    CHECK(text_at(state, "refused_at") == text_at(state, "loaded_at"));
    CHECK(state.at("mistakes").as_array().size() == 1);
    CHECK(state.at("restart_needed") == boost::json::parse(R"(["hub.code"])"));
}

TEST_CASE("a lamp tells of refused settings, a green line of what waits for a restart", "[api][configuration]") {
    TrialHub hub{"0123456789abcdef"};
    const auto light_of = [&](std::string_view cause) -> std::string {
        const auto health = hub.ask("/v1/health");
        for (const auto& lamp : health.at("lamps").as_array())
            for (const auto& each : lamp.at("causes").as_array())
                if (each.at("cause").as_string() == cause)
                    return std::string{each.at("light").as_string()} + " " + std::string{lamp.at("lamp").as_string()};
        return {};
    };
    const auto has = [&](std::string_view line) { return hub.get("/metrics").body.find(line) != std::string::npos; };
    CHECK(light_of("CONFIG_REFUSED").empty());
    CHECK(has("\nlgsp_config_last_reload_successful 1\n"));
    hub.status.configuration.refused_at = monday;
    hub.status.configuration.restart_needed = {"hub.code", "http.listen"};
    CHECK(light_of("CONFIG_REFUSED") == "yellow route");
    CHECK(light_of("CONFIG_NEEDS_RESTART") == "green route");
    CHECK(has("\nlgsp_config_last_reload_successful 0\n"));
    CHECK(has("\nlgsp_config_restart_needed 2\n"));
    CHECK(hub.get("/readyz").status == 200);
}

TEST_CASE("requests are answered by the api that they met, streams end with theirs", "[configuration]") {
    http::CurrentApi current;
    current.set(api_of("mailto:old@h43.example"));
    const auto ask = [&](const char* target) {
        return current.begin({.method = "GET", .target = target, .host = "127.0.0.1:7780", .accept_language = "en"});
    };
    const auto contact = [&] { return std::get<http::Response>(ask("/.well-known/security.txt")).body; };
    CHECK(contact().find("mailto:old@") != std::string::npos);
    auto listening = ask("/v1/events");
    REQUIRE(std::holds_alternative<http::Stream>(listening));
    current.set(api_of("mailto:new@h43.example"));
    CHECK(contact().find("mailto:new@") != std::string::npos);
    CHECK_FALSE(std::get<http::Stream>(listening).hearing->next().has_value());
}
