// Idempotency-Key and If-Match over the real API: what is asked twice is done once, and what was changed meanwhile is
// not changed by whoever has not seen that.

#include "hub/core/signature.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace std::chrono_literals;
using test::code;
using test::field_of;
using test::id;
using test::object_of;
using test::text_at;
using test::TrialHub;

namespace {

/// H43's document 1 to H43.01, with a part; two administrators, an operator and a clerk.
struct OnceHub : TrialHub {
    OnceHub() {
        EnvelopeRecord& record = writer().accept("H43", 1, {"H43.01"});
        EnvelopeHeader header = *record.header;
        header.parts.push_back({"cid", "a.pdf", "application/pdf", 6, sha256("octets"), true});
        record.header = std::make_shared<const EnvelopeHeader>(std::move(header));
        REQUIRE(writer().commit().has_value());
        parts[{EnvelopeSeq{1}, 0}] = "octets";
        add("admin", Role::administrator);
        add("other", Role::administrator);
        add("operator", Role::operator_);
        add("clerk", Role::clerk);
    }
    void add(const std::string& name, Role role) {
        const auto agency = role == Role::clerk ? std::optional{code("H43.01")} : std::nullopt;
        REQUIRE(access().add({name, role, agency, false, status.now, {}}, "no hash").has_value());
        REQUIRE(access().begin(sha256(name + "'s secret"), {name, 12h, status.now + 12h}, status.now).has_value());
    }
    http::Request request(std::string method, std::string target, std::string body = {}) const {
        return {.method = std::move(method),
                .target = std::move(target),
                .host = "127.0.0.1:7780",
                .accept_language = "en",
                .address = "192.0.2.7",
                .cookie = "lgsp=" + user + "'s secret",
                .request_mark = "1",
                .content_type = body.empty() ? "" : "application/json",
                .body = std::move(body)};
    }
    http::Response keyed(const std::string& key, std::string method, std::string target, std::string body = {}) {
        auto made = request(std::move(method), std::move(target), std::move(body));
        made.idempotency_key = key;
        return answer(made);
    }
    http::Response matched(const std::string& etags, std::string method, std::string target, std::string body = {}) {
        auto made = request(std::move(method), std::move(target), std::move(body));
        made.if_match = etags;
        return answer(made);
    }
    std::string etag(const std::string& target) {
        const auto seen = answer(request("GET", target));
        REQUIRE(seen.status == 200);
        return field_of(seen, "ETag");
    }
    std::string user = "admin";
};

std::string code_of(const http::Response& response) { return text_at(object_of(response.body), "code"); }

const std::string hold_1 = "/v1/documents/" + id(1).text() + "/hold?reason=CV";
const std::string to_viewer = R"({"role":"viewer"})";

}  // namespace

TEST_CASE("what is asked twice with a key is done once and answered alike", "[api][once]") {
    OnceHub hub;
    const auto first = hub.keyed("k1", "POST", hold_1);
    REQUIRE(first.status == 200);
    CHECK(field_of(first, "Idempotent-Replayed").empty());
    const auto second = hub.keyed("k1", "POST", hold_1);
    CHECK(second.status == 200);
    CHECK(second.body == first.body);
    CHECK(field_of(second, "Idempotent-Replayed") == "true");
    CHECK(hub.holds.size() == 1);
    // Another key, none, and another's: each a thing of its own.
    CHECK(hub.keyed("k2", "POST", hold_1).status == 200);
    CHECK(hub.keyed("", "POST", hold_1).status == 200);
    hub.user = "operator";
    CHECK(hub.keyed("k1", "POST", hold_1).status == 200);
    CHECK(hub.holds.size() == 4);
    // After a day it is forgotten.
    hub.user = "admin";
    hub.status.now += 25h;
    const Digest later = sha256("admin's secret 2");
    REQUIRE(hub.access().begin(later, {"admin", 12h, hub.status.now + 12h}, hub.status.now).has_value());
    auto late = hub.request("POST", hold_1);
    late.cookie += " 2";
    late.idempotency_key = "k1";
    CHECK(hub.answer(late).status == 200);
    CHECK(hub.holds.size() == 5);
}

