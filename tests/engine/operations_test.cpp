// What operators do with many deliveries: only what they saw, once each, whatever happens in between.

#include "tests/engine/operated_hub.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace hub;
using namespace std::chrono_literals;
using test::code;
using test::no_room;
using test::OperatedHub;

TEST_CASE("a retry is a new attempt: sent again, and told to the sender as such", "[engine][operation]") {
    OperatedHub hub;
    hub.fail(1);
    CHECK(hub.delivery(1).carriage == Carriage::failed);
    CHECK(hub.delivery(1).station == Station::failed);
    hub.forget_sent();
    CHECK(hub.ask(hub.wanted(DeliveryAct::retry)) == std::nullopt);
    hub.tick();
    REQUIRE(hub.bus.envelopes.size() == 1);
    CHECK(hub.bus.envelopes[0].attempt == 2);
    CHECK(*hub.bus.envelopes[0].frame == "frame1");
    CHECK(hub.delivery(1).station == Station::accepted);
    hub.confirm();
    CHECK(hub.delivery(1).station == Station::queued);
    SECTION("and stored") {
        hub.acknowledge(1, true, 2);
        CHECK(hub.delivery(1).station == Station::retrieved);
        CHECK(hub.delivery(1).carriage == Carriage::taken);
    }
    SECTION("an adapter that knows of no attempts says that it is stored") {
        hub.acknowledge(1, true, 0);
        CHECK(hub.delivery(1).station == Station::retrieved);
    }
    SECTION("what is told again of the first attempt does not end the second") {
        hub.acknowledge(1, false, 1);
        CHECK(hub.delivery(1).carriage == Carriage::in_inbox);
        CHECK(hub.delivery(1).station == Station::queued);
    }
    SECTION("and not stored once more: it stands there again, and can be retried again") {
        hub.acknowledge(1, false, 2, "H43.01", {"internal", "worse"});
        CHECK(hub.delivery(1).carriage == Carriage::failed);
        Selection worse;
        worse.cause = fingerprint_of({"internal", "worse"});
        CHECK(hub.ask(hub.wanted(DeliveryAct::retry, worse)) == std::nullopt);
        hub.tick();
        CHECK(hub.delivery(1).attempt == 3);
        CHECK(hub.bus.envelopes.size() == 2);
    }
    hub.confirm_receipts();
    std::vector<std::string> told;
    for (const auto& message : hub.bus.receipts)
        for (const auto& item : message.items)
            if (item.entry.event == ReceiptEvent::retried)
                told.push_back(item.entry.code + " " + item.entry.field);
    CHECK(told.front() == "2 operation/1");
}

TEST_CASE("none outside the filter is touched, and none that failed later", "[engine][operation]") {
    OperatedHub hub;
    for (std::uint8_t n = 1; n <= 10; ++n)
        hub.fail(n, n % 2 ? "H43.01" : "H43.02", n <= 6 ? no_room : Cause{"field_invalid", "parts"});
    hub.accept(11);
    Selection selection;
    selection.cause = fingerprint_of(no_room);
    selection.receiver = code("H43.01");
    const Operation wanted = hub.wanted(DeliveryAct::retry, selection);
    CHECK(wanted.expected == 3);
    // Between what the operator saw and the word to go on:
    hub.acknowledge(11, false, 1);
    hub.acknowledge(3, true, 1);
    hub.forget_sent();
    CHECK(hub.ask(wanted) == std::nullopt);
    hub.tick();
    hub.tick();
    const auto published = hub.published();
    CHECK(published.size() == 2);
    CHECK(published.contains(test::id(1)));
    CHECK(published.contains(test::id(5)));
    CHECK(hub.delivery(11).carriage == Carriage::failed);
    CHECK(hub.delivery(2, "H43.02").carriage == Carriage::failed);
    CHECK(hub.delivery(7).carriage == Carriage::failed);
    const Operation done = hub.operation(wanted.key);
    CHECK(done.state == OperationState::done);
    CHECK(done.done == 2);
    CHECK(done.expected == 3);
}

TEST_CASE("an operation goes on after a kill at any step, once each", "[engine][operation]") {
    OperatedHub hub;
    constexpr std::uint8_t last = 40;
    for (std::uint8_t n = 1; n <= last; ++n)
        hub.fail(n);
    Operation wanted = hub.wanted(DeliveryAct::retry);
    CHECK(wanted.expected == last);
    wanted.per_second = 7;
    hub.restart();
    CHECK(hub.ask(wanted) == std::nullopt);
    std::map<EnvelopeId, std::uint32_t> attempts;
    bool loses_commit = false;
    for (int i = 0; i < 40 && hub.operation(wanted.key).state != OperationState::done; ++i) {
        hub.now += 1s;
        REQUIRE(hub.take(Tick{}).has_value());
        if (i % 3 == 0 && (loses_commit = !loses_commit))
            hub.restart();             // The step's commit is lost.
        hub.settle();
        for (const auto& [id, sent] : hub.published())
            attempts[id] = std::max(attempts[id], sent.second);
        if (i % 3 == 1)
            hub.restart();             // It is on the disk, and what it sent is not known any more.
    }
    const Operation done = hub.operation(wanted.key);
    CHECK(done.state == OperationState::done);
    CHECK(done.done == last);
    hub.tick();
    for (const auto& [id, sent] : hub.published())
        attempts[id] = std::max(attempts[id], sent.second);
    CHECK(attempts.size() == last);
    for (std::uint8_t n = 1; n <= last; ++n) {
        CHECK(attempts[test::id(n)] == 2);
        CHECK(hub.delivery(n).attempt == 2);
    }
}

