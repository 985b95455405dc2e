// /v1/configuration: what is told of each setting. Who may ask: access_route_test.cpp. What is noted: tests/settings.

#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::test;

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
    CHECK(answer.at("build") == boost::json::parse(R"({"id": "c0ffee", "compiler": "GCC 12.2.0", "boost": "1.81.0",
                                                       "openssl": "3.0.17", "sqlite": null})"));
    CHECK(text_at(hub.ask("/v1/configuration?key=http", 400), "field") == "key");
}
