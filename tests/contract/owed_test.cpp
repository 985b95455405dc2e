// What receivers owe, found again by who is late and with what.

#include "tests/contract/ledgers.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::at;
using test::code;
using test::id;

namespace {

/// Urgent documents that began to be owed up to `to`.
LateSpan late(Duty duty, std::int64_t to) { return {duty, true, at(0), at(to)}; }

struct OwedLedger {
    test::FreshFolder folder;
    std::unique_ptr<ledger::SqliteLedger> ledger = ledger::SqliteLedger::open(folder.path()).value();
    test::Writer writer{*ledger};
    std::unique_ptr<LedgerSearch> search = ledger->search();

    void commit() { REQUIRE(writer.commit().has_value()); }
    void move(std::uint64_t delivery, Station station, std::int64_t when, std::optional<Change> change = {}) {
        const Carriage carriage = rank_of(station) < rank_of(Station::retrieved) ? Carriage::in_inbox : Carriage::taken;
        writer.batch.stations.push_back({DeliverySeq{delivery}, station, at(when), carriage, change});
    }
    std::vector<Overdue> overdue(std::vector<LateSpan> spans) { return search->overdue(spans).value(); }
};

}  // namespace

TEST_CASE("what is owed follows the stations of each receiver", "[sqlite]") {
    OwedLedger owing;
    owing.writer.accept("H43", 1, {"H43.01", "H43.02", "H43.03"});
    owing.commit();
    CHECK(owing.overdue({late(Duty::retrieval, 1000)}).empty());
    auto found = owing.overdue({late(Duty::retrieval, 1001), late(Duty::arrival, 99999)});
    REQUIRE(found.size() == 3);
    CHECK(found[0].agency == code("H43.01"));
    CHECK(found[0].duty == Duty::retrieval);
    CHECK(found[0].count == 1);
    CHECK(found[0].oldest_since == at(1001));

    owing.move(1, Station::queued, 2000);
    owing.move(2, Station::retrieved, 3000);
    owing.move(3, Station::registered, 4000);
    owing.commit();
    found = owing.overdue({late(Duty::retrieval, 99999), late(Duty::arrival, 99999), late(Duty::decision, 99999)});
    REQUIRE(found.size() == 2);
    // The hub took it at 1001, whatever came since.
    CHECK((found[0].agency == code("H43.01") && found[0].duty == Duty::retrieval && found[0].oldest_since == at(1001)));
    CHECK((found[1].agency == code("H43.02") && found[1].duty == Duty::arrival && found[1].oldest_since == at(3000)));

    owing.move(2, Station::arrived, 5000);
    owing.move(3, Station::registered, 6000, Change{Business::recall, ChangeState::asked});
    owing.commit();
    found = owing.overdue({late(Duty::arrival, 99999), late(Duty::decision, 99999), late(Duty::change_answer, 99999)});
    REQUIRE(found.size() == 2);
    CHECK((found[0].duty == Duty::decision && found[0].oldest_since == at(5000)));
    CHECK((found[1].agency == code("H43.03") && found[1].duty == Duty::change_answer && found[1].oldest_since == at(6000)));

    // A station that comes while the question is open does not begin it again; the answer ends it.
    owing.move(3, Station::in_hand, 7000);
    owing.commit();
    CHECK(owing.overdue({late(Duty::change_answer, 6000)}).size() == 1);
    owing.move(3, Station::in_hand, 8000, Change{Business::recall, ChangeState::declined});
    owing.commit();
    CHECK(owing.overdue({late(Duty::change_answer, 99999)}).empty());
}

TEST_CASE("what a receiver could not store is nobody's delay until it is brought again", "[sqlite]") {
    OwedLedger owing;
    owing.writer.accept("H43", 1, {"H43.01"});
    owing.writer.batch.stations.push_back({DeliverySeq{1}, Station::failed, at(2000), Carriage::failed, {}});
    owing.commit();
    CHECK(owing.overdue({late(Duty::retrieval, 99999)}).empty());
    SearchQuery query;
    query.late = {late(Duty::retrieval, 99999)};
    CHECK(owing.search->find(query).value().documents.empty());
    // By its words, it is found by another way than the list of who is late.
    query.text = "họp";
    CHECK(owing.search->find(query).value().documents.empty());
    owing.writer.batch.stations.push_back({DeliverySeq{1}, Station::accepted, at(3000), Carriage::held, {}});
    owing.commit();
    const auto found = owing.overdue({late(Duty::retrieval, 99999)});
    REQUIRE(found.size() == 1);
    CHECK(found[0].oldest_since == at(1001));
}

