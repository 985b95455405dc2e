// What ledgers promise about deliveries that failed or were set aside, and about operations on them.

#include "tests/contract/ledgers.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::at;
using test::code;
using test::id;
using test::Memory;
using test::Sqlite;

namespace {

const Cause no_room{"ledger_full", "no room"};
const Cause no_field{"field_invalid", "parts"};

using Numbers = std::vector<std::uint64_t>;

Numbers numbers(const SelectedPage& page) {
    Numbers found;
    for (const SelectedDelivery& delivery : page.deliveries)
        found.push_back(number(delivery.seq));
    return found;
}

/// Six documents of H43 and H43.02 to H43.01, H43.03 and units of the axis; what failed and why.
Horizon fill_with_failed(Ledger& ledger) {
    test::Writer writer{ledger};
    writer.accept("H43", 1, {"H43.01", "H43.03"});
    writer.accept("H43", 2, {"H43.01"});
    writer.accept("H43.02", 3, {"H43.01"});
    writer.accept("H43.02", 4, {"G22@AXIS", "G23@AXIS"});
    writer.accept("H43", 5, {"H43.03"});
    writer.accept("H43", 6, {"H43.01"});
    for (std::uint64_t delivery = 1; delivery <= 8; ++delivery)
        if (delivery != 6)
            writer.move(delivery, Station::queued, Carriage::in_inbox);
    writer.fail(1, EnvelopeSeq{1}, "H43.01", no_room);
    writer.fail(3, EnvelopeSeq{2}, "H43.01", no_room);
    writer.fail(4, EnvelopeSeq{3}, "H43.01", no_field);
    writer.fail(5, EnvelopeSeq{4}, "G22", no_room);
    writer.move(8, Station::queued, Carriage::parked);
    REQUIRE(writer.commit().has_value());
    return writer.seen();
}

}  // namespace

TEMPLATE_TEST_CASE("a selection means what stands there and fits, by ascending number", "[ledger][operation]", Memory,
                   Sqlite) {
    TestType under_test;
    const Horizon seen = fill_with_failed(under_test.ledger());
    const auto view = under_test.ledger().view();
    const auto select = [&](const Selection& selection) {
        const auto page = view->selected(selection, seen, {}, 100).value();
        CHECK(page.is_last);
        return numbers(page);
    };
    Selection s;
    CHECK(select(s) == Numbers{1, 3, 4, 5});
    s.cause = fingerprint_of(no_room);
    CHECK(select(s) == Numbers{1, 3, 5});
    s.sender = code("H43");
    CHECK(select(s) == Numbers{1, 3});
    s.number = "2";
    CHECK(select(s) == Numbers{3});
    s.number = "2/UBND";
    CHECK(select(s) == Numbers{3});
    s.number = "2/VP";
    CHECK(select(s).empty());
    s = {};
    s.receiver = code("AXIS");
    CHECK(select(s) == Numbers{5});
    s.receiver = code("G22");
    CHECK(select(s) == Numbers{5});
    s.receiver = code("H43.88");
    CHECK(select(s).empty());
    s = {};
    s.envelope = id(3);
    CHECK(select(s) == Numbers{4});
    s = {};
    s.cause = fingerprint_of({"nobody", "wrote this"});
    CHECK(select(s).empty());
    s = {};
    s.since = at(1002);
    s.until = at(1004);
    CHECK(select(s) == Numbers{3, 4});
    s = {};
    s.standing = Standing::parked;
    CHECK(select(s) == Numbers{8});
    s.standing = Standing::waiting;
    s.receiver = code("H43.03");
    CHECK(select(s) == Numbers{2, 7});
    s.receiver = code("H43.01");
    CHECK(select(s).empty());
    s.receiver.reset();
    s.envelope = id(5);
    CHECK(select(s) == Numbers{7});
}

