#include "tests/gateway/told_kit.hpp"

#include "tests/support/eventually.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::gateway;
using namespace hub::gateway::test;
using hub::test::eventually;

TEST_CASE("a packet that came is held until its agency speaks, and the hub is told once", "[gateway]") {
    Desk desk;
    CHECK(desk.line->acknowledges_later());
    EnvelopeHeader header = header_to("000.00.01.H43", 1);
    header.signed_by_gateway = true;
    REQUIRE(desk.receive(header, "the packet"));
    REQUIRE(desk.receive(header, "the packet"));
    const auto listed = desk.counter->received(*desk.line, Kind::document).value();
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].to == "000.00.01.H43");
    CHECK(listed[0].number == "12/SNV");
    CHECK(listed[0].bytes == 10);
    CHECK(listed[0].is_signed_by_gateway);
    const auto file = desk.counter->fetch(*desk.line, listed[0].doc_id).value().file;
    CHECK(hub::test::read_file(file) == "the packet");
    CHECK(desk.kit->acknowledged().empty());

    REQUIRE(desk.counter->acknowledge(*desk.line, listed[0].doc_id, HoldState::processing, "").has_value());
    REQUIRE(desk.counter->acknowledge(*desk.line, listed[0].doc_id, HoldState::failed, "hỏng").has_value());
    REQUIRE(eventually([&] { return desk.kit->acknowledged().size() == 1; }));
    const auto item = desk.kit->acknowledged().front();
    CHECK(item.envelope == header.id);
    CHECK(item.sender == header.sender);
    CHECK_FALSE(item.is_stored);
    CHECK(item.detail == "hỏng");
    // After an end it is not told again; brought once more by the hub, it is.
    desk.open();
    REQUIRE(desk.receive(header_to("H43.01", 2), "another"));
    CHECK(desk.kit->acknowledged().empty());
    REQUIRE(desk.receive(header, "the packet"));
    REQUIRE(eventually([&] { return desk.kit->acknowledged().size() == 1; }));
    CHECK(desk.kit->acknowledged().front().detail == "hỏng");
    CHECK(desk.counter->count_received(*desk.line, Kind::document).value() == 1);
}

TEST_CASE("an end between the mailbox and the kit's journal loses no word of the agency", "[gateway]") {
    Desk desk;
    EnvelopeHeader header = header_to("H43.01", 1);
    REQUIRE(desk.receive(header, "the packet"));
    const auto doc_id = desk.counter->received(*desk.line, Kind::document).value().at(0).doc_id;
    // The kit of the next run has never heard of it.
    const auto end = [&] { desk.open(true); };
    SECTION("said before the end") {
        desk.workers.reset();
        REQUIRE(desk.mailbox->set_state(code("H43.01"), doc_id, HoldState::done, "", {}).has_value());
        end();
    }
    SECTION("said before the hub brings it again") {
        end();
        REQUIRE(desk.counter->acknowledge(*desk.line, doc_id, HoldState::done, "").has_value());
    }
    REQUIRE(eventually([&] { return desk.kit->asked() > 0; }));
    CHECK(desk.kit->acknowledged().empty());
    // The hub brings it again, and the kit notes it.
    desk.kit->knows_nothing_but(header.id);
    REQUIRE(desk.receive(header, "the packet"));
    REQUIRE(eventually([&] { return desk.kit->acknowledged().size() == 1; }));
    CHECK(desk.kit->acknowledged().front().is_stored);
    CHECK(desk.counter->received(*desk.line, Kind::document).value().empty());
}

TEST_CASE("a packet bears the code that the hub has given it to the agency for", "[gateway]") {
    Desk desk;
    EnvelopeHeader header = header_to("H43.01.07", 1);
    REQUIRE(desk.receive(header, "the packet", {{wire::AddressRule::served, {code("H43.01.07")}}}));
    CHECK(desk.counter->received(*desk.line, Kind::document).value().at(0).to == "H43.01.07");
}

TEST_CASE("an acknowledgement that the kit had no time for is made up for", "[gateway]") {
    Desk desk;
    REQUIRE(desk.receive(header_to("H43.01", 1), "the packet"));
    const auto doc_id = desk.counter->received(*desk.line, Kind::document).value().at(0).doc_id;
    desk.workers.reset();
    REQUIRE(desk.mailbox->set_state(code("H43.01"), doc_id, HoldState::done, "", {}).has_value());
    desk.open();
    REQUIRE(eventually([&] { return desk.kit->acknowledged().size() == 1; }));
    CHECK(desk.kit->acknowledged().front().is_stored);
}

TEST_CASE("what is no packet for an agency is refused", "[gateway]") {
    Desk desk;
    CHECK_FALSE(desk.receive(header_to("H43.01", 1, Kind::service), "x"));
    CHECK(desk.files().empty());
}

TEST_CASE("a packet that an operator brings again is offered once, though its sender was faster", "[gateway]") {
    Desk desk;
    const EnvelopeHeader first = header_to("H43.01", 1), later = header_to("H43.01", 2);
    const auto listed = [&] { return desk.counter->received(*desk.line, Kind::document).value(); };
    const auto say = [&](HoldState state) {
        REQUIRE(desk.counter->acknowledge(*desk.line, listed().at(0).doc_id, state, "t").has_value());
    };
    REQUIRE(desk.receive(first, "the packet"));
    say(HoldState::failed);
    REQUIRE(eventually([&] { return desk.kit->acknowledged().size() == 1; }));
    const auto bring_again = [&] { REQUIRE(desk.receive(first, "the packet", {}, 2)); };
    SECTION("nothing came in between") {
        REQUIRE(desk.receive(later, "another packet"));
        say(HoldState::done);
        bring_again();
        CHECK(listed().size() == 1);
    }
    SECTION("the later one could not be taken either") {
        REQUIRE(desk.receive(later, "the packet"));
        say(HoldState::failed);
        bring_again();
        CHECK(listed().size() == 1);
    }
    SECTION("the later one was taken") {
        REQUIRE(desk.receive(later, "the packet"));
        say(HoldState::done);
        bring_again();
        CHECK(listed().empty());
        // And the hub hears that it is there.
        REQUIRE(eventually([&] { return desk.kit->acknowledged().size() == 3; }));
        CHECK(desk.kit->acknowledged().back().envelope == first.id);
        CHECK(desk.kit->acknowledged().back().is_stored);
    }
    SECTION("the later one waits") {
        REQUIRE(desk.receive(later, "the packet"));
        bring_again();
        REQUIRE(listed().size() == 1);
        CHECK(listed().at(0).envelope == later.id);
    }
}
