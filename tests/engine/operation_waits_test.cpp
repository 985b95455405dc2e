// Operations that wait: so that they can be undone, or until a second person has approved them.

#include "tests/engine/operated_hub.hpp"

using namespace hub;
using namespace hub::test;
using namespace std::chrono_literals;

namespace {

/// Ten documents have failed; who asks is "an".
struct WaitingHub : OperatedHub {
    explicit WaitingHub(OperationRules given) {
        for (std::uint8_t n = 1; n <= 10; ++n)
            fail(n);
        operation_rules = given;
        restart();
        forget_sent();
    }
    Operation begin(std::uint64_t expected = 10) {
        Operation operation = wanted(DeliveryAct::retry);
        operation.actor = "an";
        REQUIRE(operation.expected == 10);
        operation.expected = expected;
        REQUIRE(ask(operation) == std::nullopt);
        return operation;
    }
    OperationState state_of(const Operation& asked) const { return operation(asked.key).state; }
    static Act second() { return {.actor = "binh", .verb = Verb::operation_approve, .reason = "looked at it"}; }
};

constexpr OperationSeq first{1};

}  // namespace

TEST_CASE("until its time has come an operation is undone and nothing was done", "[engine][operation]") {
    WaitingHub hub{{.undo_window = 10s}};
    const Operation undone = hub.begin();
    CHECK(hub.state_of(undone) == OperationState::waiting);
    CHECK(hub.operation(undone.key).starts_at == hub.operation(undone.key).asked_at + 10s);
    for (int second = 0; second < 9; ++second)
        hub.tick();
    CHECK(hub.bus.envelopes.empty());
    CHECK(hub.turn(first, OperationTurn::resume) == std::nullopt);
    CHECK(hub.state_of(undone) == OperationState::waiting);
    CHECK(hub.turn(first, OperationTurn::stop) == std::nullopt);
    for (int second = 0; second < 9; ++second)
        hub.tick();
    const Operation cancelled = hub.operation(undone.key);
    CHECK(cancelled.state == OperationState::cancelled);
    CHECK(cancelled.decided_by == "an");
    CHECK(cancelled.done == 0);
    CHECK(hub.bus.envelopes.empty());
    CHECK(hub.turn(first, OperationTurn::resume) == Errc::operation_over);
    CHECK(hub.view->heads().value().operations.empty());
}

TEST_CASE("an operation begins when its time has come, also over a restart", "[engine][operation]") {
    WaitingHub hub{{.undo_window = 10s}};
    const Operation asked = hub.begin();
    hub.tick(4s);
    hub.restart();
    CHECK(hub.state_of(asked) == OperationState::waiting);
    hub.tick(5s);
    CHECK(hub.bus.envelopes.empty());
    hub.tick(1s);
    hub.tick();
    CHECK(hub.state_of(asked) == OperationState::done);
    CHECK(hub.published().size() == 10);
}

TEST_CASE("a clock that is set back lets an operation wait no longer than its window", "[engine][operation]") {
    WaitingHub hub{{.undo_window = 10s}};
    const Operation asked = hub.begin();
    hub.tick(-2h);
    CHECK(hub.state_of(asked) == OperationState::waiting);
    hub.tick(10s);
    hub.tick();
    CHECK(hub.state_of(asked) == OperationState::done);
}

TEST_CASE("an operation on one delivery, or without a window, begins at once", "[engine][operation]") {
    WaitingHub one{{.undo_window = 10s}};
    CHECK(one.state_of(one.begin(1)) != OperationState::waiting);
    WaitingHub without{{}};
    CHECK(without.state_of(without.begin()) != OperationState::waiting);
}

TEST_CASE("over more deliveries an operation needs another person than who asked", "[engine][operation]") {
    WaitingHub hub{{.undo_window = 10s, .approve_above = 9}};
    const Operation asked = hub.begin();
    CHECK(hub.state_of(asked) == OperationState::needs_approval);
    CHECK(hub.turn(first, OperationTurn::resume) == Errc::not_allowed);
    CHECK(hub.turn(first, OperationTurn::approve, OperatedHub::act(Verb::operation_approve), 10) == Errc::not_allowed);
    hub.tick(1h);
    CHECK(hub.state_of(asked) == OperationState::needs_approval);
    CHECK(hub.bus.envelopes.empty());
    hub.restart();
    // Meanwhile one was stored after all: its approver saw nine.
    hub.acknowledge(3, true, 1);
    hub.forget_sent();
    CHECK(hub.turn(first, OperationTurn::approve, WaitingHub::second(), 9) == std::nullopt);
    const Operation approved = hub.operation(asked.key);
    CHECK(approved.state == OperationState::waiting);
    CHECK(approved.expected == 9);
    CHECK(approved.actor == "an");
    CHECK(approved.decided_by == "binh");
    CHECK(approved.decision == "looked at it");
    hub.tick(10s);
    hub.tick();
    CHECK(hub.state_of(asked) == OperationState::done);
    CHECK(hub.published().size() == 9);
}

TEST_CASE("what nobody approves within a day lapses, and what is refused does nothing", "[engine][operation]") {
    WaitingHub hub{{.approve_above = 9}};
    const Operation asked = hub.begin();
    hub.tick(23h);
    CHECK(hub.state_of(asked) == OperationState::needs_approval);
    hub.tick(1h);
    CHECK(hub.state_of(asked) == OperationState::lapsed);
    CHECK(hub.turn(first, OperationTurn::approve, WaitingHub::second(), 10) == Errc::operation_over);
    const Operation again = hub.begin();
    CHECK(hub.turn(OperationSeq{2}, OperationTurn::stop, WaitingHub::second()) == std::nullopt);
    hub.tick();
    CHECK(hub.state_of(again) == OperationState::cancelled);
    CHECK(hub.operation(again.key).decided_by == "binh");
    CHECK(hub.bus.envelopes.empty());
}

TEST_CASE("settings that are read anew count for who asks from then on", "[engine][operation]") {
    WaitingHub hub{{.undo_window = 10s}};
    const Operation before = hub.begin(5);
    REQUIRE(hub.take(RulesChanged{hub.directory, {}, {}, {.undo_window = 10s, .approve_above = 3}}).has_value());
    const Operation after = hub.begin(5);
    CHECK(hub.state_of(before) == OperationState::waiting);
    CHECK(hub.state_of(after) == OperationState::needs_approval);
}
