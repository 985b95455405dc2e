// What operators read: failures by cause, what an operation would touch, operations.

#include "tests/contract/ledgers.hpp"

#include "hub/core/limits.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::at;
using test::code;

namespace {

struct Hub {
    test::FreshFolder folder;
    std::unique_ptr<ledger::SqliteLedger> ledger = ledger::SqliteLedger::open(folder.path()).value();
    std::unique_ptr<OperationBook> book = ledger->book();
    test::Writer writer{*ledger};
    std::uint64_t documents = 0;

    void fail(const std::string& receiver, const Cause& cause) {
        ++documents;
        writer.accept("H43", documents, {receiver});
        writer.fail(documents, EnvelopeSeq{documents}, receiver, cause);
    }
    /// By that operation, out of the hands of whoever has it.
    void turn(std::uint64_t delivery, ReceiptEvent event, Station station, Carriage carriage, std::uint64_t operation,
              std::optional<Cause> cause = {}) {
        writer.entry({.kind = EntryKind::station, .envelope = EnvelopeSeq{delivery}, .event = event,
                      .receiver = code("H43.01")});
        StationChange change{DeliverySeq{delivery}, station, at(5000), carriage};
        change.turn = Turn{1, writer.seen().entry, std::move(cause), OperationSeq{operation}};
        writer.batch.stations.push_back(std::move(change));
    }
    void order(std::uint64_t number, DeliveryAct act, const std::string& actor, const std::string& reason) {
        writer.batch.operations.push_back({.seq = OperationSeq{number},
                                           .key = "key" + std::to_string(number),
                                           .act = act,
                                           .actor = actor,
                                           .reason = reason,
                                           .asked_at = at(3000 + static_cast<std::int64_t>(number))});
    }
    void commit() { REQUIRE(writer.commit().has_value()); }
};

}  // namespace

TEST_CASE("failures are grouped by cause, the largest group first", "[book]") {
    Hub hub;
    CHECK(hub.book->failures().value().groups.empty());
    for (int i = 0; i < 5; ++i)
        hub.fail("H43.01", {"ledger_full", "no room"});
    for (int i = 0; i < 3; ++i)
        hub.fail("H43.02", {"ledger_full", "no room"});
    hub.fail("H43.01", {"field_invalid", "parts"});
    hub.commit();
    const auto report = hub.book->failures().value();
    CHECK_FALSE(report.is_cut);
    REQUIRE(report.groups.size() == 2);
    const FailureGroup& largest = report.groups[0];
    CHECK(largest.cause == Cause{"ledger_full", "no room"});
    CHECK(largest.fingerprint == fingerprint_of(largest.cause));
    CHECK(largest.count == 8);
    CHECK_FALSE(largest.is_cut);
    CHECK(largest.receivers
          == std::vector<std::pair<AgencyCode, std::uint64_t>>{{code("H43.01"), 5}, {code("H43.02"), 3}});
    CHECK(largest.receiver_count == 2);
    CHECK(largest.first_at == at(1002));
    CHECK(largest.last_at == at(1016));
    REQUIRE(largest.sample);
    CHECK(largest.sample->envelope == EnvelopeSeq{8});
    CHECK(largest.sample->receiver == code("H43.02"));
    CHECK(largest.sample->document.number == "8");
    CHECK(report.groups[1].count == 1);
    SECTION("what was retried, parked or stored is in no group") {
        hub.writer.move(1, Station::accepted, Carriage::held);
        hub.writer.move(2, Station::failed, Carriage::parked);
        hub.writer.move(3, Station::retrieved, Carriage::taken);
        hub.writer.move(9, Station::retrieved, Carriage::taken);
        hub.commit();
        const auto left = hub.book->failures().value();
        REQUIRE(left.groups.size() == 1);
        CHECK(left.groups[0].count == 5);
    }
}

