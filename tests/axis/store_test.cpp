#include "adapters/axis/store.hpp"
#include "tests/axis/departures.hpp"
#include "tests/support/codes.hpp"
#include "tests/support/fresh_folder.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::axis;
using namespace hub::axis::test;
using hub::test::code;

Arrival arrival(const std::string& doc_id, Stage stage) {
    return {.doc_id = doc_id,
            .kind = vxp::PacketKind::status,
            .stage = stage,
            .envelope = EnvelopeId::make(1'790'000'000'000, {1}),
            .digest = Digest{{1, 2, 3}},
            .receivers = {code("H43.01"), code("000.00.02.H43")},
            .code = "a code",
            .field = "a field",
            .listed_at = at_second(1)};
}

}  // namespace

TEST_CASE("what was committed is there after a new start, what was not is not", "[axis][store]") {
    const hub::test::FreshFolder folder;
    const Arrival kept = arrival("a'; DROP TABLE arrival; --", Stage::submitting);
    {
        auto store = Store::open(folder.path()).value();
        store->write(kept, at_second(2)).value();
        CHECK(store->arrival(kept.doc_id).value() == kept);
        store->commit().value();
        store->write(arrival("b", Stage::accepted), at_second(2)).value();
        CHECK(store->open_arrivals().value().size() == 2);
        store->roll_back();
    }
    auto store = Store::open(folder.path()).value();
    CHECK(store->open_arrivals().value() == std::vector{kept});
    CHECK_FALSE(store->arrival("b").value());
    CHECK(store->handed(kept.digest).value().size() == 2);
    CHECK(store->handed(Digest{}).value().empty());
}

TEST_CASE("a packet that the hub has refused is handed to nobody", "[axis][store]") {
    const hub::test::FreshFolder folder;
    auto store = Store::open(folder.path()).value();
    store->write(arrival("a", Stage::submitting), at_second(2)).value();
    store->write(arrival("a", Stage::refused), at_second(3)).value();
    store->commit().value();
    CHECK(store->handed(Digest{{1, 2, 3}}).value().empty());
}

TEST_CASE("departures keep their order and what is known of them", "[axis][store]") {
    const hub::test::FreshFolder folder;
    auto store = Store::open(folder.path()).value();
    std::vector<Departure> added;
    for (std::uint64_t n = 1; n <= 3; ++n) {
        Departure one = departure(n, std::to_string(n));
        one.lanes = {"a\x1f" "b", "c"};
        one.echo_key = "key " + std::to_string(n);
        CHECK(store->add(one, at_second(0)).value() == n);
        added.push_back(one);
    }
    CHECK(store->add(added[0], at_second(9)).value() == std::nullopt);
    CHECK(store->open_departures(0, 10).value() == added);
    CHECK(store->open_departures(1, 1).value() == std::vector{added[1]});
    added[1].course = Course::unclear;
    added[1].attempted_at = at_second(4);
    added[1].attempts = 3;
    added[1].anchor = "D0";
    store->write(added[1], at_second(5)).value();
    CHECK(store->open_departures(0, 10).value() == added);
    CHECK(store->counts().value() == Store::Counts{.waiting = 3, .unclear = 1, .oldest = at_second(0),
                                                     .oldest_unclear = at_second(0)});
    added[0].course = Course::told_sent;
    added[0].doc_id = "D1";
    store->write(added[0], at_second(5)).value();
    store->commit().value();
    CHECK(store->open_departures(0, 10).value().size() == 2);
    CHECK(store->newest_doc_id(vxp::PacketKind::document).value() == "D1");
    CHECK(store->newest_doc_id(vxp::PacketKind::status).value().empty());
    CHECK(store->newest_attempts(vxp::PacketKind::document, 10).value() == std::vector<Instant>{added[0].attempted_at});
    CHECK(store->newest_attempts(vxp::PacketKind::status, 10).value().empty());
    CHECK(store->known_doc_ids({"D1", "D2"}).value() == std::set<std::string>{"D1"});
    CHECK(store->is_echo("key 1").value());
    CHECK_FALSE(store->is_echo("key 9").value());
    CHECK_FALSE(store->is_echo("").value());
    CHECK(store->has_departure(added[0].sender, added[0].envelope).value());
    CHECK_FALSE(store->has_departure(code("H43.02"), added[0].envelope).value());
}

TEST_CASE("files that nothing needs are gone after a start", "[axis][store]") {
    const hub::test::FreshFolder folder;
    const Departure waiting = departure(1, "1");
    std::vector<std::filesystem::path> needed;
    {
        auto store = Store::open(folder.path()).value();
        store->write(arrival("a", Stage::submitting), at_second(0)).value();
        store->write(arrival("b", Stage::accepted), at_second(0)).value();
        (void)store->add(waiting, at_second(0)).value();
        store->commit().value();
        needed = {store->in_file("a"), store->out_file(waiting.sender, waiting.envelope)};
        for (const auto& file : {needed[0], needed[1], store->in_file("b"), store->in_file("never written"),
                                 store->out_file(code("H43.02"), waiting.envelope), store->spool() / "a.part"})
            hub::test::write_file(file, "octets");
    }
    auto store = Store::open(folder.path()).value();
    CHECK(hub::test::names_in(folder / "in").size() == 1);
    CHECK(hub::test::names_in(folder / "out").size() == 1);
    CHECK(hub::test::names_in(folder / "spool").empty());
    for (const auto& file : needed)
        CHECK(std::filesystem::exists(file));
}

TEST_CASE("what is finished is forgotten after its time, what is not is kept", "[axis][store]") {
    const hub::test::FreshFolder folder;
    auto store = Store::open(folder.path()).value();
    store->write(arrival("old", Stage::submitting), at_second(0)).value();
    store->write(arrival("old", Stage::done), at_second(0)).value();
    store->write(arrival("open", Stage::accepted), at_second(0)).value();
    store->write(arrival("new", Stage::failed), at_second(100)).value();
    (void)store->add(departure(1, "1"), at_second(0)).value();
    CHECK(store->forget_before(at_second(50)).value() == 3);
    CHECK_FALSE(store->arrival("old").value());
    CHECK(store->arrival("open").value());
    CHECK(store->arrival("new").value());
    CHECK(store->handed(Digest{{1, 2, 3}}).value().empty());
    CHECK(store->counts().value().waiting == 1);
}

TEST_CASE("a store of the first version is brought up to date, with what is in it", "[axis][store]") {
    const hub::test::FreshFolder folder;
    const Arrival kept = arrival("a", Stage::accepted);
    {
        auto store = Store::open(folder.path()).value();
        store->write(kept, at_second(2)).value();
        store->commit().value();
    }
    {
        auto database = ledger::Database::open(folder / "axis.sqlite", ledger::Database::Mode::read_write).value();
        database.execute("DROP INDEX arrival_envelope; PRAGMA user_version = 1").value();
    }
    for (int start = 0; start < 2; ++start)
        CHECK(Store::open(folder.path()).value()->arrival(*kept.envelope).value() == kept);
}

TEST_CASE("a store of a newer version is left alone", "[axis][store]") {
    const hub::test::FreshFolder folder;
    (void)Store::open(folder.path()).value();
    {
        auto database = ledger::Database::open(folder / "axis.sqlite", ledger::Database::Mode::read_write).value();
        database.execute("PRAGMA user_version = 99").value();
    }
    CHECK(Store::open(folder.path()).error().code == Errc::setting_invalid);
}