TEST_CASE("the rate bounds what is done in a second", "[engine][operation]") {
    OperatedHub hub;
    for (std::uint8_t n = 1; n <= 20; ++n)
        hub.fail(n);
    Operation wanted = hub.wanted(DeliveryAct::retry);
    wanted.per_second = 5;
    CHECK(hub.ask(wanted) == std::nullopt);
    std::vector<std::uint64_t> done;
    for (int i = 0; i < 4; ++i) {
        hub.tick();
        done.push_back(hub.operation(wanted.key).done);
    }
    CHECK(done.front() <= 10);
    for (std::size_t i = 1; i < done.size(); ++i)
        CHECK(done[i] - done[i - 1] <= 5);
    CHECK(done.back() == 20);
}

TEST_CASE("an operation is stopped and goes on, also over a restart", "[engine][operation]") {
    OperatedHub hub;
    for (std::uint8_t n = 1; n <= 10; ++n)
        hub.fail(n);
    Operation wanted = hub.wanted(DeliveryAct::retry);
    wanted.per_second = 4;
    CHECK(hub.ask(wanted) == std::nullopt);
    hub.tick();
    CHECK(hub.turn(OperationSeq{1}, OperationTurn::stop) == std::nullopt);
    const std::uint64_t done = hub.operation(wanted.key).done;
    CHECK(done < 10);
    hub.restart();
    hub.tick();
    hub.tick();
    CHECK(hub.operation(wanted.key).done == done);
    CHECK(hub.turn(OperationSeq{1}, OperationTurn::stop) == std::nullopt);
    CHECK(hub.turn(OperationSeq{1}, OperationTurn::resume) == std::nullopt);
    for (int i = 0; i < 4; ++i)
        hub.tick();
    CHECK(hub.operation(wanted.key).state == OperationState::done);
    CHECK(hub.operation(wanted.key).done == 10);
    CHECK(hub.turn(OperationSeq{1}, OperationTurn::stop) == Errc::operation_over);
    CHECK(hub.turn(OperationSeq{2}, OperationTurn::stop) == Errc::not_found);
}

TEST_CASE("asked twice by one key it is one operation", "[engine][operation]") {
    OperatedHub hub;
    hub.fail(1);
    const Operation wanted = hub.wanted(DeliveryAct::retry);
    CHECK(hub.ask(wanted) == std::nullopt);
    CHECK(hub.ask(wanted) == std::nullopt);
    hub.tick();
    CHECK(hub.operation(wanted.key).state == OperationState::done);
    CHECK(hub.ask(wanted) == std::nullopt);
    CHECK(hub.view->heads().value().operation == OperationSeq{1});
}

TEST_CASE("no more operations than the bound are open at a time", "[engine][operation]") {
    OperatedHub hub;
    std::vector<Event> events;
    for (std::size_t i = 0; i <= limits::operations_open_max; ++i)
        events.emplace_back(
            OperationAsked{Ticket{i + 1}, hub.wanted(DeliveryAct::retry), OperatedHub::act(Verb::operation_run)});
    REQUIRE(hub.engine->take(events, hub.now).has_value());
    hub.settle();
    REQUIRE(hub.desk.answers.size() == limits::operations_open_max + 1);
    CHECK_FALSE(hub.desk.answers.front().fault);
    CHECK(hub.desk.answers.back().fault->code == Errc::operations_full);
}

TEST_CASE("a retry that overtakes what is in flight is still sent", "[engine][operation]") {
    OperatedHub hub;
    hub.accept(1);
    // The broker has lost its data: the first attempt is sent once more, and meanwhile its receiver reports.
    hub.forget_sent();
    REQUIRE(hub.take(BusDown{}).has_value());
    REQUIRE(hub.take(BusUp{true, ++hub.connection}).has_value());
    hub.settle();
    REQUIRE(hub.bus.envelopes.size() == 1);
    hub.acknowledge(1, false, 1);
    CHECK(hub.ask(hub.wanted(DeliveryAct::retry)) == std::nullopt);
    hub.tick();
    CHECK(hub.bus.envelopes.size() == 1);
    REQUIRE(hub.take(Confirmed{hub.bus.envelopes[0].id}).has_value());
    hub.settle();
    CHECK(hub.delivery(1).carriage == Carriage::held);
    hub.tick();
    hub.tick();
    REQUIRE(hub.bus.envelopes.size() == 2);
    CHECK(hub.bus.envelopes[1].attempt == 2);
    REQUIRE(hub.take(Confirmed{hub.bus.envelopes[1].id}).has_value());
    hub.settle();
    CHECK(hub.delivery(1).carriage == Carriage::in_inbox);
}