TEST_CASE("more causes than are listed: the answer says so", "[book]") {
    Hub hub;
    for (std::size_t i = 0; i <= limits::failure_causes_max; ++i)
        hub.fail("H43.01", {"code" + std::to_string(i), ""});
    hub.commit();
    const auto report = hub.book->failures().value();
    CHECK(report.is_cut);
    CHECK(report.groups.size() == limits::failure_causes_max);
}

TEST_CASE("a preview counts exactly what its horizon holds, and shows the oldest", "[book]") {
    Hub hub;
    for (int i = 0; i < 25; ++i)
        hub.fail(i % 2 ? "H43.01" : "H43.02", {"ledger_full", "no room"});
    hub.commit();
    Selection selection;
    selection.receiver = code("H43.01");
    const auto preview = hub.book->preview(selection).value();
    CHECK(preview.count == 12);
    CHECK_FALSE(preview.is_cut);
    CHECK(preview.seen == hub.writer.seen());
    REQUIRE(preview.sample.size() == preview_sample_max);
    CHECK(preview.sample[0].envelope == EnvelopeSeq{2});
    CHECK(preview.sample[0].attempt == 1);
    hub.fail("H43.01", {"ledger_full", "no room"});
    hub.writer.move(2, Station::retrieved, Carriage::taken);
    hub.commit();
    CHECK(hub.book->count(selection, preview.seen).value() == 11);
    CHECK(hub.book->preview(selection).value().count == 12);
    selection.cause = fingerprint_of({"ledger_full", "no room"});
    CHECK(hub.book->preview(selection).value().count == 12);
    selection.standing = Standing::waiting;
    CHECK(hub.book->preview(selection).error().field == "cause");
    selection = {};
    selection.sender = code("H43.88");
    CHECK(hub.book->preview(selection).value().count == 0);
}

TEST_CASE("a preview says what its senders have sent anew since", "[book]") {
    Hub hub;
    hub.fail("H43.01", {"ledger_full", "no room"});
    hub.fail("H43.01", {"ledger_full", "no room"});
    hub.fail("H43.02", {"ledger_full", "no room"});
    hub.commit();
    Selection selection;
    selection.receiver = code("H43.01");
    const DocumentName name = hub.book->preview(selection).value().sample.at(0).document;
    const auto send_anew = [&](const std::string& sender, DocumentName as, std::vector<std::string> receivers) {
        hub.writer.accept(sender, 100 + hub.documents++, std::move(receivers), std::move(as));
        hub.commit();
    };
    const auto are_sent_again = [&](std::uint64_t first, std::uint64_t looked_at) {
        const auto preview = hub.book->preview(selection).value();
        CHECK(preview.looked_at == looked_at);
        CHECK(preview.sent_again == first);
        CHECK(preview.sample.at(0).is_sent_again == (first > 0));
        CHECK_FALSE(preview.sample.at(1).is_sent_again);
    };
    are_sent_again(0, 2);
    // Of another day, of somebody else, to somebody else.
    DocumentName last_year = name;
    last_year.promulgated_on = "2025-11-24";
    send_anew("H43", last_year, {"H43.01"});
    send_anew("H43.09", name, {"H43.01"});
    send_anew("H43", name, {"H43.02", "H43.03"});
    are_sent_again(0, 2);
    send_anew("H43", name, {"H43.02", "H43.01"});
    are_sent_again(1, 2);
    CHECK(hub.book->failures().value().groups.at(0).sample->is_sent_again == false);
    // The new one has failed as well, and is one of them: nothing of it is on its way.
    const std::uint64_t envelope = hub.documents, delivery = 3 + 1 + 1 + 2 + 2;
    hub.writer.fail(delivery, EnvelopeSeq{envelope}, "H43.01", {"ledger_full", "no room"});
    hub.commit();
    const auto preview = hub.book->preview(selection).value();
    CHECK(preview.count == 3);
    CHECK(preview.sent_again == 0);
    hub.writer.move(delivery, Station::retrieved, Carriage::taken);
    hub.commit();
    are_sent_again(1, 2);
}

