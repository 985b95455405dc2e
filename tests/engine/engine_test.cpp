#include "tests/engine/hub_bench.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::code;
using test::HubBench;

TEST_CASE("an accepted envelope is in the ledger before anything leaves", "[engine]") {
    HubBench hub;
    REQUIRE(hub.take(BusUp{}).has_value());
    hub.settle();
    hub.bus.clear();

    REQUIRE(hub.take(hub.delivered(HubBench::document(1, {code("H43.01"), code("H43.02")}))).has_value());
    CHECK(hub.bus.is_silent());

    SECTION("the commit succeeds") {
        REQUIRE(hub.commit().has_value());
        CHECK(hub.bus.acknowledged.size() == 1);
        REQUIRE(hub.bus.envelopes.size() == 2);
        CHECK(hub.bus.envelopes[0].inbox == code("H43.01"));
        CHECK(*hub.bus.envelopes[0].frame == "frame");
        REQUIRE(hub.bus.receipts.size() == 1);
        CHECK(hub.bus.receipts[0].addressee == code("H43"));
        CHECK(hub.bus.receipts[0].items[0].entry.kind == EntryKind::accepted);
    }
    SECTION("the commit fails for good: nothing has left the hub, and the engine stops") {
        hub.committer.pending = nullptr;
        const auto stopped = hub.take(LedgerCommitted{Fault{Errc::ledger_sync_failed, "", ""}});
        CHECK(stopped.error().code == Errc::ledger_sync_failed);
        CHECK(hub.bus.is_silent());
    }
    SECTION("the process ends before the commit: the sender sends again, and is taken once") {
        hub.crash();
        REQUIRE(hub.take(BusUp{}).has_value());
        hub.settle();
        REQUIRE(hub.take(hub.delivered(HubBench::document(1, {code("H43.01")}))).has_value());
        hub.settle();
        CHECK(hub.bus.envelopes.size() == 1);
    }
}

TEST_CASE("while one batch is committed the next is stepped, and waits its turn", "[engine]") {
    HubBench hub;
    REQUIRE(hub.take(BusUp{}).has_value());
    hub.settle();
    hub.bus.clear();
    REQUIRE(hub.take(hub.delivered(HubBench::document(1, {code("H43.01")}))).has_value());
    const Batch* first = hub.committer.pending;
    REQUIRE(hub.take(hub.delivered(HubBench::document(2, {code("H43.01")}))).has_value());
    REQUIRE(hub.take(hub.delivered(HubBench::document(3, {code("H43.01")}))).has_value());
    CHECK(hub.committer.pending == first);
    REQUIRE(hub.commit().has_value());
    CHECK(hub.bus.envelopes.size() == 1);
    REQUIRE(hub.committer.pending != nullptr);
    CHECK(hub.committer.pending->envelopes.size() == 2);
    REQUIRE(hub.commit().has_value());
    CHECK(hub.bus.envelopes.size() == 3);
}

TEST_CASE("after a crash whatever was not confirmed is published again, and only that", "[engine]") {
    HubBench hub;
    REQUIRE(hub.take(BusUp{}).has_value());
    hub.settle();
    REQUIRE(hub.take(hub.delivered(HubBench::document(1, {code("H43.01"), code("H43.02")}))).has_value());
    hub.settle();
    REQUIRE(hub.take(Confirmed{hub.bus.envelopes[0].id}).has_value());
    hub.settle();

    hub.crash();
    REQUIRE(hub.take(BusUp{}).has_value());
    hub.settle();
    REQUIRE(hub.bus.envelopes.size() == 1);
    CHECK(hub.bus.envelopes[0].inbox == code("H43.02"));
    CHECK(*hub.bus.envelopes[0].frame == "frame");
}

TEST_CASE("a broker that lost its data is filled again from the ledger and then marked", "[engine]") {
    HubBench hub;
    REQUIRE(hub.take(BusUp{true}).has_value());
    hub.settle();
    CHECK(hub.bus.marks == 1);
    REQUIRE(hub.take(hub.delivered(HubBench::document(1, {code("H43.01"), code("H43.02")}))).has_value());
    hub.settle();
    for (const auto& envelope : std::vector{hub.bus.envelopes})
        REQUIRE(hub.take(Confirmed{envelope.id}).has_value());
    hub.settle();
    // H43.02's adapter stored it and said so.
    EnvelopeHeader header = HubBench::document(9, {});
    header.kind = Kind::acknowledgement;
    header.sender = code("H43.02");
    auto acknowledgement = hub.delivered(std::move(header), "ack", "H43.02");
    acknowledgement.verdict.acknowledgement = Acknowledgement{{{code("H43"), test::id(1), true, {}, {}}}, EntrySeq{}};
    REQUIRE(hub.take(acknowledgement).has_value());
    hub.settle();

    REQUIRE(hub.take(BusDown{}).has_value());
    hub.bus.clear();
    REQUIRE(hub.take(BusUp{true}).has_value());
    hub.settle();
    REQUIRE(hub.bus.envelopes.size() == 1);
    CHECK(hub.bus.envelopes[0].inbox == code("H43.01"));
    CHECK(hub.bus.marks == 0);
    REQUIRE(hub.take(Confirmed{hub.bus.envelopes[0].id}).has_value());
    hub.settle();
    CHECK(hub.bus.marks == 1);
    CHECK_FALSE(hub.bus.receipts.empty());
}

