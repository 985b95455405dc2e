// lgsp config: which settings, their changes, and the text.

#include "hub/ctl/configuration.hpp"
#include "hub/ctl/configuration_changes.hpp"

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

TEST_CASE("a change a line, with what it needs and whence it comes", "[configuration]") {
    const json::value look = json::parse(R"({"changes": [
        {"key": "log.level", "before": "info", "after": null, "is_secret": false, "is_content": false, "is_agency": false,
         "needs_restart": false, "file": null, "line": null},
        {"key": "http.key_file", "before": "/k", "after": "/k", "is_secret": true, "is_content": true, "is_agency": false,
         "needs_restart": true, "file": "/etc/hub.toml", "line": 9},
        {"key": "agency.H43.05", "before": null, "after": "Sở Y tế", "is_secret": false, "is_content": false, "is_agency": true,
         "needs_restart": false, "file": "/etc/agencies.toml", "line": null},
        {"key": "agency.H43.04", "before": "Sở cũ", "after": null, "is_secret": false, "is_content": false, "is_agency": true,
         "needs_restart": false, "file": "/etc/agencies.toml", "line": null}],
        "restart_needed": ["http.key_file"], "mistakes": [], "seen": "aa"})");
    CHECK(changes_text(look, Lang::en) == "log.level: info → (not set)\n"
                                          "http.key_file: another content in /k  [needs a restart]  # /etc/hub.toml:9\n"
                                          "agency.H43.05: added: Sở Y tế  # /etc/agencies.toml\n"
                                          "agency.H43.04: taken out: Sở cũ  # /etc/agencies.toml\n"
                                          "Changes: 4\n"
                                          "Needs a restart: http.key_file\n");
    CHECK(reloaded_text(look, Lang::vi).find("Đã nạp lại cấu hình. Số thay đổi: 4\nCần khởi động lại trục: http.key_file\n")
          != std::string::npos);
    CHECK(exit_of_reload(look) == Exit::partly);
}

TEST_CASE("mistakes are told alone", "[configuration]") {
    const json::value look = json::parse(R"({"changes": [], "restart_needed": [], "seen": null, "mistakes": [
        {"file": "/etc/hub.toml", "line": 7, "key": "log.level", "problem_vi": "sai", "problem_en": "wrong"},
        {"file": "/etc/agencies.toml", "line": 0, "key": "", "problem_vi": "không đọc được", "problem_en": "cannot be read"}]})");
    CHECK(changes_text(look, Lang::en) == "/etc/hub.toml:7: log.level: wrong\n"
                                          "/etc/agencies.toml: cannot be read\n"
                                          "The files have mistakes; the hub goes on with what it had. Mistakes: 2\n");
    CHECK(changes_text(look, Lang::vi).starts_with("/etc/hub.toml:7: log.level: sai\n"));
    CHECK(exit_of_reload(look) == Exit::faulty);
}

TEST_CASE("no difference is said, too", "[configuration]") {
    for (const json::value& odd : {json::parse(R"({"changes": [], "mistakes": []})"), json::parse("{}"), json::parse("[]")}) {
        CHECK(changes_text(odd, Lang::en) == "The hub runs with what the files say.\n");
        CHECK(exit_of_reload(odd) == Exit::ok);
    }
}
