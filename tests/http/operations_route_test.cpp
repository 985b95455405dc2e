// /v1/failures, /v1/operations and /v1/audit: what is asked, what is refused, what is handed on.

#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::test;

namespace {

constexpr const char* token = "0123456789abcdef";

struct Operated : TrialHub {
    Operated() : TrialHub{token} {
        writer().accept("H43", 1, {"H43.01"});
        REQUIRE(writer().commit().has_value());
    }
    http::Response post(std::string target, const boost::json::object& body = {}) {
        return answer({.method = "POST",
                       .target = std::move(target),
                       .host = "127.0.0.1",
                       .authorization = std::string{"Bearer "} + token,
                       .accept_language = "en",
                       .content_type = body.empty() ? "" : "application/json",
                       .body = body.empty() ? std::string{} : boost::json::serialize(body)});
    }
    boost::json::object preview(const boost::json::object& wish) {
        const auto response = post("/v1/operations/preview", wish);
        INFO(response.body);
        REQUIRE(response.status == 200);
        return object_of(response.body);
    }
};

/// Of what waits for H43.01 there is one.
boost::json::object park() { return {{"act", "park"}, {"state", "waiting"}, {"receiver", "H43.01"}}; }

boost::json::object sure(boost::json::object wish, const boost::json::object& preview, int expect) {
    wish["expect"] = expect;
    wish["seen"] = preview.at("seen");
    wish["reason"] = "moved to another building";
    return wish;
}

}  // namespace

TEST_CASE("an operation is seen, begun, stopped and let go on", "[api][operation]") {
    Operated hub;
    const auto preview = hub.preview(park());
    CHECK(preview.at("count").to_number<int>() == 1);
    CHECK(preview.at("sample").as_array().size() == 1);
    CHECK(preview.at("looked_at").to_number<int>() == 1);
    CHECK(preview.at("sent_again").to_number<int>() == 0);
    CHECK_FALSE(preview.at("sample").as_array()[0].at("sent_again").as_bool());
    const auto begun = hub.post("/v1/operations", sure(park(), preview, 1));
    INFO(begun.body);
    REQUIRE(begun.status == 201);
    CHECK(field_of(begun, "Location") == "/v1/operations/1");
    REQUIRE(hub.operations.size() == 1);
    CHECK(hub.operations[0].act == DeliveryAct::park);
    CHECK(hub.operations[0].selection.receiver == code("H43.01"));
    CHECK(hub.operations[0].reason == "moved to another building");
    REQUIRE(hub.acts.size() == 1);
    CHECK(hub.acts[0].verb == Verb::operation_run);
    CHECK(hub.ask("/v1/operations").at("operations").as_array().size() == 1);
    CHECK(text_at(hub.ask("/v1/operations/1"), "state") == "running");
    CHECK(text_at(object_of(hub.post("/v1/operations/1/stop?reason=wait").body), "state") == "stopped");
    CHECK(text_at(object_of(hub.post("/v1/operations/1/resume?reason=go").body), "state") == "running");
    hub.ask("/v1/operations/2", 404);
    hub.ask("/v1/operations/x", 400);
}

TEST_CASE("nothing is begun with another count, without a reason, or for nothing", "[api][operation]") {
    Operated hub;
    const auto preview = hub.preview(park());
    const auto other = hub.post("/v1/operations", sure(park(), preview, 2));
    CHECK(other.status == 409);
    CHECK(text_at(object_of(other.body), "code") == "count_differs");
    for (const char* missing : {"expect", "seen", "reason"}) {
        auto wish = sure(park(), preview, 1);
        wish.erase(missing);
        const auto refused = hub.post("/v1/operations", wish);
        CHECK(refused.status == 400);
        CHECK(text_at(object_of(refused.body), "field") == missing);
    }
    for (const boost::json::object& wrong :
         {boost::json::object{{"act", "delete"}, {"receiver", "H43.01"}}, {{"receiver", "H43.01"}},
          {{"act", "retry"}, {"receiver", "no code!"}}, {{"act", "retry"}, {"nonsense", "x"}, {"receiver", "H43.01"}}})
        CHECK(hub.post("/v1/operations/preview", wrong).status == 400);
    CHECK(hub.post("/v1/operations/1/stop").status == 400);
    CHECK(hub.operations.empty());
    hub.operation_answer = Fault{Errc::timed_out, "hub", {}};
    CHECK(hub.post("/v1/operations", sure(park(), preview, 1)).status == 503);
}

