// How long a session lasts, on a clock that the test sets: docs/access.md.

#include "hub/access/secret.hpp"
#include "hub/http/door.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace std::chrono_literals;
using test::field_of;
using test::object_of;
using test::text_at;
using test::TrialHub;

namespace {

const std::string password = "mật khẩu đủ dài";

struct SessionHub : TrialHub {
    SessionHub() {
        const access::User an{"an", Role::viewer, std::nullopt, false, status.now, {}};
        REQUIRE(access().add(an, access::hash_password(password)).has_value());
    }

    http::Request request(std::string method) const {
        return {.method = std::move(method), .target = "/v1/session", .host = "127.0.0.1:7780", .address = "192.0.2.7"};
    }
    http::Response sign_in(bool is_bearer) {
        auto wanted = request("POST");
        wanted.request_mark = "1";
        wanted.content_type = "application/json";
        wanted.body = R"({"name":"an","password":")" + password + R"(","bearer":)" + (is_bearer ? "true}" : "false}");
        auto response = answer(wanted);
        REQUIRE(response.status == 200);
        return response;
    }
    unsigned with_cookie(const std::string& cookie) {
        auto asked = request("GET");
        asked.cookie = cookie;
        return answer(asked).status;
    }
    unsigned with_token(const std::string& token) {
        auto asked = request("GET");
        asked.authorization = "Bearer " + token;
        return answer(asked).status;
    }
};

std::string cookie_of(const http::Response& response) {
    const std::string field = field_of(response, "Set-Cookie");
    return field.substr(0, field.find(';'));
}

}  // namespace

TEST_CASE("a browser's session that nobody uses ends after a quarter of an hour", "[api][access]") {
    SessionHub hub;
    const auto response = hub.sign_in(false);
    const std::string cookie = cookie_of(response);
    CHECK(object_of(response.body).at("idle_seconds").as_int64() == 900);
    hub.status.now += 14min;
    CHECK(hub.with_cookie(cookie) == 200);
    // That was a sign of life.
    hub.status.now += 14min;
    CHECK(hub.with_cookie(cookie) == 200);
    hub.status.now += 15min;
    CHECK(hub.with_cookie(cookie) == 401);
}

TEST_CASE("a page that asks by itself keeps no session alive", "[api][access]") {
    SessionHub hub;
    const std::string cookie = cookie_of(hub.sign_in(false));
    auto by_itself = hub.request("GET");
    by_itself.cookie = cookie;
    by_itself.unattended = "1";
    auto listens = by_itself;
    listens.target = "/v1/events";
    listens.unattended.clear();
    for (int minute = 0; minute < 14; ++minute) {
        hub.status.now += 1min;
        CHECK(hub.answer(by_itself).status == 200);
        CHECK(hub.answer(listens).status == 200);
    }
    hub.status.now += 1min;
    CHECK(hub.answer(by_itself).status == 401);
    CHECK(hub.answer(listens).status == 401);
}

TEST_CASE("a session that is used all the time ends after eight hours", "[api][access]") {
    SessionHub hub;
    const Instant began = hub.status.now;
    const auto response = hub.sign_in(false);
    const std::string cookie = cookie_of(response);
    CHECK(field_of(response, "Set-Cookie").find("Max-Age=28800") != std::string::npos);
    for (hub.status.now = began + 10min; hub.status.now < began + 8h; hub.status.now += 10min)
        CHECK(hub.with_cookie(cookie) == 200);
    hub.status.now = began + 8h - 1ms;
    CHECK(hub.with_cookie(cookie) == 200);
    hub.status.now = began + 8h;
    CHECK(hub.with_cookie(cookie) == 401);
}

TEST_CASE("a session of the command line may rest, and ends after eight hours too", "[api][access]") {
    SessionHub hub;
    const std::string token = text_at(object_of(hub.sign_in(true).body), "token");
    hub.status.now += 7h + 59min;
    CHECK(hub.with_token(token) == 200);
    hub.status.now += 1min;
    CHECK(hub.with_token(token) == 401);
}

TEST_CASE("a new session makes an older one no longer", "[api][access]") {
    SessionHub hub;
    const std::string first = cookie_of(hub.sign_in(false));
    hub.status.now += 10min;
    const std::string second = cookie_of(hub.sign_in(false));
    CHECK(first != second);
    hub.status.now += 6min;
    CHECK(hub.with_cookie(first) == 401);
    CHECK(hub.with_cookie(second) == 200);
}