TEMPLATE_TEST_CASE("a selection tells apart what is parked by why it had failed, and what adapters hold",
                   "[ledger][operation]", Memory, Sqlite) {
    TestType under_test;
    const Horizon seen = fill_with_failed(under_test.ledger());
    const auto view = under_test.ledger().view();
    const auto select = [&](const Selection& selection) { return numbers(view->selected(selection, seen, {}, 100).value()); };
    Selection s;
    test::Writer writer{under_test.ledger()};
    writer.move(3, Station::registered, Carriage::parked_failed);
    writer.move(4, Station::queued, Carriage::parked);
    writer.move(5, Station::queued, Carriage::in_inbox);
    writer.move(7, Station::queued, Carriage::at_adapter);
    REQUIRE(writer.commit().has_value());
    s = {};
    s.standing = Standing::parked;
    CHECK(select(s) == Numbers{3, 4, 8});
    // The fourth was brought again before it was parked.
    s.cause = fingerprint_of(no_room);
    CHECK(select(s) == Numbers{3});
    s.cause = fingerprint_of(no_field);
    CHECK(select(s).empty());
    s.cause = no_cause;
    CHECK(select(s) == Numbers{4, 8});
    s.cause.clear();
    s.standing = Standing::at_adapter;
    s.receiver = code("H43.03");
    CHECK(select(s) == Numbers{7});
    // Waiting ones are known by their inbox alone.
    s.standing = Standing::waiting;
    s.receiver = code("AXIS");
    CHECK(select(s) == Numbers{5});
    s.receiver = code("G22");
    CHECK(select(s).empty());
    s.envelope = id(4);
    CHECK(select(s).empty());
}

TEMPLATE_TEST_CASE("a selection comes in pages, none lost and none twice", "[ledger][operation]", Memory, Sqlite) {
    TestType under_test;
    const Horizon seen = fill_with_failed(under_test.ledger());
    const auto view = under_test.ledger().view();
    Selection s;
    s.cause = fingerprint_of(no_room);
    Numbers all;
    DeliverySeq through{};
    int pages = 0;
    for (bool is_last = false; !is_last && pages < 10; ++pages) {
        const auto page = view->selected(s, seen, through, 1).value();
        for (const std::uint64_t number : numbers(page))
            all.push_back(number);
        is_last = page.is_last;
        through = page.through;
    }
    CHECK(all == Numbers{1, 3, 5});
    CHECK(pages <= 5);
    const auto page = view->selected(s, seen, {}, 100).value();
    CHECK(page.deliveries[2].inbox == code("AXIS"));
    CHECK(page.deliveries[2].envelope == EnvelopeSeq{4});
    CHECK(page.deliveries[0].urgency == Urgency::urgent);
    CHECK(page.deliveries[0].frame_bytes == 7);
}

TEMPLATE_TEST_CASE("what came after the operator looked is not meant", "[ledger][operation]", Memory, Sqlite) {
    TestType under_test;
    const Horizon seen = fill_with_failed(under_test.ledger());
    const auto view = under_test.ledger().view();
    test::Writer writer{under_test.ledger()};
    writer.accept("H43", 7, {"H43.03"});
    writer.fail(7, EnvelopeSeq{5}, "H43.03", no_room);
    // A second time: it is another failure than the one that was seen.
    writer.fail(3, EnvelopeSeq{2}, "H43.01", no_room);
    writer.move(1, Station::retrieved, Carriage::taken);
    REQUIRE(writer.commit().has_value());
    CHECK(numbers(view->selected({}, seen, {}, 100).value()) == Numbers{4, 5});
    CHECK(numbers(view->selected({}, writer.seen(), {}, 100).value()) == Numbers{3, 4, 5, 7});
    Selection waiting;
    waiting.standing = Standing::waiting;
    waiting.receiver = code("H43.03");
    CHECK(numbers(view->selected(waiting, seen, {}, 100).value()) == Numbers{2});
    CHECK(numbers(view->selected(waiting, writer.seen(), {}, 100).value()) == Numbers{2, 9});
}

TEMPLATE_TEST_CASE("an attempt and who began it show with the delivery, due or not", "[ledger][operation]", Memory, Sqlite) {
    TestType under_test;
    fill_with_failed(under_test.ledger());
    const auto view = under_test.ledger().view();
    CHECK(view->deliveries(EnvelopeSeq{1}, code("H43.01")).value().at(0).attempt == 1);
    CHECK(view->due(DueScope::not_taken, {}, DeliverySeq{100}, 100).value().deliveries.size() == 2);
    StationChange again{DeliverySeq{1}, Station::accepted, at(6000), Carriage::held};
    again.turn = Turn{2, EntrySeq{90}, std::nullopt, OperationSeq{1}};
    Batch batch;
    batch.stations.push_back(again);
    REQUIRE(under_test.ledger().commit(batch).has_value());
    const auto delivery = view->deliveries(EnvelopeSeq{1}, code("H43.01")).value().at(0);
    CHECK(delivery.attempt == 2);
    CHECK(delivery.turned_by == EntrySeq{90});
    CHECK(delivery.station == Station::accepted);
    const auto due = view->due(DueScope::held, {}, DeliverySeq{100}, 100).value().deliveries;
    REQUIRE(due.size() == 1);
    CHECK(due[0].attempt == 2);
    // Moved by others, it stays the second attempt.
    again.turn.reset();
    again.carriage = Carriage::in_inbox;
    batch.stations = {again};
    REQUIRE(under_test.ledger().commit(batch).has_value());
    CHECK(view->deliveries(EnvelopeSeq{1}, code("H43.01")).value().at(0).attempt == 2);
}

