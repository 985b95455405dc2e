// What users are shown of their own sessions, and end of them; the QR code of a second factor.

#include "hub/access/secret.hpp"
#include "hub/core/signature.hpp"
#include "hub/http/qr_rows.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace hub;
using namespace std::chrono_literals;
using test::object_of;
using test::text_at;
using test::TrialHub;

namespace {

/// "an" and "binh", both with the same password.
struct OwnHub : TrialHub {
    OwnHub() {
        const std::string hash = access::hash_password("a password of the test");
        for (const std::string name : {"an", "binh"})
            REQUIRE(access().add({name, Role::viewer, std::nullopt, false, status.now, {}}, hash).has_value());
    }
    http::Response ask(const std::string& secret, std::string method, std::string target, std::string body = {}) {
        return answer({.method = std::move(method),
                       .target = std::move(target),
                       .host = "127.0.0.1:7780",
                       .authorization = secret.empty() ? "" : "Bearer " + secret,
                       .accept_language = "en",
                       .address = "192.0.2.7",
                       .request_mark = "1",
                       .content_type = body.empty() ? "" : "application/json",
                       .body = std::move(body)});
    }
    /// A session's secret; each begins a minute after the one before.
    std::string sign_in(const std::string& name) {
        status.now += 1min;
        const auto response = ask({}, "POST", "/v1/session",
                                  R"({"name":")" + name + R"(","password":"a password of the test","bearer":true})");
        REQUIRE(response.status == 200);
        return text_at(object_of(response.body), "token");
    }
    boost::json::array sessions(const std::string& secret) {
        const auto response = ask(secret, "GET", "/v1/sessions");
        REQUIRE(response.status == 200);
        return object_of(response.body).at("sessions").as_array();
    }
};

std::string handle(const boost::json::value& session) { return text_at(session.as_object(), "session"); }

}  // namespace

TEST_CASE("users see their own sessions and nobody else's", "[api][access]") {
    OwnHub hub;
    const std::string first = hub.sign_in("an"), other = hub.sign_in("binh"), second = hub.sign_in("an");
    const auto seen = hub.sessions(second);
    REQUIRE(seen.size() == 2);
    CHECK(seen[0].at("current").as_bool());
    CHECK_FALSE(seen[1].at("current").as_bool());
    CHECK(seen[0].at("program").as_bool());
    CHECK(seen[0].at("address") == "192.0.2.7");
    CHECK(text_at(seen[0].as_object(), "began_at") > text_at(seen[1].as_object(), "began_at"));
    CHECK(hub.sessions(other).size() == 1);
    // What is shown opens nothing.
    CHECK(hub.ask(handle(seen[1]), "GET", "/v1/session").status == 401);
    hub.status.now += 8h;
    CHECK(hub.sessions(hub.sign_in("an")).size() == 1);
}

TEST_CASE("users end their own sessions, one or all others", "[api][access]") {
    OwnHub hub;
    const std::string first = hub.sign_in("an"), other = hub.sign_in("binh"), second = hub.sign_in("an"),
                      third = hub.sign_in("an");
    const auto acts = hub.acts.size();
    CHECK(hub.ask(third, "DELETE", "/v1/sessions/" + handle(hub.sessions(other)[0])).status == 404);
    CHECK(hub.ask(third, "DELETE", "/v1/sessions/nothing").status == 404);
    CHECK(hub.acts.size() == acts);
    const auto listed = hub.sessions(third);
    REQUIRE(handle(listed[2]).size() == 16);
    CHECK(hub.ask(third, "DELETE", "/v1/sessions/" + handle(listed[2])).status == 200);
    CHECK(hub.acts.back().verb == Verb::sign_out);
    CHECK(hub.acts.back().detail == "session " + handle(listed[2]));
    CHECK(hub.ask(first, "GET", "/v1/session").status == 401);
    CHECK(hub.ask(second, "GET", "/v1/session").status == 200);
    const auto left = hub.ask(third, "DELETE", "/v1/sessions");
    CHECK(object_of(left.body).at("sessions").as_array().size() == 1);
    CHECK(hub.ask(second, "GET", "/v1/session").status == 401);
    CHECK(hub.ask(third, "GET", "/v1/session").status == 200);
    CHECK(hub.ask(other, "GET", "/v1/session").status == 200);
    // Nothing is ended that could not be noted.
    hub.record_answer = Fault{Errc::ledger_full, "ledger", {}};
    CHECK(hub.ask(other, "DELETE", "/v1/sessions/" + handle(hub.sessions(other)[0])).status == 503);
    CHECK(hub.ask(other, "GET", "/v1/session").status == 200);
}

TEST_CASE("a program's token has no sessions", "[api][access]") {
    OwnHub hub;
    REQUIRE(hub.access().add({"board", Role::viewer, std::nullopt, "an", hub.status.now, hub.status.now + 24h, {}},
                             sha256("board's secret")).has_value());
    CHECK(hub.sessions("board's secret").empty());
    CHECK(hub.ask("board's secret", "DELETE", "/v1/sessions").status == 404);
    CHECK(hub.ask("board's secret", "DELETE", "/v1/sessions/0123456789abcdef").status == 404);
}

TEST_CASE("a QR code is square, with its three marks", "[api][access]") {
    const auto rows = http::qr_rows("otpauth://totp/LGSP%20Hub:an?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&issuer=LGSP%20Hub");
    REQUIRE(rows.size() >= 33);
    CHECK(std::ranges::all_of(rows, [&](const std::string& row) { return row.size() == rows.size(); }));
    for (const auto& [y, x] : {std::pair{std::size_t{0}, std::size_t{0}}, {0, rows.size() - 7}, {rows.size() - 7, 0}}) {
        CHECK(rows[y].substr(x, 7) == "1111111");
        CHECK(rows[y + 1].substr(x, 7) == "1000001");
        CHECK(rows[y + 3].substr(x, 7) == "1011101");
    }
    CHECK(http::qr_rows(std::string(5000, 'x')).empty());
}