TEST_CASE("what an adapter holds for its receiver waits, and is owed", "[sqlite]") {
    OwedLedger owing;
    owing.writer.accept("H43", 1, {"H43.01", "H43.02"});
    owing.writer.accept("H43", 2, {"H43.01"});
    for (const std::uint64_t delivery : {1u, 3u})
        owing.writer.batch.stations.push_back(
            {DeliverySeq{delivery}, Station::queued, at(2000), delivery == 1 ? Carriage::at_adapter : Carriage::in_inbox, {}});
    owing.writer.batch.stations.push_back({DeliverySeq{2}, Station::failed, at(2000), Carriage::failed, {}});
    owing.commit();
    auto queues = owing.search->queues({}).value();
    REQUIRE(queues.size() == 1);
    CHECK(queues[0].agency == code("H43.01"));
    CHECK(queues[0].waiting == 2);
    CHECK(queues[0].oldest_at == at(1001));
    CHECK(owing.overdue({late(Duty::retrieval, 99999)}).at(0).count == 2);
    owing.move(1, Station::retrieved, 3000);
    owing.commit();
    queues = owing.search->queues({}).value();
    REQUIRE(queues.size() == 1);
    CHECK(queues[0].waiting == 1);
    CHECK(queues[0].oldest_at == at(1002));
}

TEST_CASE("a question that is declined has stopped no clock", "[sqlite]") {
    OwedLedger owing;
    owing.writer.accept("H43", 1, {"H43.01"});
    owing.move(1, Station::retrieved, 2000);
    owing.move(1, Station::arrived, 3000);
    owing.move(1, Station::arrived, 4000, Change{Business::recall, ChangeState::asked});
    owing.commit();
    CHECK(owing.overdue({late(Duty::decision, 99999)}).empty());
    owing.move(1, Station::arrived, 5000, Change{Business::recall, ChangeState::declined});
    owing.commit();
    const auto found = owing.overdue({late(Duty::decision, 99999)});
    REQUIRE(found.size() == 1);
    CHECK(found[0].oldest_since == at(3000));

    // Nor before it is fetched.
    owing.writer.accept("H43", 2, {"H43.02"});
    owing.move(2, Station::queued, 6000, Change{Business::recall, ChangeState::asked});
    owing.move(2, Station::queued, 7000, Change{Business::recall, ChangeState::declined});
    owing.commit();
    CHECK(owing.overdue({late(Duty::retrieval, 99999)}).at(0).oldest_since == at(1002));
}

TEST_CASE("of what changes another document nothing is owed but that it is fetched", "[sqlite]") {
    const auto business = GENERATE(Business::recall, Business::update);
    OwedLedger owing;
    owing.writer.accept("H43", 1, {"H43.01"});
    EnvelopeRecord& change = owing.writer.accept("H43", 2, {"H43.01"});
    EnvelopeHeader header = *change.header;
    header.business = business;
    change.header = std::make_shared<const EnvelopeHeader>(header);
    owing.writer.accept("H43", 3, {"H43.01"});
    owing.commit();
    auto found = owing.overdue({late(Duty::retrieval, 99999)});
    REQUIRE(found.size() == 1);
    CHECK(found[0].count == 3);
    const auto listed = owing.search->overdue_of(code("H43.01"), late(Duty::retrieval, 99999), 2).value();
    REQUIRE(listed.size() == 2);
    CHECK((listed[0].seq == EnvelopeSeq{1} && listed[1].seq == EnvelopeSeq{2}));

    for (const std::uint64_t delivery : {1u, 2u})
        owing.move(delivery, Station::retrieved, 2000);
    owing.commit();
    found = owing.overdue({late(Duty::retrieval, 99999), late(Duty::arrival, 99999)});
    REQUIRE(found.size() == 2);
    CHECK((found[0].count == 1 && found[1].count == 1));
    owing.move(2, Station::arrived, 3000);
    owing.commit();
    CHECK(owing.overdue({late(Duty::decision, 99999)}).empty());
}