TEST_CASE("an operation on nothing is not begun", "[api][operation]") {
    Operated hub;
    const boost::json::object none{{"act", "retry"}, {"receiver", "H43.01"}};
    const auto refused = hub.post("/v1/operations", sure(none, hub.preview(none), 0));
    CHECK(refused.status == 409);
    CHECK(text_at(object_of(refused.body), "code") == "nothing_to_do");
    CHECK(hub.operations.empty());
}

TEST_CASE("another person approves, and not who asked by whichever token", "[api][operation]") {
    Operated hub;
    const auto user = [&](const char* name) {
        access::User made{.name = name, .role = Role::operator_, .agency = {}};
        REQUIRE(hub.access().add(made, "hash").has_value());
    };
    const auto give = [&](const char* name, const char* by, const char* secret) {
        access::Token made{.name = name, .role = Role::operator_, .agency = {}, .made_by = by, .made_at = at(0),
                           .ends_at = at(0) + std::chrono::days{30}, .revoked_at = {}};
        REQUIRE(hub.access().add(made, sha256(secret)).has_value());
    };
    user("an");
    user("binh");
    give("of-an", "an", "secret-of-an-of-an");
    give("made-by-it", "token:of-an", "secret-made-by-it-");
    give("of-binh", "binh", "secret-of-binh-bin");
    const auto begun = hub.answer({.method = "POST",
                                   .target = "/v1/operations",
                                   .host = "127.0.0.1",
                                   .authorization = "Bearer secret-of-an-of-an",
                                   .content_type = "application/json",
                                   .body = boost::json::serialize(sure(park(), hub.preview(park()), 1))});
    REQUIRE(begun.status == 201);
    Operation waiting = hub.operations[0];
    waiting.state = OperationState::needs_approval;
    hub.operations[0] = waiting;
    hub.writer().batch.operations.push_back(waiting);
    REQUIRE(hub.writer().commit().has_value());
    CHECK(hub.ask("/v1/operations/1").at("count").to_number<int>() == 1);
    CHECK(hub.ask("/v1/operations?open=true").at("operations").as_array().size() == 1);
    CHECK(hub.get("/metrics").body.find("lgsp_operations{state=\"needs_approval\"} 1\n") != std::string::npos);
    const auto approve = [&](std::string by, std::string query, std::string seen = {}) {
        const auto response = hub.answer({.method = "POST",
                                          .target = "/v1/operations/1/approve" + query,
                                          .host = "127.0.0.1",
                                          .authorization = "Bearer " + by,
                                          .accept_language = "en",
                                          .if_match = std::move(seen)});
        INFO(response.body);
        const auto body = object_of(response.body);
        return std::to_string(response.status) + " " + text_at(body, response.status == 200 ? "state" : "code");
    };
    const std::string all = "?reason=looked&expect=1";
    // The token of the settings is nobody's.
    for (const char* by : {"secret-of-an-of-an", "secret-made-by-it-", token})
        CHECK(approve(by, all) == "409 second_person_needed");
    CHECK(approve("secret-of-binh-bin", "?reason=looked&expect=2") == "409 count_differs");
    CHECK(approve("secret-of-binh-bin", "?reason=looked") == "400 field_invalid");
    CHECK(approve("secret-of-binh-bin", "?expect=1") == "400 field_invalid");
    CHECK(approve("secret-of-binh-bin", all, "\"of before\"") == "412 changed_meanwhile");
    CHECK(approve("secret-of-binh-bin", all) == "200 running");
    CHECK(hub.acts.back().verb == Verb::operation_approve);
    CHECK(hub.acts.back().actor == "token:of-binh");
    CHECK(hub.acts.back().detail == "asked by token:of-an");
    CHECK(approve("secret-of-binh-bin", all) == "409 operation_over");
}

