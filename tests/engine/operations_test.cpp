// What operators do with many deliveries: only what they saw, once each, whatever happens in between.

#include "tests/engine/hub_bench.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>

using namespace hub;
using namespace std::chrono_literals;
using test::code;
using test::HubBench;

namespace {

const Cause no_room{"ledger_full", "no room"};

struct OperatedHub : HubBench {
    OperatedHub() { up(); }

    void up() {
        REQUIRE(take(BusUp{false, ++connection}).has_value());
        settle();
        confirm();
    }
    void confirm() {
        for (; envelopes_confirmed < bus.envelopes.size(); ++envelopes_confirmed) {
            REQUIRE(take(Confirmed{bus.envelopes[envelopes_confirmed].id}).has_value());
            settle();
        }
    }
    /// What was sent so far is confirmed and looked at.
    void forget_sent() {
        confirm();
        confirm_receipts();
        bus.clear();
        envelopes_confirmed = 0;
    }
    void restart() {
        crash();
        envelopes_confirmed = 0;
        up();
    }
    void tick(std::chrono::milliseconds passed = 1s) {
        now += passed;
        REQUIRE(take(Tick{}).has_value());
        settle();
    }
    void accept(std::uint8_t n, std::string_view receiver = "H43.01") {
        REQUIRE(take(delivered(document(n, {code(receiver)}), "frame" + std::to_string(n))).has_value());
        settle();
        confirm();
    }
    void acknowledge(std::uint8_t n, bool is_stored, std::uint32_t attempt, std::string_view receiver = "H43.01",
                     const Cause& cause = no_room) {
        tell(receiver, {code("H43"), test::id(n), is_stored, is_stored ? "" : cause.code, is_stored ? "" : cause.detail,
                        false, attempt});
    }
    /// Its adapter holds it for a receiver that is to be asked.
    void hold(std::uint8_t n, std::uint32_t attempt, std::string_view receiver = "H43.01") {
        tell(receiver, {code("H43"), test::id(n), false, {}, {}, true, attempt});
    }
    void tell(std::string_view receiver, Acknowledgement::Item item) {
        EnvelopeHeader header = document(static_cast<std::uint8_t>(100 + acknowledgements++), {});
        header.kind = Kind::acknowledgement;
        header.sender = code(receiver);
        header.document.reset();
        Delivered event = delivered(std::move(header), "ack" + std::to_string(acknowledgements), std::string{receiver});
        event.verdict.acknowledgement = Acknowledgement{{std::move(item)}, {}};
        REQUIRE(take(event).has_value());
        settle();
    }
    /// The document came on paper too: H43.01 reports on it without its envelope.
    void report_by_number(std::string number) {
        EnvelopeHeader header = document(200, {code("H43")});
        header.kind = Kind::status;
        header.sender = code("H43.01");
        header.document.reset();
        header.status = StatusReport{.code = "03",
                                     .description = {},
                                     .staff = {},
                                     .reported_at = {},
                                     .answers_issuer = "H43",
                                     .answers_code = std::move(number),
                                     .answers_date = "2026-11-24",
                                     .answers_document_id = {},
                                     .answers_envelope = std::nullopt};
        REQUIRE(take(delivered(std::move(header), "status", "H43.01")).has_value());
        settle();
    }
    void fail(std::uint8_t n, std::string_view receiver = "H43.01", const Cause& cause = no_room) {
        accept(n, receiver);
        acknowledge(n, false, 1, receiver, cause);
    }
    DeliveryRecord delivery(std::uint8_t n, std::string_view receiver = "H43.01") const {
        return view->deliveries(view->known(code("H43"), test::id(n)).value()->seq, code(receiver)).value().at(0);
    }
    /// What the adapter of H43.01 holds.
    static Selection lost() { return {Standing::at_adapter, {}, {}, code("H43.01"), {}, {}, {}, {}}; }
    Operation wanted(DeliveryAct act, Selection selection = {}) const {
        Operation operation;
        operation.key = "key" + std::to_string(keys++);
        operation.act = act;
        operation.selection = std::move(selection);
        const Heads heads = view->heads().value();
        operation.seen = {heads.entry, heads.delivery};
        operation.expected = view->selected(operation.selection, operation.seen, {}, 1000).value().deliveries.size();
        operation.per_second = 1000;
        operation.reason = "disk replaced";
        return operation;
    }
    static Act act(Verb verb) { return {.actor = "an", .verb = verb, .reason = "wait"}; }
    std::optional<Errc> ask(const Operation& operation) {
        REQUIRE(take(OperationAsked{Ticket{++ticket}, operation, act(Verb::operation_run)}).has_value());
        settle();
        REQUIRE(desk.answers.back().ticket == Ticket{ticket});
        const auto& fault = desk.answers.back().fault;
        return fault ? std::optional{fault->code} : std::nullopt;
    }
    std::optional<Errc> turn(OperationSeq operation, bool is_stop) {
        REQUIRE(take(OperationTurned{Ticket{++ticket}, operation, is_stop, act(Verb::operation_stop)}).has_value());
        settle();
        const auto& fault = desk.answers.back().fault;
        return fault ? std::optional{fault->code} : std::nullopt;
    }
    Operation operation(std::string_view key) const { return view->operation(key).value().value(); }
    /// How often each document was published, and the highest attempt.
    std::map<EnvelopeId, std::pair<int, std::uint32_t>> published() const {
        std::map<EnvelopeId, std::pair<int, std::uint32_t>> found;
        for (const PublishEnvelope& each : bus.envelopes) {
            auto& [count, attempt] = found[each.envelope_id];
            ++count;
            attempt = std::max(attempt, each.attempt);
        }
        return found;
    }

    std::uint64_t connection = 0;
    std::size_t envelopes_confirmed = 0;
    int acknowledgements = 0;
    std::uint64_t ticket = 0;
    mutable int keys = 0;
};

}  // namespace

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
    CHECK(hub.turn(OperationSeq{1}, true) == std::nullopt);
    const std::uint64_t done = hub.operation(wanted.key).done;
    CHECK(done < 10);
    hub.restart();
    hub.tick();
    hub.tick();
    CHECK(hub.operation(wanted.key).done == done);
    CHECK(hub.turn(OperationSeq{1}, true) == std::nullopt);
    CHECK(hub.turn(OperationSeq{1}, false) == std::nullopt);
    for (int i = 0; i < 4; ++i)
        hub.tick();
    CHECK(hub.operation(wanted.key).state == OperationState::done);
    CHECK(hub.operation(wanted.key).done == 10);
    CHECK(hub.turn(OperationSeq{1}, true) == Errc::operation_over);
    CHECK(hub.turn(OperationSeq{2}, true) == Errc::not_found);
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
