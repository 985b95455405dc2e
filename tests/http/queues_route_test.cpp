// Queues over the API: paused, let go and limited, by whom, and what a document's story says of it.

#include "hub/core/limits.hpp"
#include "tests/http/people_hub.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::code;
using test::field_of;
using test::object_of;
using test::text_at;

namespace json = boost::json;

namespace {

const std::string upgrade = R"({"reason":"nâng cấp"})";

/// H43's documents 1 and 2 to H43.01: one with the hub, one in the inbox; 3 to H43.
struct QueuesHub : test::PeopleHub {
    QueuesHub() {
        status.broker = "up";
        status.disk_free_bytes = 5'000'000'000;
        writer().accept("H43", 1, {"H43.01"});
        writer().accept("H43", 2, {"H43.01"});
        writer().accept("H43.01", 3, {"H43"});
        writer().move(2, Station::queued);
        REQUIRE(writer().commit().has_value());
    }
    http::Response ask_as(const std::string& user, const std::string& method, const std::string& target,
                          const std::string& body = {}, const std::string& if_match = {}, const std::string& key = {}) {
        http::Request request{.method = method,
                              .target = target,
                              .host = "127.0.0.1:7780",
                              .accept_language = "en",
                              .address = "192.0.2.7",
                              .cookie = "lgsp=" + user + "'s secret",
                              .request_mark = "1",
                              .content_type = body.empty() ? "" : "application/json",
                              .body = body};
        request.if_match = if_match;
        request.idempotency_key = key;
        return answer(request);
    }
    http::Response turn(const std::string& act, const std::string& body = upgrade, const std::string& agency = "H43.01") {
        return ask_as("operator", "POST", "/v1/queues/" + agency + "/" + act, body);
    }
    json::object seen(const std::string& target) {
        const auto response = ask_as("operator", "GET", target);
        INFO(response.body);
        REQUIRE(response.status == 200);
        return object_of(response.body);
    }
    json::object queue(const std::string& agency = "H43.01") { return seen("/v1/queues/" + agency); }
};

std::string fault_of(const http::Response& response) { return text_at(object_of(response.body), "code"); }

}  // namespace

TEST_CASE("a queue is paused and let go, and tells by whom and why", "[api][queues]") {
    QueuesHub hub;
    CHECK(hub.queue().at("paused").is_null());
    CHECK(hub.queue().at("limit").is_null());
    const auto paused = hub.turn("pause", upgrade, "000.00.00.H43");
    REQUIRE(paused.status == 200);
    CHECK(text_at(object_of(paused.body), "agency") == "H43");
    REQUIRE(hub.turn("pause").status == 200);
    REQUIRE(hub.queue_orders.size() == 2);
    const Act& act = hub.queue_orders[1].act;
    CHECK(act.verb == Verb::queue_pause);
    CHECK(act.actor == "operator");
    CHECK(act.object == "H43.01");
    CHECK(act.reason == "nâng cấp");

    const json::object queue = hub.queue();
    CHECK(text_at(queue.at("paused").as_object(), "by") == "operator");
    CHECK(text_at(queue.at("paused").as_object(), "reason") == "nâng cấp");
    CHECK(text_at(queue.at("paused").as_object(), "at") == "1970-01-05T08:00:00.000Z");
    CHECK(queue.at("waiting").to_number<int>() == 2);
    CHECK(queue.at("unconfirmed").to_number<int>() == 1);
    CHECK(queue.at("in_inbox").to_number<int>() == 1);

    REQUIRE(hub.turn("resume").status == 200);
    CHECK(hub.queue_orders.back().wanted == QueueAct::resume);
    CHECK(hub.queue().at("paused").is_null());
}