TEMPLATE_TEST_CASE("operations are kept as they stand, and those that are not done are found at the start",
                   "[ledger][operation]", Memory, Sqlite) {
    TestType under_test;
    const Horizon seen = fill_with_failed(under_test.ledger());
    Operation operation{.seq = OperationSeq{1},
                        .key = "key",
                        .act = DeliveryAct::retry,
                        .selection = {.standing = Standing::failed,
                                      .cause = fingerprint_of(no_room),
                                      .sender = code("H43"),
                                      .receiver = code("H43.01"),
                                      .envelope = id(2),
                                      .number = "2/UBND",
                                      .since = at(1),
                                      .until = at(9000)},
                        .seen = seen,
                        .expected = 17,
                        .per_second = 500,
                        .actor = "an",
                        .reason = "đã sửa ổ đĩa",
                        .asked_at = at(7000),
                        .changed_at = at(7000)};
    Batch batch;
    batch.operations.push_back(operation);
    REQUIRE(under_test.ledger().commit(batch).has_value());
    const auto view = under_test.ledger().view();
    CHECK(view->operation("key").value() == operation);
    CHECK(view->operation("other").value() == std::nullopt);
    operation.done = 5;
    operation.through = DeliverySeq{3};
    operation.state = OperationState::stopped;
    operation.changed_at = at(8000);
    operation.expected = 16;
    operation.starts_at = at(7500);
    operation.decided_by = "binh";
    operation.decision = "đã xem";
    operation.decided_at = at(7400);
    batch.operations = {operation};
    REQUIRE(under_test.ledger().commit(batch).has_value());
    auto heads = view->heads().value();
    CHECK(heads.operation == OperationSeq{1});
    CHECK(heads.operations == std::vector{operation});
    for (const auto state : {OperationState::waiting, OperationState::needs_approval, OperationState::running}) {
        operation.state = state;
        batch.operations = {operation};
        REQUIRE(under_test.ledger().commit(batch).has_value());
        CHECK(view->heads().value().operations == std::vector{operation});
    }
    for (const auto state : {OperationState::cancelled, OperationState::lapsed}) {
        operation.state = state;
        batch.operations = {operation};
        REQUIRE(under_test.ledger().commit(batch).has_value());
        CHECK(view->heads().value().operations.empty());
    }
    operation.state = OperationState::done;
    batch.operations = {operation};
    REQUIRE(under_test.ledger().commit(batch).has_value());
    heads = view->heads().value();
    CHECK(heads.operation == OperationSeq{1});
    CHECK(heads.operations.empty());
    CHECK(view->operation("key").value() == operation);
}

TEMPLATE_TEST_CASE("nothing that failed or is parked is given up by retention", "[ledger][operation]", Memory, Sqlite) {
    TestType under_test;
    fill_with_failed(under_test.ledger());
    const auto view = under_test.ledger().view();
    const auto aged = view->aged({}, at(100'000), 100).value().envelopes;
    REQUIRE(aged.size() == 6);
    for (const AgedEnvelope& envelope : aged)
        CHECK_FALSE(envelope.is_settled);
    test::Writer writer{under_test.ledger()};
    writer.move(8, Station::registered, Carriage::at_adapter);
    REQUIRE(writer.commit().has_value());
    CHECK_FALSE(view->aged({}, at(100'000), 100).value().envelopes[5].is_settled);
    writer.move(8, Station::retrieved, Carriage::taken);
    REQUIRE(writer.commit().has_value());
    CHECK(view->aged({}, at(100'000), 100).value().envelopes[5].is_settled);
}