TEST_CASE("a document tells what each of its receivers owes, and since when", "[sqlite]") {
    OwedLedger owing;
    owing.writer.accept("H43", 1, {"H43.01", "H43.02", "H43.03", "H43.04", "H43.05"});
    owing.move(2, Station::retrieved, 2000);
    owing.move(3, Station::registered, 3000);
    owing.move(4, Station::registered, 4000, Change{Business::recall, ChangeState::asked});
    owing.writer.batch.stations.push_back({DeliverySeq{5}, Station::failed, at(5000), Carriage::failed, {}});
    owing.commit();
    const auto told = owing.search->find({}).value().documents.at(0).deliveries;
    REQUIRE(told.size() == 5);
    CHECK(told[0].owing == hub::Owing{Duty::retrieval, true, at(1001)});
    CHECK(told[1].owing == hub::Owing{Duty::arrival, true, at(2000)});
    CHECK(told[2].owing == std::nullopt);
    CHECK(told[3].owing == hub::Owing{Duty::change_answer, true, at(4000)});
    CHECK(told[4].owing == std::nullopt);
    CHECK(owing.search->story(EnvelopeSeq{1}, {}).value().document.deliveries.at(1).owing == told[1].owing);
}

TEST_CASE("a span holds its borders, one urgency and nothing else", "[sqlite]") {
    OwedLedger owing;
    owing.writer.accept("H43", 1, {"H43.01"});
    owing.commit();
    const auto is_found = [&](LateSpan span) { return owing.overdue({span}).size() == 1; };
    CHECK(is_found({Duty::retrieval, true, at(1001), at(1001)}));
    CHECK_FALSE(is_found({Duty::retrieval, true, at(1002), at(9999)}));
    CHECK_FALSE(is_found({Duty::retrieval, true, at(0), at(1000)}));
    CHECK_FALSE(is_found({Duty::retrieval, false, at(0), at(9999)}));
    CHECK_FALSE(is_found({Duty::arrival, true, at(0), at(9999)}));
}

TEST_CASE("statuses and refusals owe nothing", "[sqlite]") {
    OwedLedger owing;
    EnvelopeHeader status = *test::document(1, "H43", {});
    status.kind = Kind::status;
    status.document.reset();
    status.status.emplace();
    owing.writer.accept("H43", 1, {"H43.01"}).header = std::make_shared<const EnvelopeHeader>(status);
    owing.writer.refuse("H43", 2, {Errc::receiver_unknown, "receivers", {}});
    owing.move(1, Station::retrieved, 2000);
    owing.commit();
    CHECK(owing.overdue({late(Duty::retrieval, 99999), late(Duty::arrival, 99999)}).empty());
}

TEST_CASE("the documents that an agency is late with, the oldest first", "[sqlite]") {
    OwedLedger owing;
    for (std::uint64_t n = 1; n <= 5; ++n)
        owing.writer.accept("H43", n, {"G22@AXIS", "H43.01"});
    owing.commit();
    const auto found = owing.search->overdue_of(code("AXIS"), late(Duty::retrieval, 99999), 3).value();
    REQUIRE(found.size() == 3);
    CHECK(found[0].seq == EnvelopeSeq{1});
    CHECK(found[0].since == at(1001));
    CHECK(found[0].id == id(1));
    CHECK(found[0].receiver == code("G22"));
    CHECK(found[0].sender == code("H43"));
    CHECK(found[0].document.number == "1");
    CHECK(found[2].seq == EnvelopeSeq{3});
    CHECK(owing.search->overdue_of(code("NOBODY"), late(Duty::retrieval, 99999), 3).value().empty());
    // By who takes it, not by who is written on it.
    const auto agencies = owing.overdue({late(Duty::retrieval, 99999)});
    REQUIRE(agencies.size() == 2);
    CHECK((agencies[0].agency == code("AXIS") || agencies[1].agency == code("AXIS")));
    CHECK(agencies[0].count == 5);
}

TEST_CASE("no more is counted than its bound", "[sqlite]") {
    OwedLedger owing;
    for (std::uint64_t n = 1; n <= 1005; ++n)
        owing.writer.accept("H43", n, {"H43.01"});
    owing.commit();
    const auto found = owing.overdue({late(Duty::retrieval, 99999)});
    REQUIRE(found.size() == 1);
    CHECK(found[0].count == 1000);
    CHECK(found[0].oldest_since == at(1001));
}