TEST_CASE("what its receiver could not fetch in time is mended at the receiver, not at the sender's clock",
          "[api][operation]") {
    Operated hub;
    hub.writer().fail(1, EnvelopeSeq{1}, "H43.01", {"envelope_expired", "parts not fetched: hub_unreachable"});
    REQUIRE(hub.writer().commit().has_value());
    const auto failures = hub.ask("/v1/failures").at("failures").as_array();
    REQUIRE(failures.size() == 1);
    const auto& cause = failures.front().as_object();
    CHECK(text_at(cause, "detail") == "parts not fetched: hub_unreachable");
    CHECK(text_at(cause, "remedy_en").find("receiver's machine") != std::string::npos);
    CHECK(text_at(cause, "remedy_en").find("sending machine") == std::string::npos);
    CHECK(text_at(cause, "remedy_vi").find("bên nhận") != std::string::npos);
}

TEST_CASE("failures and acts are listed, and a wrong question names its field", "[api][operation]") {
    Operated hub;
    CHECK(hub.ask("/v1/failures").at("failures").as_array().empty());
    CHECK(hub.ask("/v1/audit").at("acts").as_array().empty());
    for (const char* query : {"/v1/audit?verb=nonsense", "/v1/audit?other=1", "/v1/audit?count=0"})
        hub.ask(query, 400);
}

TEST_CASE("what is parked is listed with who parked it, found, and may go on or be tried again", "[api][operation][parked]") {
    Operated hub;
    hub.writer().fail(1, EnvelopeSeq{1}, "H43.01", {"ledger_full", "no room"});
    Operation parked{.seq = OperationSeq{7}, .key = "key", .act = DeliveryAct::park};
    parked.actor = "an";
    parked.reason = "disk is being changed";
    hub.writer().batch.operations.push_back(parked);
    StationChange change{DeliverySeq{1}, Station::failed, at(6000), Carriage::parked_failed};
    change.turn = Turn{1, hub.writer().seen().entry, std::nullopt, OperationSeq{7}};
    hub.writer().batch.stations.push_back(std::move(change));
    REQUIRE(hub.writer().commit().has_value());
    const auto answer = hub.ask("/v1/failures");
    CHECK(answer.at("failures").as_array().empty());
    CHECK_FALSE(answer.at("parked_are_cut").as_bool());
    REQUIRE(answer.at("parked").as_array().size() == 1);
    const auto& group = answer.at("parked").at(0).as_object();
    CHECK(text_at(group, "code") == "ledger_full");
    CHECK(text_at(group, "title_en") != "");
    CHECK(group.at("count").to_number<int>() == 1);
    const auto& act = group.at("acts").at(0).as_object();
    CHECK(act.at("operation").to_number<int>() == 7);
    CHECK(text_at(act, "actor") == "an");
    CHECK(text_at(act, "reason") == "disk is being changed");
    for (const char* query : {"state=parked", "standing=parked"})
        CHECK(hub.found(std::string{"/v1/documents?"} + query) == std::vector<std::uint64_t>{1});
    CHECK(hub.found("/v1/documents?standing=failed").empty());
    hub.ask("/v1/documents?standing=nowhere", 400);
    for (const char* wanted : {"release", "retry"}) {
        const boost::json::object wish{{"act", wanted}, {"state", "parked"}, {"cause", group.at("cause")}};
        CHECK(hub.preview(wish).at("count").to_number<int>() == 1);
    }
    CHECK(hub.preview({{"act", "release"}, {"cause", "none"}}).at("count").to_number<int>() == 0);
    CHECK(hub.post("/v1/operations/preview", {{"act", "retry"}, {"cause", "none"}}).status == 400);
    const auto outcome = hub.ask("/v1/operations/7").at("outcome").as_object();
    CHECK(outcome.at("parked").to_number<int>() == 1);
    CHECK(outcome.at("counted").to_number<int>() == 1);
}

TEST_CASE("an operation on more than the ledger holds was seen by nobody", "[api][operation]") {
    Operated hub;
    auto wish = sure(park(), hub.preview(park()), 1);
    wish["seen"] = "999999-999999";
    const auto refused = hub.post("/v1/operations", wish);
    CHECK(refused.status == 400);
    CHECK(text_at(object_of(refused.body), "field") == "seen");
    CHECK(hub.operations.empty());
}