TEST_CASE("a paused queue is listed though nothing waits, at once for everybody", "[api][queues]") {
    QueuesHub hub;
    const auto listed = [&] {
        std::vector<std::string> agencies;
        const json::object answer = object_of(hub.ask_as("viewer", "GET", "/v1/queues").body);
        for (const json::value& queue : answer.at("queues").as_array())
            agencies.push_back(text_at(queue.as_object(), "agency"));
        return agencies;
    };
    CHECK(listed() == std::vector<std::string>{"H43.01", "H43"});
    REQUIRE(hub.turn("pause", upgrade, "00.43.W00").status == 200);
    CHECK(listed() == std::vector<std::string>{"H43.01", "H43", "00.43.W00"});
}

TEST_CASE("a queue is limited, and the limit is taken away", "[api][queues]") {
    QueuesHub hub;
    REQUIRE(hub.turn("limit", R"({"per_minute":30,"reason":"máy yếu"})").status == 200);
    CHECK(hub.queue_orders.back().per_minute == 30);
    CHECK(hub.queue().at("limit").at("per_minute").to_number<int>() == 30);
    CHECK(text_at(hub.queue().at("limit").as_object(), "reason") == "máy yếu");
    REQUIRE(hub.turn("unlimit", R"({"reason":"máy mới"})").status == 200);
    CHECK(hub.queue_orders.back().per_minute == 0);
    CHECK(hub.queue_orders.back().act.verb == Verb::queue_limit);
    CHECK(hub.queue().at("limit").is_null());
}

TEST_CASE("what is wrong with an order for a queue is told by its field", "[api][queues]") {
    QueuesHub hub;
    const auto field = [&](const std::string& act, const std::string& body) {
        const auto response = hub.turn(act, body);
        CHECK(response.status == 400);
        return text_at(object_of(response.body), "field");
    };
    CHECK(field("pause", R"({})") == "reason");
    CHECK(field("pause", R"({"reason":" "})") == "reason");
    CHECK(field("pause", R"({"reason":"x","until":"14h"})") == "until");
    CHECK(field("limit", R"({"reason":"x"})") == "per_minute");
    // To let nothing go is to pause.
    CHECK(field("limit", R"({"reason":"x","per_minute":0})") == "per_minute");
    CHECK(field("limit", R"({"reason":"x","per_minute":-1})") == "per_minute");
    CHECK(field("unlimit", R"({"reason":"x","per_minute":5})") == "per_minute");
    CHECK(field("limit", R"({"reason":"x","per_minute":)" + std::to_string(limits::queue_per_minute_max + 1) + "}")
          == "per_minute");
    for (const std::string agency : {"H43.77", "-", "a%20b"}) {
        CHECK(hub.turn("pause", upgrade, agency).status == 404);
        CHECK(hub.ask_as("operator", "GET", "/v1/queues/" + agency).status == 404);
    }
    CHECK(hub.queue_orders.empty());
    hub.queue_answer = Fault{Errc::timed_out, "ledger", {}};
    CHECK(hub.turn("pause").status == 503);
}

TEST_CASE("who may pause, let go and limit a queue", "[api][queues][access]") {
    QueuesHub hub;
    for (const std::string user : {"viewer", "clerk", "operator", "admin"}) {
        for (const std::string act : {"pause", "resume", "limit", "unlimit"}) {
            const std::string body = act == "limit" ? R"({"per_minute":5,"reason":"x"})" : upgrade;
            const auto orders = hub.queue_orders.size();
            const auto response = hub.ask_as(user, "POST", "/v1/queues/H43.01/" + act, body);
            const bool may = user == "operator" || user == "admin";
            INFO(user << " " << act);
            CHECK(response.status == (may ? 200u : 403u));
            CHECK(hub.queue_orders.size() == orders + (may ? 1 : 0));
        }
    }
    // A clerk sees its own queue, and of others not even whether they are paused.
    REQUIRE(hub.turn("pause", upgrade).status == 200);
    const auto told = hub.ask_as("clerk", "GET", "/v1/queues/H43.01");
    REQUIRE(told.status == 200);
    const json::object paused = object_of(told.body).at("paused").as_object();
    CHECK_FALSE(paused.at("at").is_null());
    CHECK(paused.at("by").is_null());
    CHECK(paused.at("reason").is_null());
    CHECK(hub.ask_as("clerk", "GET", "/v1/queues/H43").status == 404);
    REQUIRE(hub.turn("pause", upgrade, "H43").status == 200);
    const auto seen = object_of(hub.ask_as("clerk", "GET", "/v1/queues").body).at("queues").as_array();
    REQUIRE(seen.size() == 1);
    CHECK(text_at(seen[0].as_object(), "agency") == "H43.01");
}