TEST_CASE("a retry that is decided while the hub catches up is sent once it is committed", "[engine][operation]") {
    OperatedHub hub;
    hub.fail(1);
    hub.forget_sent();
    REQUIRE(hub.take(BusDown{}).has_value());
    hub.settle();
    // The disk is slow: the hub looks through its ledger, twice, before the decision is in it.
    REQUIRE(hub.take(OperationAsked{Ticket{1}, hub.wanted(DeliveryAct::retry), hub.act(Verb::operation_run)}).has_value());
    REQUIRE(hub.commit().has_value());
    REQUIRE(hub.committer.pending != nullptr);
    REQUIRE(hub.take(BusUp{false, ++hub.connection}).has_value());
    hub.now += 1s;
    REQUIRE(hub.take(Tick{}).has_value());
    CHECK(hub.bus.envelopes.empty());
    hub.settle();
    hub.tick();
    hub.tick();
    REQUIRE(hub.bus.envelopes.size() == 1);
    CHECK(hub.bus.envelopes[0].attempt == 2);
}

TEST_CASE("what an adapter holds is kept until its receiver has it", "[engine][operation]") {
    OperatedHub hub;
    hub.rules.usual.documents = 1h;
    hub.rules.pass_every = 1s;
    hub.restart();
    hub.accept(1);
    hub.hold(1, 1);
    CHECK(hub.delivery(1).carriage == Carriage::at_adapter);
    hub.report_by_number("1/UBND");
    CHECK(hub.delivery(1).station == Station::registered);
    CHECK(hub.delivery(1).carriage == Carriage::at_adapter);
    SECTION("the receiver refuses it: it can be brought again, and a late word of holding changes nothing") {
        hub.acknowledge(1, false, 1);
        hub.hold(1, 1);
        CHECK(hub.delivery(1).carriage == Carriage::failed);
        CHECK(hub.wanted(DeliveryAct::retry).expected == 1);
    }
    SECTION("what it loses is brought again, and a word of before ends nothing") {
        CHECK(hub.ask(hub.wanted(DeliveryAct::retry, OperatedHub::lost())) == std::nullopt);
        hub.tick();
        CHECK(hub.published().at(test::id(1)) == std::pair{2, 2u});
        hub.hold(1, 1);
        hub.acknowledge(1, false, 1);
        CHECK(hub.delivery(1).carriage == Carriage::held);
        hub.hold(1, 2);
        CHECK(hub.delivery(1).carriage == Carriage::at_adapter);
        hub.acknowledge(1, true, 2);
        CHECK(hub.delivery(1).carriage == Carriage::taken);
    }
    SECTION("what it comes to hold later is not in a set that was seen before") {
        hub.accept(2);
        const Operation wanted = hub.wanted(DeliveryAct::retry, OperatedHub::lost());
        hub.report_by_number("2/UBND");
        hub.hold(2, 1);
        hub.bus.envelopes.clear();
        CHECK(hub.ask(wanted) == std::nullopt);
        hub.tick();
        hub.tick();
        REQUIRE(hub.bus.envelopes.size() == 1);
        CHECK(hub.delivery(2).carriage == Carriage::at_adapter);
    }
    SECTION("and is not given up meanwhile") {
        for (int i = 0; i < 4; ++i)
            hub.tick(2h);
        CHECK(hub.relay->counters().envelopes_retired == 0);
        hub.acknowledge(1, true, 1);
        for (int i = 0; i < 4; ++i)
            hub.tick(2h);
        CHECK(hub.delivery(1).carriage == Carriage::taken);
        CHECK(hub.relay->counters().envelopes_retired == 1);
    }
}

TEST_CASE("a key is one operation also while its end cannot be written", "[engine][operation]") {
    OperatedHub hub;
    hub.fail(1);
    const Operation wanted = hub.wanted(DeliveryAct::retry);
    REQUIRE(hub.take(OperationAsked{Ticket{1}, wanted, hub.act(Verb::operation_run)}).has_value());
    REQUIRE(hub.take(Tick{}).has_value());
    REQUIRE(hub.committer.pending != nullptr);
    REQUIRE(hub.take(OperationAsked{Ticket{2}, wanted, hub.act(Verb::operation_run)}).has_value());
    hub.settle();
    hub.tick();
    CHECK(number(hub.view->heads().value().operation) == 1);
    CHECK(hub.operation(wanted.key).done == 1);
}
