// What could not be delivered was not asked.

#include "tests/engine/changes_hub.hpp"

using namespace hub;
using namespace std::chrono_literals;
using test::ChangesHub;
using test::code;
using test::original;

namespace {

struct FailingHub : ChangesHub {
    void acknowledge(std::uint8_t n, bool is_stored, std::string_view receiver = "H43.01") {
        EnvelopeHeader header = document(static_cast<std::uint8_t>(100 + acknowledgements++), {});
        header.kind = Kind::acknowledgement;
        header.sender = code(receiver);
        header.document.reset();
        Delivered event = delivered(std::move(header), "ack" + std::to_string(acknowledgements), std::string{receiver});
        event.verdict.acknowledgement = Acknowledgement{
            {{code("H43"), test::id(n), is_stored, is_stored ? "" : "ledger_full", is_stored ? "" : "đầy đĩa", false, 0}}, {}};
        give(event);
    }
    std::string ask(std::uint8_t n, Business business) { return send(n, change(n, business, {code("H43.01")})); }
    void retry_all_failed() {
        Operation operation;
        operation.key = "retry";
        operation.act = DeliveryAct::retry;
        const Heads heads = view->heads().value();
        operation.seen = {heads.entry, heads.delivery};
        operation.expected = 10;
        operation.per_second = 100;
        give(OperationAsked{Ticket{1}, operation, Act{.actor = "an", .verb = Verb::operation_run, .reason = "đã sửa"}});
        now += 1s;
        give(Tick{});
    }
    int acknowledgements = 0;
};

}  // namespace

TEST_CASE("a change that its receiver could not take was not asked", "[relay][changes]") {
    FailingHub hub;
    REQUIRE(hub.send(1, {code("H43.01"), code("H43.02")}) == "accepted");
    SECTION("recall") { REQUIRE(hub.ask(2, Business::recall) == "accepted"); }
    SECTION("update") { REQUIRE(hub.ask(2, Business::update) == "accepted"); }
    SECTION("replacement") { REQUIRE(hub.ask(2, Business::replace) == "accepted"); }
    SECTION("status 13") { REQUIRE(hub.status(2, "H43", "H43.01", "13") == "accepted"); }
    REQUIRE(hub.at(1, "H43.01").change.state == ChangeState::asked);
    hub.acknowledge(2, false);
    CHECK(hub.state("H43.01") == "new none, accepted");
    CHECK(hub.told("H43.01").ends_with("change_failed "));
    CHECK(hub.ask(3, Business::recall) == "accepted");
    CHECK(hub.state("H43.01") == "recall asked, accepted");
    hub.status(10, "H43.01", "H43", "15");
    CHECK(hub.state("H43.01") == "recall agreed, 15");
}

TEST_CASE("who failed to get one question is asked what was asked before", "[relay][changes]") {
    FailingHub hub;
    REQUIRE(hub.send(1, {code("H43.01")}) == "accepted");
    SECTION("declined") {
        REQUIRE(hub.ask(2, Business::update) == "accepted");
        hub.status(10, "H43.01", "H43", "16", test::id(2));
        REQUIRE(hub.ask(3, Business::recall) == "accepted");
        hub.crash();
        hub.give(BusUp{});
        hub.acknowledge(3, false);
        CHECK(hub.state("H43.01") == "update declined, accepted");
    }
    SECTION("still asked") {
        REQUIRE(hub.ask(2, Business::update) == "accepted");
        REQUIRE(hub.ask(3, Business::recall) == "accepted");
        hub.acknowledge(3, false);
        CHECK(hub.state("H43.01") == "update asked, accepted");
        hub.status(10, "H43.01", "H43", "15", test::id(2));
        CHECK(hub.state("H43.01") == "update agreed, accepted");
    }
    SECTION("by another packet, which did come") {
        REQUIRE(hub.ask(2, Business::recall) == "accepted");
        hub.acknowledge(2, true);
        REQUIRE(hub.status(3, "H43", "H43.01", "13") == "accepted");
        hub.acknowledge(3, false);
        CHECK(hub.state("H43.01") == "recall asked, accepted");
    }
}

TEST_CASE("what is delivered after all is asked", "[relay][changes]") {
    FailingHub hub;
    REQUIRE(hub.send(1, {code("H43.01")}) == "accepted");
    REQUIRE(hub.ask(2, Business::recall) == "accepted");
    hub.acknowledge(2, false);
    REQUIRE(hub.state("H43.01") == "new none, accepted");
    SECTION("once more, by an operator") { hub.retry_all_failed(); }
    SECTION("late") { hub.acknowledge(2, true); }
    SECTION("as its answer shows") {
        hub.status(10, "H43.01", "H43", "16", test::id(2));
        CHECK(hub.state("H43.01") == "recall declined, accepted");
        return;
    }
    CHECK(hub.state("H43.01") == "recall asked, accepted");
    CHECK(hub.told("H43.01") == "recall change_failed recall ");
    hub.acknowledge(2, false);
    hub.status(11, "H43.01", "H43", "15", test::id(2));
    CHECK(hub.state("H43.01") == "recall agreed, 15");
}

TEST_CASE("what was answered is not asked again by bringing it again", "[relay][changes]") {
    FailingHub hub;
    REQUIRE(hub.send(1, {code("H43.01")}) == "accepted");
    REQUIRE(hub.ask(2, Business::recall) == "accepted");
    hub.status(10, "H43.01", "H43", "16");
    hub.acknowledge(2, false);
    hub.retry_all_failed();
    CHECK(hub.state("H43.01") == "recall declined, accepted");
}

TEST_CASE("one recall of what went out in several packets is undone, asked again and answered in each", "[relay][changes]") {
    FailingHub hub;
    REQUIRE(hub.send(1, {code("H43.01")}) == "accepted");
    EnvelopeHeader later = ChangesHub::document(2, {code("H43.02")});
    later.document->document_id = original;
    REQUIRE(hub.send(2, std::move(later)) == "accepted");
    REQUIRE(hub.send(3, ChangesHub::change(3, Business::recall, {code("H43.01"), code("H43.02")})) == "accepted");
    REQUIRE(hub.state("H43.01", 1) == "recall asked, accepted");
    REQUIRE(hub.state("H43.02", 2) == "recall asked, accepted");
    SECTION("not delivered, and delivered after all") {
        hub.acknowledge(3, false);
        CHECK(hub.state("H43.01", 1) == "new none, accepted");
        CHECK(hub.state("H43.02", 2) == "recall asked, accepted");
        hub.acknowledge(3, true);
        CHECK(hub.state("H43.01", 1) == "recall asked, accepted");
    }
    SECTION("answered by its envelope") {
        hub.status(10, "H43.01", "H43", "15", test::id(3));
        hub.status(11, "H43.02", "H43", "16", test::id(3));
        CHECK(hub.state("H43.01", 1) == "recall agreed, 15");
        CHECK(hub.state("H43.02", 2) == "recall declined, accepted");
    }
}