TEST_CASE("an inbox that takes nothing is left alone and tried again later", "[engine]") {
    HubBench hub;
    REQUIRE(hub.take(BusUp{}).has_value());
    hub.settle();
    REQUIRE(hub.take(hub.delivered(HubBench::document(1, {code("H43.01")}))).has_value());
    hub.settle();
    REQUIRE(hub.take(Returned{hub.bus.envelopes[0].id}).has_value());
    REQUIRE(hub.take(Tick{}).has_value());
    CHECK(hub.bus.envelopes.size() == 1);
    hub.now += std::chrono::seconds{6};
    REQUIRE(hub.take(Tick{}).has_value());
    hub.settle();
    CHECK(hub.bus.envelopes.size() == 2);
}

TEST_CASE("what is reported of a delivery that waits for the broker stays reported", "[engine]") {
    HubBench hub;
    REQUIRE(hub.take(BusUp{}).has_value());
    hub.settle();
    const std::uint8_t last = 100;
    for (std::uint8_t n = 1; n <= last; ++n)
        REQUIRE(hub.take(hub.delivered(HubBench::document(n, {code("H43.01")}), std::string(1'000'000, 'x') + std::to_string(n)))
                    .has_value());
    hub.settle();
    REQUIRE(hub.bus.envelopes.size() < last);
    const auto state = [&] { return hub.view->deliveries(EnvelopeSeq{last}, code("H43.01")).value().at(0); };
    const auto report = [&](Delivered event) {
        REQUIRE(hub.take(event).has_value());
        hub.settle();
    };
    EnvelopeHeader header = HubBench::document(200, {code("H43")});
    header.sender = code("H43.01");
    header.document.reset();
    bool is_taken = false;
    SECTION("by name") {
        header.kind = Kind::status;
        header.status = StatusReport{.code = "06", .answers_issuer = "H43", .answers_document_id = "H43,2026/11/24,100"};
        report(hub.delivered(std::move(header), "status", "H43.01"));
        CHECK(state().carriage == Carriage::held);
    }
    SECTION("by its id: nothing is due any more") {
        is_taken = true;
        header.kind = Kind::status;
        header.status = StatusReport{.code = "06", .answers_issuer = "H43", .answers_envelope = test::id(last)};
        report(hub.delivered(std::move(header), "status", "H43.01"));
        CHECK(state().carriage == Carriage::taken);
    }
    CHECK(state().station == Station::finished);
    for (std::size_t confirmed = 0; confirmed < hub.bus.envelopes.size(); ++confirmed) {
        REQUIRE(hub.take(Confirmed{hub.bus.envelopes[confirmed].id}).has_value());
        hub.settle();
    }
    CHECK(state().station == Station::finished);
    CHECK(state().carriage == (is_taken ? Carriage::taken : Carriage::in_inbox));
    const auto sent = std::ranges::count(hub.bus.envelopes, EnvelopeSeq{last}, &PublishEnvelope::envelope);
    CHECK(sent == (is_taken ? 0 : 1));
}

TEST_CASE("a broadcast over the window waits in the ledger and arrives all the same", "[engine]") {
    HubBench hub;
    std::vector<Agency> agencies{{.code = code("H43")}};
    std::vector<AgencyCode> receivers;
    for (int i = 0; i < 1900; ++i) {
        receivers.push_back(code("H43." + std::to_string(1000 + i)));
        agencies.push_back({.code = receivers.back()});
    }
    hub.directory = std::make_shared<const Directory>(Directory::build(agencies, {code("H43")}).value());
    hub.start();
    REQUIRE(hub.take(BusUp{}).has_value());
    hub.settle();
    for (std::uint8_t n = 1; n <= 10; ++n)
        REQUIRE(hub.take(hub.delivered(HubBench::document(n, receivers))).has_value());
    hub.settle();
    CHECK(hub.relay->counters().publishes_unconfirmed <= limits::publishes_unconfirmed_max);
    std::size_t confirmed = 0;
    while (confirmed < hub.bus.envelopes.size()) {
        REQUIRE(hub.take(Confirmed{hub.bus.envelopes[confirmed++].id}).has_value());
        CHECK(hub.relay->counters().deliveries_due <= limits::due_deliveries_max);
        hub.settle();
    }
    CHECK(confirmed == 19'000);
    std::set<std::uint64_t> seen;
    for (const auto& envelope : hub.bus.envelopes)
        CHECK(seen.insert(number(envelope.delivery)).second);
}