TEST_CASE("operations are listed newest first", "[book]") {
    Hub hub;
    Batch batch;
    for (std::uint64_t n = 1; n <= 5; ++n)
        batch.operations.push_back({.seq = OperationSeq{n}, .key = "key" + std::to_string(n), .act = DeliveryAct::park});
    REQUIRE(hub.ledger->commit(batch).has_value());
    const auto page = hub.book->operations({}, 3).value();
    REQUIRE(page.size() == 3);
    CHECK(page[0].seq == OperationSeq{5});
    CHECK(hub.book->operations(page[2].seq, 3).value().size() == 2);
    CHECK(hub.book->operation(OperationSeq{2}).value()->key == "key2");
    CHECK(hub.book->operation("key4").value()->seq == OperationSeq{4});
    CHECK(hub.book->operation(OperationSeq{9}).value() == std::nullopt);
}

TEST_CASE("what is parked is told by why it had failed, with who parked it and since when", "[book][parked]") {
    Hub hub;
    CHECK(hub.book->parked().value().groups.empty());
    CHECK(hub.book->count_parked().value() == 0);
    const Cause no_room{"ledger_full", "no room"};
    for (int i = 0; i < 4; ++i)
        hub.fail("H43.01", no_room);
    hub.writer.accept("H43", ++hub.documents, {"H43.01"});
    hub.order(1, DeliveryAct::park, "an", "moves to another building");
    hub.order(2, DeliveryAct::park, "binh", "disk is being changed");
    hub.turn(1, ReceiptEvent::parked, Station::failed, Carriage::parked_failed, 1);
    const Instant first = at(1000 + static_cast<std::int64_t>(number(hub.writer.seen().entry)));
    hub.turn(2, ReceiptEvent::parked, Station::failed, Carriage::parked_failed, 2);
    hub.turn(3, ReceiptEvent::parked, Station::failed, Carriage::parked_failed, 2);
    const Instant last = at(1000 + static_cast<std::int64_t>(number(hub.writer.seen().entry)));
    hub.turn(5, ReceiptEvent::parked, Station::accepted, Carriage::parked, 2);
    hub.commit();
    const auto report = hub.book->parked().value();
    CHECK_FALSE(report.is_cut);
    CHECK(hub.book->count_parked().value() == 4);
    REQUIRE(report.groups.size() == 2);
    const ParkedGroup& failed = report.groups[0];
    CHECK(failed.cause == no_room);
    CHECK(failed.fingerprint == fingerprint_of(no_room));
    CHECK(failed.count == 3);
    CHECK(failed.first_at == first);
    CHECK(failed.last_at == last);
    CHECK(failed.receivers == std::vector<std::pair<AgencyCode, std::uint64_t>>{{code("H43.01"), 3}});
    REQUIRE(failed.acts.size() == 2);
    CHECK(failed.act_count == 2);
    CHECK(failed.acts[0].operation == OperationSeq{2});
    CHECK(failed.acts[0].actor == "binh");
    CHECK(failed.acts[0].reason == "disk is being changed");
    CHECK(failed.acts[0].count == 2);
    CHECK(failed.acts[1].asked_at == at(3001));
    CHECK(report.groups[1].cause == std::nullopt);
    CHECK(report.groups[1].fingerprint == no_cause);
    CHECK(report.groups[1].count == 1);
    Selection selection{.standing = Standing::parked, .cause = failed.fingerprint};
    CHECK(hub.book->preview(selection).value().count == 3);
    selection.cause = no_cause;
    CHECK(hub.book->preview(selection).value().count == 1);
}

