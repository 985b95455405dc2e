// A legal hold over the API: who may set one, in which words one is refused, what is asked of the hub.

#include "hub/core/limits.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::id;
using test::object_of;
using test::text_at;
using test::TrialHub;

namespace {

const std::string hold_token = "0123456789abcdef";
constexpr std::string_view actions[]{"hold", "release"};

/// H43's document of that id is in the ledger.
struct HoldHub {
    explicit HoldHub(std::string with_token = hold_token) : hub{with_token} {
        hub.writer().accept("H43", 1, {"H43.01"});
        REQUIRE(hub.writer().commit().has_value());
        authorization = with_token.empty() ? "" : "Bearer " + with_token;
    }
    http::Response answer(const std::string& target, const std::string& method = "POST") {
        return hub.answer({.method = method,
                           .target = target,
                           .host = "127.0.0.1",
                           .authorization = authorization,
                           .accept_language = "en"});
    }
    TrialHub hub;
    std::string authorization;
};

std::string hold_target(std::string_view name, std::string_view action, std::string_view query = "?reason=CV%2012") {
    return "/v1/documents/" + std::string{name} + "/" + std::string{action} + std::string{query};
}

}  // namespace

TEST_CASE("a hold is set and ended with its reason, and answered with the document's story", "[api]") {
    HoldHub trial;
    const auto set = trial.answer(hold_target(id(1).text(), "hold", "?reason=C%C3%B4ng%20v%C4%83n+12%2FTTr"));
    REQUIRE(set.status == 200);
    CHECK(set.content_type == "application/json");
    CHECK(text_at(object_of(set.body), "id") == id(1).text());
    REQUIRE(trial.hub.holds.size() == 1);
    CHECK(trial.hub.holds[0].envelope == id(1));
    CHECK(trial.hub.holds[0].is_held);
    CHECK(trial.hub.holds[0].act.reason == "Công văn 12/TTr");

    REQUIRE(trial.answer(hold_target(id(1).text(), "release", "?reason=xong")).status == 200);
    REQUIRE(trial.hub.holds.size() == 2);
    CHECK_FALSE(trial.hub.holds[1].is_held);
    CHECK(trial.hub.holds[1].act.reason == "xong");
}

TEST_CASE("whether a document is held is in its story and in what is found", "[api]") {
    HoldHub trial;
    const auto is_held = [&] {
        const auto story = trial.hub.ask("/v1/documents/" + id(1).text());
        const auto found = trial.hub.ask("/v1/documents?number=1").at("documents").as_array();
        REQUIRE(found.size() == 1);
        CHECK(found[0].at("held") == story.at("held"));
        return story.at("held").as_bool();
    };
    CHECK_FALSE(is_held());
    for (const bool held : {true, false}) {
        trial.hub.writer().batch.holds.push_back({EnvelopeSeq{1}, held});
        REQUIRE(trial.hub.writer().commit().has_value());
        CHECK(is_held() == held);
    }
    CHECK(trial.hub.ask("/v1/documents/1").at("retired_at").is_null());
}

TEST_CASE("who only looks on from this machine never sets or ends a hold", "[api]") {
    HoldHub trial{""};
    for (const std::string_view action : actions) {
        const auto refused = trial.answer(hold_target(id(1).text(), action));
        CHECK(refused.status == 403);
        CHECK(text_at(object_of(refused.body), "code") == "not_allowed");
        CHECK(text_at(object_of(refused.body), "field") == "hold");
    }
    CHECK(trial.hub.holds.empty());
}

TEST_CASE("without the right token nobody sets or ends a hold", "[api]") {
    HoldHub trial;
    for (const std::string wrong : {"", "Bearer ", "Bearer 0123456789abcdeF", "Basic 0123456789abcdef"}) {
        trial.authorization = wrong;
        for (const std::string_view action : actions)
            CHECK(trial.answer(hold_target(id(1).text(), action)).status == 401);
    }
    CHECK(trial.hub.holds.empty());
}

TEST_CASE("a hold is set by POST alone", "[api]") {
    HoldHub trial;
    for (const std::string_view action : actions) {
        for (const char* method : {"GET", "HEAD", "PUT", "PATCH", "DELETE", "post", ""}) {
            INFO(action << " " << method);
            const auto refused = trial.answer(hold_target(id(1).text(), action), method);
            CHECK(refused.status == 405);
            CHECK(test::field_of(refused, "Allow") == "POST");
            CHECK(text_at(object_of(refused.body), "field") == "method");
        }
    }
    CHECK(trial.hub.holds.empty());
}

TEST_CASE("a hold needs a reason that can be read", "[api]") {
    HoldHub trial;
    const std::string longest(limits::fault_text_bytes_max, 'x');
    for (const std::string_view action : actions) {
        for (const std::string& query :
             {std::string{}, std::string{"?reason"}, std::string{"?reason="}, std::string{"?reason=%20%09%0D%0A+"},
              std::string{"?reason=%FF%C4"}, "?reason=" + longest + "x"}) {
            INFO(action << " " << query.substr(0, 40));
            const auto refused = trial.answer(hold_target(id(1).text(), action, query));
            CHECK(refused.status == 400);
            CHECK(text_at(object_of(refused.body), "code") == "field_invalid");
            CHECK(text_at(object_of(refused.body), "field") == "reason");
        }
        const auto unknown = trial.answer(hold_target(id(1).text(), action, "?reason=a&until=2030"));
        CHECK(unknown.status == 400);
        CHECK(text_at(object_of(unknown.body), "field") == "until");
    }
    CHECK(trial.hub.holds.empty());
    CHECK(trial.answer(hold_target(id(1).text(), "hold", "?reason=" + longest)).status == 200);
}

TEST_CASE("a hold is set on an envelope, named by its id", "[api]") {
    HoldHub trial;
    for (const std::string_view name : {"1", "nonsense", "7816%2FUBND", "1%2F2"}) {
        INFO(name);
        const auto refused = trial.answer(hold_target(name, "hold"));
        CHECK(refused.status == 400);
        CHECK(text_at(object_of(refused.body), "field") == "id");
    }
    CHECK(trial.hub.holds.empty());
}

TEST_CASE("what the hub says to a hold is told", "[api]") {
    HoldHub trial;
    const std::pair<Errc, unsigned> answers[]{{Errc::not_found, 404}, {Errc::timed_out, 503}, {Errc::ledger_full, 503}};
    for (const auto& [code, status] : answers) {
        trial.hub.hold_answer = Fault{code, "id", "its words"};
        for (const std::string_view action : actions) {
            const auto refused = trial.answer(hold_target(id(99).text(), action));
            CHECK(refused.status == status);
            CHECK(refused.content_type == "application/problem+json");
            CHECK(text_at(object_of(refused.body), "code") == name_of(code));
            CHECK(text_at(object_of(refused.body), "field") == "id");
        }
    }
}