TEST_CASE("a key is for one request", "[api][once]") {
    OnceHub hub;
    const std::string user = R"({"name":"new","role":"viewer","password":"a password of the test"})";
    REQUIRE(hub.keyed("k", "POST", "/v1/users", user).status == 200);
    const std::pair<std::string, std::string> others[]{
        {"/v1/users", R"({"name":"new","role":"viewer","password":"another password here"})"},
        {"/v1/users", R"({"name":"newer","role":"viewer","password":"a password of the test"})"},
        {"/v1/users/new/password", R"({"password":"a password of the test"})"},
        {hold_1, ""}};
    const auto acts = hub.acts.size();
    for (const auto& [target, body] : others) {
        const auto refused = hub.keyed("k", "POST", target, body);
        INFO(target << " " << body);
        CHECK(refused.status == 422);
        CHECK(code_of(refused) == "idempotency_key_reused");
        CHECK(text_at(object_of(refused.body), "field") == "Idempotency-Key");
    }
    CHECK(hub.keyed("k", "PATCH", "/v1/users/other", to_viewer).status == 422);
    CHECK(hub.keyed("k", "POST", "/v1/users", user).status == 200);
    CHECK(hub.acts.size() == acts);
    // No password can be guessed from what is kept.
    const auto kept = hub.access().ask_once(sha256("admin\nk"), "admin", "", hub.status.now).value();
    REQUIRE(kept.has_value());
    CHECK(kept->request.starts_with("scrypt$"));
    for (const std::string& wrong : {std::string(256, 'k'), std::string{"a b"}, std::string{"khóa"}, std::string{"a\x7f"}}) {
        const auto refused = hub.keyed(wrong, "POST", hold_1);
        CHECK(refused.status == 400);
        CHECK(text_at(object_of(refused.body), "field") == "Idempotency-Key");
    }
    CHECK(hub.keyed(std::string(255, 'k'), "POST", hold_1).status == 200);
    CHECK(hub.holds.size() == 1);
    // Who only looks has no use for one.
    CHECK(hub.keyed("k", "GET", "/v1/users").status == 200);
    CHECK(hub.keyed("a b", "GET", "/v1/users").status == 200);
}

TEST_CASE("a secret is told once", "[api][once]") {
    OnceHub hub;
    const std::string backup = R"({"name":"backup","role":"viewer"})";
    const auto made = hub.keyed("k", "POST", "/v1/tokens", backup);
    REQUIRE(made.status == 200);
    const auto again = hub.keyed("k", "POST", "/v1/tokens", backup);
    CHECK(again.status == 409);
    CHECK(code_of(again) == "already_done");
    CHECK(hub.access().tokens().value().size() == 1);
    const auto kept = hub.access().ask_once(sha256("admin\nk"), "admin", "", hub.status.now).value();
    REQUIRE(kept.has_value());
    CHECK(kept->answer.empty());
}

TEST_CASE("what was refused may come again with its key, what nobody knows may not", "[api][once]") {
    OnceHub hub;
    CHECK(hub.keyed("k", "PATCH", "/v1/users/other", R"({"role":"king"})").status == 400);
    CHECK(hub.keyed("k", "PATCH", "/v1/users/other", to_viewer).status == 200);
    hub.record_answer = Fault{Errc::ledger_full, "ledger", {}};
    CHECK(hub.keyed("k2", "PATCH", "/v1/users/clerk", to_viewer).status == 503);
    hub.record_answer = {};
    CHECK(hub.keyed("k2", "PATCH", "/v1/users/clerk", to_viewer).status == 200);
    hub.hold_answer = Fault{Errc::timed_out, "hub", {}};
    CHECK(hub.keyed("k3", "POST", hold_1).status == 503);
    hub.hold_answer = {};
    const auto unknown = hub.keyed("k3", "POST", hold_1);
    CHECK(unknown.status == 409);
    CHECK(code_of(unknown) == "outcome_unknown");
    CHECK(hub.holds.size() == 1);
}

TEST_CASE("while it is under way, and after the hub has ended meanwhile", "[api][once]") {
    OnceHub hub;
    const std::string asked = sha256("POST " + hold_1 + "\n").text();
    REQUIRE_FALSE(hub.access().ask_once(sha256("admin\nk"), "admin", asked, hub.status.now).value());
    const auto early = hub.keyed("k", "POST", hold_1);
    CHECK(early.status == 409);
    CHECK(code_of(early) == "request_under_way");
    CHECK(field_of(early, "Retry-After") == "1");
    REQUIRE(hub.access().give_up_asked().has_value());
    CHECK(code_of(hub.keyed("k", "POST", hold_1)) == "outcome_unknown");
    CHECK(hub.holds.empty());
}

TEST_CASE("what is revealed is on record each time", "[api][once]") {
    OnceHub hub;
    const std::string part = "/v1/documents/1/parts/1/reveal";
    for (std::size_t times = 1; times <= 2; ++times) {
        const auto shown = hub.keyed("k", "POST", part, R"({"reason":"CV 12"})");
        CHECK(shown.status == 200);
        CHECK(hub.acts.size() == times);
    }
    CHECK(hub.keyed("k", "POST", part, R"({"reason":"CV 13"})").status == 422);
    CHECK(hub.acts.size() == 2);
}