TEST_CASE("of more causes than a listing has the smallest are left out", "[book][parked]") {
    Hub hub;
    hub.order(1, DeliveryAct::park, "an", "moves to another building");
    const auto park = [&](const Cause& cause) {
        hub.fail("H43.01", cause);
        hub.turn(hub.documents, ReceiptEvent::parked, Station::failed, Carriage::parked_failed, 1);
    };
    for (std::size_t i = 0; i < limits::failure_causes_max; ++i)
        park({"ledger_full", "disk " + std::to_string(i)});
    const Cause last{"ledger_full", "the last one"};
    for (int i = 0; i < 3; ++i)
        park(last);
    hub.commit();
    const auto report = hub.book->parked().value();
    CHECK(report.is_cut);
    REQUIRE(report.groups.size() == limits::failure_causes_max);
    CHECK(report.groups[0].cause == last);
    CHECK(report.groups[0].count == 3);
}

TEST_CASE("since when a cause fails outlives being parked, released and tried again in vain", "[book]") {
    Hub hub;
    const Cause no_room{"ledger_full", "no room"};
    hub.fail("H43.01", no_room);
    hub.fail("H43.01", no_room);
    hub.commit();
    const Instant first = hub.book->failures().value().groups.at(0).first_at;
    for (const std::uint64_t delivery : {1u, 2u})
        hub.turn(delivery, ReceiptEvent::parked, Station::failed, Carriage::parked_failed, 1);
    hub.commit();
    for (const std::uint64_t delivery : {1u, 2u})
        hub.turn(delivery, ReceiptEvent::unparked, Station::failed, Carriage::failed, 2);
    hub.commit();
    CHECK(hub.book->failures().value().groups.at(0).first_at == first);
    for (const std::uint64_t delivery : {1u, 2u})
        hub.turn(delivery, ReceiptEvent::retried, Station::accepted, Carriage::held, 3);
    hub.commit();
    hub.turn(1, ReceiptEvent::not_stored, Station::failed, Carriage::failed, 3, no_room);
    hub.commit();
    CHECK(hub.book->failures().value().groups.at(0).first_at == first);
    hub.writer.move(1, Station::retrieved, Carriage::taken);
    hub.writer.move(2, Station::retrieved, Carriage::taken);
    hub.commit();
    hub.fail("H43.01", no_room);
    hub.commit();
    CHECK(hub.book->failures().value().groups.at(0).first_at > first);
}

TEST_CASE("what became of an operation's deliveries is told", "[book][operation]") {
    Hub hub;
    const Cause no_room{"ledger_full", "no room"};
    for (int i = 0; i < 6; ++i)
        hub.fail("H43.01", no_room);
    for (std::uint64_t delivery = 1; delivery <= 6; ++delivery)
        hub.turn(delivery, ReceiptEvent::retried, Station::accepted, Carriage::held, 1);
    hub.writer.move(1, Station::retrieved, Carriage::taken);
    hub.writer.move(2, Station::retrieved, Carriage::taken);
    hub.turn(3, ReceiptEvent::not_stored, Station::failed, Carriage::failed, 0, no_room);
    hub.turn(4, ReceiptEvent::parked, Station::accepted, Carriage::parked, 2);
    hub.commit();
    const OperationOutcome outcome = hub.book->outcome(OperationSeq{1}).value();
    CHECK(outcome.counted == 5);
    CHECK_FALSE(outcome.is_cut);
    CHECK(outcome.arrived == 2);
    CHECK(outcome.failed == 1);
    CHECK(outcome.waiting == 2);
    CHECK(outcome.parked == 0);
    CHECK(hub.book->outcome(OperationSeq{2}).value().parked == 1);
    CHECK(hub.book->outcome(OperationSeq{9}).value().counted == 0);
}

TEST_CASE("a horizon beyond the ledger was seen by nobody", "[book][operation]") {
    Hub hub;
    hub.fail("H43.01", {"ledger_full", "no room"});
    hub.commit();
    const Horizon seen = hub.writer.seen();
    CHECK(hub.book->count({}, seen).value() == 1);
    CHECK(hub.book->count({}, {EntrySeq{number(seen.entry) + 1}, seen.delivery}).error().field == "seen");
    CHECK(hub.book->count({}, {seen.entry, DeliverySeq{number(seen.delivery) + 1}}).error().code == Errc::field_invalid);
}
