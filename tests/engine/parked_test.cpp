// What operators set aside: it stands still, and goes on as what it was or as a new attempt.

#include "tests/engine/operated_hub.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::code;
using test::HubBench;
using test::OperatedHub;

TEST_CASE("what is parked is not sent, not deleted, and goes on when it is released", "[engine][operation]") {
    OperatedHub hub;
    REQUIRE(hub.take(BusDown{}).has_value());
    hub.settle();
    REQUIRE(hub.take(hub.delivered(HubBench::document(1, {code("H43.01")}), "frame1")).has_value());
    hub.settle();
    Selection waiting;
    waiting.standing = Standing::waiting;
    waiting.receiver = code("H43.01");
    CHECK(hub.ask(hub.wanted(DeliveryAct::park, waiting)) == std::nullopt);
    hub.tick();
    CHECK(hub.delivery(1).carriage == Carriage::parked);
    hub.forget_sent();
    REQUIRE(hub.take(BusUp{true, ++hub.connection}).has_value());
    hub.settle();
    hub.tick();
    CHECK(hub.bus.envelopes.empty());
    Selection parked;
    parked.standing = Standing::parked;
    SECTION("released") {
        CHECK(hub.ask(hub.wanted(DeliveryAct::release, parked)) == std::nullopt);
        hub.tick();
        hub.tick();
        REQUIRE(hub.bus.envelopes.size() == 1);
        CHECK(hub.bus.envelopes[0].attempt == 1);
        hub.confirm();
        CHECK(hub.delivery(1).carriage == Carriage::in_inbox);
    }
    SECTION("its receiver had it in the inbox already, and stores it") {
        hub.acknowledge(1, true, 1);
        CHECK(hub.delivery(1).carriage == Carriage::taken);
        CHECK(hub.wanted(DeliveryAct::release, parked).expected == 0);
    }
    SECTION("its receiver could not store it") {
        hub.acknowledge(1, false, 1);
        CHECK(hub.delivery(1).carriage == Carriage::failed);
    }
}

TEST_CASE("a failed one that was parked stands as failed when it is released", "[engine][operation]") {
    OperatedHub hub;
    hub.fail(1);
    CHECK(hub.ask(hub.wanted(DeliveryAct::park)) == std::nullopt);
    hub.tick();
    CHECK(hub.delivery(1).carriage == Carriage::parked_failed);
    CHECK(hub.wanted(DeliveryAct::retry).expected == 0);
    hub.acknowledge(1, false, 1);
    hub.hold(1, 1);
    hub.report_by_number("1/UBND");
    CHECK(hub.delivery(1).station == Station::registered);
    CHECK(hub.delivery(1).carriage == Carriage::parked_failed);
    Selection parked;
    parked.standing = Standing::parked;
    CHECK(hub.ask(hub.wanted(DeliveryAct::release, parked)) == std::nullopt);
    hub.bus.clear();
    hub.tick();
    CHECK(hub.delivery(1).carriage == Carriage::failed);
    CHECK(hub.bus.envelopes.empty());
}

TEST_CASE("a failed one that was parked is brought again at once when that is asked for", "[engine][operation]") {
    OperatedHub hub;
    hub.fail(1);
    CHECK(hub.ask(hub.wanted(DeliveryAct::park)) == std::nullopt);
    hub.tick();
    REQUIRE(hub.delivery(1).carriage == Carriage::parked_failed);
    hub.forget_sent();
    Selection parked;
    parked.standing = Standing::parked;
    CHECK(hub.ask(hub.wanted(DeliveryAct::retry, parked)) == std::nullopt);
    hub.tick();
    REQUIRE(hub.bus.envelopes.size() == 1);
    CHECK(hub.delivery(1).attempt == 2);
    hub.confirm();
    hub.acknowledge(1, true, 2);
    CHECK(hub.delivery(1).carriage == Carriage::taken);
    CHECK(hub.delivery(1).station == Station::retrieved);
}