TEST_CASE("a queue is not set by whoever has not seen what another has set", "[api][queues][once]") {
    QueuesHub hub;
    const std::string target = "/v1/queues/H43.01";
    const std::string seen = field_of(hub.ask_as("admin", "GET", target), "ETag");
    REQUIRE_FALSE(seen.empty());
    // Documents come and go.
    hub.writer().accept("H43", 9, {"H43.01"});
    REQUIRE(hub.writer().commit().has_value());
    CHECK(field_of(hub.ask_as("admin", "GET", target), "ETag") == seen);
    CHECK(text_at(hub.queue(), "etag") == seen);
    REQUIRE(hub.ask_as("admin", "POST", target + "/pause", upgrade, seen).status == 200);
    const auto refused = hub.ask_as("operator", "POST", target + "/resume", upgrade, seen);
    CHECK(refused.status == 412);
    CHECK(field_of(refused, "ETag") == field_of(hub.ask_as("admin", "GET", target), "ETag"));
    CHECK(hub.queue_orders.size() == 1);

    for (int i = 0; i < 2; ++i)
        CHECK(hub.ask_as("operator", "POST", target + "/resume", upgrade, {}, "k1").status == 200);
    CHECK(hub.queue_orders.size() == 2);
    CHECK(fault_of(hub.ask_as("operator", "POST", target + "/pause", upgrade, {}, "k1")) == "idempotency_key_reused");
}

TEST_CASE("a story says which of its deliveries the hub keeps upgrade of a pause", "[api][queues]") {
    QueuesHub hub;
    const auto paused = [&](const std::string& document) {
        return hub.seen("/v1/documents/" + document).at("deliveries").at(0).at("queue_paused");
    };
    CHECK(paused("1").is_null());
    REQUIRE(hub.turn("pause").status == 200);
    CHECK(text_at(paused("1").as_object(), "by") == "operator");
    CHECK(text_at(paused("1").as_object(), "reason") == "nâng cấp");
    // In the inbox already, and to another.
    CHECK(paused("2").is_null());
    CHECK(paused("3").is_null());
    const auto routes = hub.seen("/v1/explain?receiver=H43.01&receiver=H43").at("routes").as_array();
    CHECK(text_at(routes.at(0).at("queue_paused").as_object(), "by") == "operator");
    CHECK(routes.at(1).at("queue_paused").is_null());
}

TEST_CASE("a paused queue is yellow, and so is what is late by it", "[api][queues][health]") {
    QueuesHub hub;
    REQUIRE(hub.turn("pause").status == 200);
    const auto deliver = [&] { return hub.seen("/v1/health").at("lamps").at(2).as_object(); };
    CHECK(text_at(deliver(), "light") == "yellow");
    hub.status.now += std::chrono::days{10};
    hub.begin_session("operator");
    const auto late = deliver();
    bool is_told = false;
    for (const json::value& cause : late.at("causes").as_array()) {
        const bool is_it = text_at(cause.as_object(), "agency") == "H43.01";
        CHECK((!is_it || text_at(cause.as_object(), "cause") == "QUEUE_PAUSED"));
        is_told = is_told || (is_it && cause.at("count").to_number<int>() > 0);
    }
    CHECK(is_told);
    CHECK(text_at(late, "light") == "yellow");
    const std::string metrics = hub.ask_as("operator", "GET", "/metrics").body;
    CHECK(metrics.find("\nlgsp_queues_paused 1\n") != std::string::npos);
    CHECK(metrics.find("\nlgsp_queue_paused_seconds 864000\n") != std::string::npos);
    CHECK(metrics.find("\nlgsp_queues_limited 0\n") != std::string::npos);
}
