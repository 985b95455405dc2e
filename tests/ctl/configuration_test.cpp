// lgsp config show: which settings, and the text.

#include "hub/ctl/configuration.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace hub::ctl;
namespace json = boost::json;

namespace {

json::value configuration() {
    return json::parse(R"({"settings": [
        {"key": "http.listen", "value": "127.0.0.1:7780", "is_secret": false, "origin": "file", "file": "/etc/hub.toml", "line": 34},
        {"key": "http.token_file", "value": "/etc/http.token", "is_secret": true, "origin": "file", "file": "/etc/hub.toml", "line": 35},
        {"key": "broker.ca_file", "value": null, "is_secret": false, "origin": "default", "file": null, "line": null},
        {"key": "calendar.worked", "value": "", "is_secret": false, "origin": "default", "file": null, "line": null}]})");
}

}  // namespace

TEST_CASE("a setting a line, with its origin when it is asked for", "[configuration]") {
    CHECK(configuration_text(configuration(), Lang::vi) == "http.listen = 127.0.0.1:7780\n"
                                                           "http.token_file = (bí mật trong /etc/http.token)\n"
                                                           "broker.ca_file = (không đặt)\n"
                                                           "calendar.worked = \n");
    CHECK(configuration_origins_text(configuration(), Lang::en)
          == "http.listen = 127.0.0.1:7780  # /etc/hub.toml:34\n"
             "http.token_file = (secret in /etc/http.token)  # /etc/hub.toml:35\n"
             "broker.ca_file = (not set)  # default\n"
             "calendar.worked =   # default\n");
}

TEST_CASE("only keys that begin so", "[configuration]") {
    const auto kept = with_keys(configuration(), "http.", Lang::en);
    REQUIRE(kept.has_value());
    CHECK(kept->at("settings").as_array().size() == 2);
    CHECK(with_keys(configuration(), "", Lang::en)->at("settings").as_array().size() == 4);
    for (const json::value& odd : {configuration(), json::parse("{}"), json::parse("[]")}) {
        const auto none = with_keys(odd, "nonsense", Lang::en);
        REQUIRE_FALSE(none.has_value());
        CHECK(none.error().exit == Exit::not_found);
        CHECK(none.error().detail == "nonsense");
    }
}
