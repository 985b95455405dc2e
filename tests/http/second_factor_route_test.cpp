// The second factor through the real API: how a user gets one, what signing in then needs, and what the settings demand.

#include "hub/access/secret.hpp"
#include "hub/access/totp.hpp"
#include "hub/core/signature.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace std::chrono_literals;
using test::code;
using test::field_of;
using test::object_of;
using test::text_at;
using test::TrialHub;

namespace {

const std::string factor_password = "mật khẩu của phép thử";
const std::string with_password = boost::json::serialize(boost::json::object{{"current", factor_password}});
const std::string wish_viewer = R"({"role":"viewer"})";

/// "an" administers, "clerk" is one of H43.01, "viewer" looks; each has the password and a session.
struct FactorHub : TrialHub {
    explicit FactorHub(std::optional<Right> demanded = {}) : TrialHub{{}, false, demanded} {
        const std::string hash = access::hash_password(factor_password);
        for (const auto& [name, role] : {std::pair{"an", Role::administrator}, {"binh", Role::administrator},
                                         {"clerk", Role::clerk}, {"viewer", Role::viewer}}) {
            const auto agency = role == Role::clerk ? std::optional{code("H43.01")} : std::nullopt;
            REQUIRE(access().add({name, role, agency, false, status.now, {}}, hash).has_value());
            const Digest session = sha256(std::string{name} + "'s secret");
            REQUIRE(access().begin(session, {name, 12h, status.now + 12h}, status.now).has_value());
        }
    }
    http::Response as(const std::string& user, std::string method, std::string target, std::string body = {}) {
        http::Request request{.method = std::move(method),
                              .target = std::move(target),
                              .host = "127.0.0.1:7780",
                              .accept_language = "en",
                              .address = "192.0.2.7",
                              .request_mark = "1",
                              .content_type = body.empty() ? "" : "application/json",
                              .body = std::move(body)};
        if (!user.empty())
            request.cookie = "lgsp=" + user + "'s secret";
        return answer(request);
    }
    http::Response sign_in(const std::string& name, const std::string& otp = {}, const std::string& password = factor_password) {
        boost::json::object body{{"name", name}, {"password", password}};
        if (!otp.empty())
            body["otp"] = otp;
        return as({}, "POST", "/v1/session", boost::json::serialize(body));
    }
    /// The code that the user's authenticator shows now.
    std::string shown(const std::string& name) {
        const std::int64_t step = std::chrono::floor<std::chrono::seconds>(status.now.time_since_epoch()) / 30s;
        return access::totp(access().second_factor(name).value()->secret, step);
    }
    http::Response with_otp(const std::string& user, std::string method, std::string target, const std::string& otp) {
        return as(user, std::move(method), std::move(target), boost::json::serialize(boost::json::object{{"otp", otp}}));
    }
    void enrol(const std::string& name) {
        REQUIRE(as(name, "POST", "/v1/users/" + name + "/second-factor", with_password).status == 200);
        REQUIRE(with_otp(name, "POST", "/v1/users/" + name + "/second-factor/confirm", shown(name)).status == 200);
        status.now += 30s;
    }
};

std::string word_of(const http::Response& response, std::string_view key = "code") {
    return text_at(object_of(response.body), key);
}

}  // namespace

TEST_CASE("a user gets a second factor, and signing in needs it from its first code on", "[api][factor]") {
    FactorHub hub;
    REQUIRE(hub.access().begin(sha256("elsewhere's secret"), {"an", 12h, hub.status.now + 12h}, hub.status.now).has_value());
    const auto offered = hub.as("an", "POST", "/v1/users/an/second-factor", with_password);
    REQUIRE(offered.status == 200);
    CHECK(word_of(offered, "secret") == access::base32(hub.access().second_factor("an").value()->secret));
    CHECK(word_of(offered, "uri") == "otpauth://totp/LGSP%20Hub:an?secret=" + word_of(offered, "secret") + "&issuer=LGSP%20Hub");
    // Nothing is asked for before it is known to work.
    CHECK(hub.sign_in("an").status == 200);
    CHECK(hub.acts.size() == 1);
    const auto wrong = hub.with_otp("an", "POST", "/v1/users/an/second-factor/confirm", "000000");
    CHECK(wrong.status == 403);
    CHECK(word_of(wrong, "field") == "otp");
    CHECK(hub.acts.size() == 1);
    const std::string first = hub.shown("an");
    REQUIRE(hub.with_otp("an", "POST", "/v1/users/an/second-factor/confirm", first).status == 200);
    CHECK(hub.acts.back().verb == Verb::user_change);
    CHECK(hub.acts.back().detail == "second factor set");
    CHECK(hub.as("an", "GET", "/v1/session").status == 200);
    CHECK(hub.as("elsewhere", "GET", "/v1/session").status == 401);
    CHECK(object_of(hub.as("an", "GET", "/v1/users/an").body).at("second_factor").as_bool());

    const auto needed = hub.sign_in("an");
    CHECK(needed.status == 401);
    CHECK(word_of(needed) == "second_factor_needed");
    // Whoever has not the password learns nothing of it.
    CHECK(word_of(hub.sign_in("an", {}, "not the password")) == "sign_in_refused");
    // What has been seen once opens nothing.
    CHECK(word_of(hub.sign_in("an", first)) == "sign_in_refused");
    CHECK(hub.acts.back().verb == Verb::sign_in_refused);
    hub.status.now += 30s;
    const std::string next = hub.shown("an");
    CHECK(word_of(hub.sign_in("an", next, "not the password")) == "sign_in_refused");
    const auto in = hub.sign_in("an", next.substr(0, 3) + " " + next.substr(3));
    REQUIRE(in.status == 200);
    CHECK(object_of(in.body).at("second_factor").as_bool());
    CHECK(word_of(hub.sign_in("an", next)) == "sign_in_refused");
}

