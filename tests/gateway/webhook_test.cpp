#include "adapters/gateway/webhook_signature.hpp"
#include "adapters/gateway/webhooks.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::gateway;

TEST_CASE("a webhook is signed as Standard Webhooks says", "[gateway]") {
    // The example of their specification.
    const auto secret = parse_webhook_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    REQUIRE(secret);
    CHECK(webhook_signature(*secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", R"({"test": 2432232314})") ==
          "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST_CASE("secrets of webhooks are long enough", "[gateway]") {
    CHECK(parse_webhook_secret("twenty-four octets as is")->octets() == "twenty-four octets as is");
    CHECK_FALSE(parse_webhook_secret("too short"));
    CHECK_FALSE(parse_webhook_secret("whsec_AAAA"));
    CHECK_FALSE(parse_webhook_secret("whsec_this is not base64, whatever it is"));
}

TEST_CASE("webhooks go over HTTPS, or stay on this machine", "[gateway]") {
    const auto target = [](std::string_view url) {
        const auto webhook = webhook_at(AgencyCode::parse("H43.01").value(), url, vxp::Secret{"x"});
        return webhook ? webhook->address.path + webhook->target : webhook.error().field;
    };
    CHECK(target("https://qlvb.example/hook") == "/hook");
    CHECK(target("https://qlvb.example/hook/") == "/hook/");
    CHECK(target("https://qlvb.example") == "/");
    CHECK(target("http://127.0.0.1:8080/hook") == "/hook");
    CHECK(target("http://[::1]:8080/hook") == "/hook");
    CHECK(target("http://qlvb.example/hook") == "url");
    CHECK(target("ftp://qlvb.example/hook") == "url");
}

TEST_CASE("pauses grow and end", "[gateway]") {
    CHECK(webhook_pause(0) == std::chrono::seconds{5});
    for (unsigned tries = 1; tries < 50; ++tries)
        CHECK(webhook_pause(tries) >= webhook_pause(tries - 1));
    CHECK(webhook_pause(50) == std::chrono::hours{4});
}

TEST_CASE("an event names the document and where the rest is", "[gateway]") {
    WebhookEvent event{.id = {}, .type = "receiver.changed", .doc_id = "0193", .party = "H43.02",
                       .station = Station::registered, .code = {}, .at = {}};
    CHECK(json_of(event).at("data") == boost::json::object{{"id", "0193"},
                                                           {"url", "/v1/documents/0193"},
                                                           {"receiver", "H43.02"},
                                                           {"station", "03"}});
    event = {.id = {}, .type = "document.received", .doc_id = "ab", .party = "H43.02", .station = {}, .code = {}, .at = {}};
    CHECK(json_of(event).at("data") ==
          boost::json::object{{"id", "ab"}, {"url", "/v1/inbox/ab"}, {"sender", "H43.02"}});
    event = {.id = {}, .type = "document.refused", .doc_id = "ab", .party = {}, .station = {}, .code = "receiver_unknown",
             .at = {}};
    CHECK(json_of(event).at("data").at("code") == "receiver_unknown");
}