TEST_CASE("an operation is known by its key for as long as itself", "[api][once]") {
    OnceHub hub;
    boost::json::object wish{{"act", "park"}, {"state", "waiting"}, {"receiver", "H43.01"}};
    // A preview changes nothing: the same key may go with both.
    const auto preview = hub.keyed("k", "POST", "/v1/operations/preview", boost::json::serialize(wish));
    REQUIRE(preview.status == 200);
    wish["seen"] = object_of(preview.body).at("seen");
    wish["expect"] = 1;
    wish["reason"] = "moved";
    REQUIRE(hub.keyed("k", "POST", "/v1/operations", boost::json::serialize(wish)).status == 201);
    REQUIRE(hub.access().forget_asked(sha256("admin\nk")).has_value());
    const auto again = hub.keyed("k", "POST", "/v1/operations", boost::json::serialize(wish));
    CHECK(again.status == 200);
    REQUIRE(hub.access().forget_asked(sha256("admin\nk")).has_value());
    wish["act"] = "retry";
    wish["state"] = "failed";
    const auto other = hub.keyed("k", "POST", "/v1/operations", boost::json::serialize(wish));
    CHECK(other.status == 422);
    CHECK(code_of(other) == "idempotency_key_reused");
    CHECK(hub.operations.size() == 1);
}

TEST_CASE("what somebody else has changed is not changed again unseen", "[api][once]") {
    OnceHub hub;
    const std::string seen = hub.etag("/v1/users/other");
    REQUIRE(hub.matched(seen, "PATCH", "/v1/users/other", to_viewer).status == 200);
    const auto acts = hub.acts.size();
    for (const std::string& stale : {seen, "W/" + hub.etag("/v1/users/other"), std::string{"\"nonsense\""}}) {
        const auto refused = hub.matched(stale, "PATCH", "/v1/users/other", R"({"disabled":true})");
        CHECK(refused.status == 412);
        CHECK(code_of(refused) == "changed_meanwhile");
        CHECK(text_at(object_of(refused.body), "field") == "If-Match");
        CHECK(field_of(refused, "ETag") == hub.etag("/v1/users/other"));
    }
    CHECK(hub.acts.size() == acts);
    const std::string several = "\"x\", " + hub.etag("/v1/users/other");
    CHECK(hub.matched(several, "PATCH", "/v1/users/other", R"({"disabled":true})").status == 200);
    CHECK(hub.matched("*", "PATCH", "/v1/users/other", R"({"disabled":false})").status == 200);
    CHECK(hub.matched("*", "PATCH", "/v1/users/nobody", to_viewer).status == 404);
    REQUIRE(hub.keyed("", "POST", "/v1/tokens", R"({"name":"backup","role":"viewer"})").status == 200);
    CHECK(hub.matched("\"x\"", "DELETE", "/v1/tokens/backup").status == 412);
    CHECK(hub.matched(hub.etag("/v1/tokens/backup"), "DELETE", "/v1/tokens/backup").status == 200);
}

TEST_CASE("a row of a list says by what it is known alone", "[api][once]") {
    OnceHub hub;
    REQUIRE(hub.keyed("", "POST", "/v1/tokens", R"({"name":"backup","role":"viewer"})").status == 200);
    for (const std::string kind : {"users", "tokens"}) {
        const auto listed = object_of(hub.answer(hub.request("GET", "/v1/" + kind)).body);
        for (const auto& row : listed.at(kind).as_array())
            CHECK(text_at(row.as_object(), "etag") == hub.etag("/v1/" + kind + '/' + text_at(row.as_object(), "name")));
    }
    const auto tags = [&] { return hub.etag("/v1/users/other"); };
    const std::string before = tags();
    REQUIRE(hub.matched(before, "PATCH", "/v1/users/other", to_viewer).status == 200);
    CHECK(tags() != before);
}

TEST_CASE("what is changed below is looked at above", "[api][once]") {
    OnceHub hub;
    const std::string document = "/v1/documents/" + id(1).text();
    CHECK(hub.matched("\"x\"", "POST", hold_1).status == 412);
    CHECK(hub.holds.empty());
    CHECK(hub.matched(hub.etag(document), "POST", hold_1).status == 200);
    const std::string list = hub.etag("/v1/users");
    const std::string user = R"({"name":"new","role":"viewer","password":"a password of the test"})";
    CHECK(hub.matched(list, "POST", "/v1/users", user).status == 200);
    CHECK(hub.matched(list, "POST", "/v1/users", R"({"name":"newer","role":"viewer","password":"a password of the test"})")
              .status == 412);
    // Whoever may not look cannot find out so.
    hub.user = "clerk";
    const auto refused = hub.matched("*", "POST", "/v1/users/clerk/password", R"({"password":"a password of the test"})");
    CHECK(refused.status == 403);
    CHECK(text_at(object_of(refused.body), "field") == "administer");
}

TEST_CASE("of what was done with a key nobody asks any more whether it was stale", "[api][once]") {
    OnceHub hub;
    auto made = hub.request("PATCH", "/v1/users/other", to_viewer);
    made.if_match = hub.etag("/v1/users/other");
    made.idempotency_key = "k";
    const auto first = hub.answer(made);
    REQUIRE(first.status == 200);
    CHECK(hub.answer(made).body == first.body);
    // What was stale was not done: it may come again with the key.
    made.idempotency_key = "k2";
    CHECK(hub.answer(made).status == 412);
    made.if_match = hub.etag("/v1/users/other");
    CHECK(hub.answer(made).status == 200);
}