TEST_CASE("codes are guessed at as rarely as passwords", "[api][factor]") {
    FactorHub hub;
    hub.enrol("an");
    std::size_t refused = 0;
    while (hub.sign_in("an", "000000").status == 401)
        ++refused;
    CHECK(refused <= 20);
    CHECK(hub.sign_in("an", hub.shown("an")).status == 429);
    std::size_t guesses = 0;
    while (hub.with_otp("an", "DELETE", "/v1/users/an/second-factor", "000000").status == 403)
        ++guesses;
    CHECK(guesses <= 10);
    CHECK(hub.access().second_factor("an").value().has_value());
}

TEST_CASE("a second factor is one's own, with the password; whoever administers takes a lost one off", "[api][factor]") {
    FactorHub hub;
    CHECK(hub.as("an", "POST", "/v1/users/viewer/second-factor", with_password).status == 404);
    CHECK(hub.as("viewer", "POST", "/v1/users/an/second-factor", with_password).status == 404);
    const auto wrong = hub.as("viewer", "POST", "/v1/users/viewer/second-factor", R"({"current":"not the password"})");
    CHECK(wrong.status == 403);
    CHECK(word_of(wrong, "field") == "current");
    CHECK(hub.with_otp("viewer", "POST", "/v1/users/viewer/second-factor/confirm", "123456").status == 404);
    hub.enrol("viewer");
    const auto again = hub.as("viewer", "POST", "/v1/users/viewer/second-factor", with_password);
    CHECK(again.status == 409);
    CHECK(word_of(again) == "name_in_use");
    CHECK(hub.as("clerk", "DELETE", "/v1/users/viewer/second-factor").status == 403);
    CHECK(hub.as("viewer", "DELETE", "/v1/users/viewer/second-factor").status == 403);
    CHECK(hub.with_otp("viewer", "DELETE", "/v1/users/viewer/second-factor", hub.shown("viewer")).status == 200);
    CHECK(hub.acts.back().detail == "second factor removed");
    CHECK(hub.sign_in("viewer").status == 200);
    hub.enrol("viewer");
    CHECK(hub.as("an", "DELETE", "/v1/users/viewer/second-factor").status == 200);
    CHECK(hub.acts.back().actor == "an");
    CHECK(hub.acts.back().object == "viewer");
    CHECK(hub.as("an", "DELETE", "/v1/users/viewer/second-factor").status == 404);
    hub.record_answer = Fault{Errc::ledger_full, "ledger", {}};
    REQUIRE(hub.as("an", "POST", "/v1/users/an/second-factor", with_password).status == 200);
    CHECK(hub.with_otp("an", "POST", "/v1/users/an/second-factor/confirm", hub.shown("an")).status == 503);
    CHECK_FALSE(hub.access().second_factor("an").value()->is_confirmed);
}

TEST_CASE("who must have a second factor may do nothing else before", "[api][factor]") {
    FactorHub hub{Right::administer};
    for (const auto& [method, target, body] :
         {std::tuple{"GET", "/v1/status", ""}, {"GET", "/v1/users", ""}, {"GET", "/v1/documents", ""}, {"GET", "/v1/events", ""},
          {"PATCH", "/v1/users/viewer", R"({"role":"viewer"})"}, {"DELETE", "/v1/users/viewer/second-factor", ""}}) {
        const auto refused = hub.as("an", method, target, body);
        INFO(method << " " << target);
        CHECK(refused.status == 403);
        CHECK(word_of(refused) == "second_factor_required");
    }
    CHECK(hub.acts.empty());
    CHECK(object_of(hub.as("an", "GET", "/v1/session").body).at("must_enrol").as_bool());
    CHECK(object_of(hub.sign_in("an").body).at("must_enrol").as_bool());
    // Of the others nothing is demanded.
    CHECK(hub.as("clerk", "GET", "/v1/documents").status == 200);
    CHECK_FALSE(object_of(hub.as("viewer", "GET", "/v1/session").body).at("must_enrol").as_bool());
    hub.enrol("an");
    CHECK_FALSE(object_of(hub.as("an", "GET", "/v1/session").body).at("must_enrol").as_bool());
    CHECK(hub.as("an", "PATCH", "/v1/users/viewer", wish_viewer).status == 200);
    CHECK(hub.as("an", "DELETE", "/v1/session").status == 200);
    CHECK(hub.as("binh", "DELETE", "/v1/session").status == 200);
    FactorHub revealing{Right::reveal};
    CHECK(word_of(revealing.as("clerk", "GET", "/v1/documents")) == "second_factor_required");
    CHECK(revealing.as("viewer", "GET", "/v1/documents").status == 200);
    FactorHub all{Right::read};
    CHECK(word_of(all.as("viewer", "GET", "/v1/documents")) == "second_factor_required");
}

TEST_CASE("a code of the host takes a lost second factor off", "[api][factor]") {
    FactorHub hub;
    hub.enrol("an");
    const std::string made = access::make_code();
    REQUIRE(hub.access().add_code(sha256(access::normalised_code(made)), hub.status.now).has_value());
    const boost::json::object body{{"name", "an"}, {"password", "another password of an"}, {"code", made}};
    CHECK(hub.as({}, "POST", "/v1/session", boost::json::serialize(body)).status == 200);
    CHECK_FALSE(hub.access().second_factor("an").value().has_value());
    CHECK(hub.sign_in("an", {}, "another password of an").status == 200);
}
