// An inbox that holds less than it should: purged, deleted, cut by a policy.

#include "tests/engine/hub_bench.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace hub;
using namespace std::chrono_literals;
using test::code;
using test::HubBench;
using test::id;

namespace {

struct LostInboxHub : HubBench {
    LostInboxHub() {
        REQUIRE(take(BusUp{}).has_value());
        settle();
    }
    void give(const Event& event) {
        REQUIRE(take(event).has_value());
        settle();
    }
    /// Accepted, and in the inbox.
    void deliver(std::uint8_t n, std::string_view receiver) {
        give(delivered(document(n, {code(receiver)}), "frame " + std::to_string(n)));
        give(Confirmed{bus.envelopes.back().id});
        confirm_receipts();
    }
    void retrieve(std::uint8_t n, std::string_view receiver, bool is_stored = true, EntrySeq receipts_through = {}) {
        acknowledge(n, receiver, {code("H43"), id(n), is_stored, is_stored ? "" : "part_missing", {}}, receipts_through);
    }
    void hold(std::uint8_t n, std::string_view receiver) {
        acknowledge(n, receiver, {code("H43"), id(n), true, {}, {}, true});
    }
    void acknowledge(std::uint8_t n, std::string_view receiver, Acknowledgement::Item item,
                     EntrySeq receipts_through = {}) {
        EnvelopeHeader header = document(++acknowledgements, {});
        header.kind = Kind::acknowledgement;
        header.sender = code(receiver);
        header.document.reset();
        Delivered event = delivered(std::move(header), "ack " + std::to_string(n), std::string{receiver});
        event.verdict.acknowledgement = Acknowledgement{{std::move(item)}, receipts_through};
        give(event);
        confirm_receipts();
    }
    std::uint8_t acknowledgements = 100;
    /// Which documents go out once this was counted.
    std::vector<EnvelopeId> after_count(std::string_view agency, std::uint64_t ready, std::uint64_t consumers) {
        bus.clear();
        give(InboxCounted{code(agency), ready, consumers});
        give(Tick{});
        std::vector<EnvelopeId> ids;
        for (const PublishEnvelope& effect : std::vector{bus.envelopes}) {
            ids.push_back(effect.envelope_id);
            give(Confirmed{effect.id});
        }
        return ids;
    }
    /// The same once it has been counted so for a time.
    std::vector<EnvelopeId> after_lack(std::string_view agency, std::uint64_t ready, std::uint64_t consumers,
                                       std::chrono::minutes lasting = 1min) {
        CHECK(after_count(agency, ready, consumers).empty());
        now += lasting;
        return after_count(agency, ready, consumers);
    }
    void refuse_acknowledgement(std::string_view agency) {
        EnvelopeHeader header = document(++acknowledgements, {});
        header.kind = Kind::acknowledgement;
        header.sender = code(agency);
        header.document.reset();
        Delivered refused = delivered(std::move(header), "ack " + std::to_string(acknowledgements), std::string{agency});
        refused.verdict.fault = Fault{Errc::signature_invalid, "signature", {}};
        give(refused);
        confirm_receipts();
    }
    using Ids = std::vector<EnvelopeId>;
};

}  // namespace

TEST_CASE("what an inbox has lost is published again, for that agency alone", "[relay]") {
    LostInboxHub hub;
    hub.deliver(1, "H43.01");
    hub.deliver(2, "H43.01");
    hub.deliver(3, "H43.02");
    hub.deliver(4, "H43.01");
    hub.retrieve(2, "H43.01");
    hub.now += 2min;
    CHECK(hub.after_lack("H43.01", 2, 0).empty());
    CHECK(hub.after_lack("H43.01", 1, 0) == LostInboxHub::Ids{id(1), id(4)});
    CHECK(hub.relay->counters().inboxes_lost == 1);
    CHECK(hub.bus.marks == 0);
    CHECK_FALSE(hub.relay->counters().is_refilling);
    // What is accepted meanwhile goes its way.
    hub.deliver(5, "H43.01");
    CHECK(hub.bus.envelopes.back().envelope_id == id(5));
}

TEST_CASE("an inbox is lost once the lack has lasted a minute, however old the documents are", "[relay]") {
    LostInboxHub hub;
    hub.deliver(1, "H43.01");
    hub.deliver(2, "H43.01");
    hub.now += 1h;
    SECTION("an adapter has been there, and what it says of them is under way") {
        CHECK(hub.after_count("H43.01", 0, 0).empty());
        hub.now += 5s;
        hub.retrieve(1, "H43.01");
        hub.retrieve(2, "H43.01");
        hub.now += 1h;
        CHECK(hub.after_count("H43.01", 0, 0).empty());
    }
    SECTION("a count that misses nothing breaks it") {
        CHECK(hub.after_count("H43.01", 0, 0).empty());
        hub.now += 50s;
        CHECK(hub.after_count("H43.01", 2, 0).empty());
        hub.now += 50s;
        CHECK(hub.after_lack("H43.01", 0, 0, 0min).empty());
        hub.now += 59s;
        CHECK(hub.after_count("H43.01", 0, 0).empty());
        hub.now += 1s;
        CHECK(hub.after_count("H43.01", 0, 0) == LostInboxHub::Ids{id(1), id(2)});
    }
    SECTION("others that have come meanwhile are not those that were missed") {
        CHECK(hub.after_count("H43.01", 1, 0).empty());
        hub.now += 30s;
        hub.retrieve(1, "H43.01");
        hub.deliver(3, "H43.01");
        hub.now += 30s;
        CHECK(hub.after_count("H43.01", 1, 0).empty());
        hub.now += 30s;
        CHECK(hub.after_count("H43.01", 1, 0).empty());
    }
    SECTION("a connection that was lost breaks it") {
        CHECK(hub.after_count("H43.01", 0, 0).empty());
        hub.give(BusDown{});
        hub.give(BusUp{false, 2});
        hub.now += 1min;
        CHECK(hub.after_count("H43.01", 0, 0).empty());
    }
    SECTION("a clock that was put back begins it anew") {
        CHECK(hub.after_count("H43.01", 0, 0).empty());
        hub.now -= 30min;
        CHECK(hub.after_lack("H43.01", 0, 0) == LostInboxHub::Ids{id(1), id(2)});
    }
    SECTION("an adapter that leaves has its minute to tell of what it took") {
        CHECK(hub.after_count("H43.01", 0, 1).empty());
        hub.now += 9min;
        CHECK(hub.after_count("H43.01", 0, 0).empty());
        hub.now += 59s;
        CHECK(hub.after_count("H43.01", 0, 0).empty());
        hub.now += 1s;
        CHECK(hub.after_count("H43.01", 0, 0) == LostInboxHub::Ids{id(1), id(2)});
    }
}

TEST_CASE("what is lost a second time comes again after a minute of its own", "[relay]") {
    LostInboxHub hub;
    hub.deliver(1, "H43.01");
    hub.now += 2min;
    CHECK(hub.after_lack("H43.01", 0, 0) == LostInboxHub::Ids{id(1)});
    CHECK(hub.after_count("H43.01", 1, 0).empty());
    hub.now += 5s;
    CHECK(hub.after_lack("H43.01", 0, 0) == LostInboxHub::Ids{id(1)});
    CHECK(hub.relay->counters().inboxes_lost == 2);
}

TEST_CASE("an agency for which filling its inbox does nothing waits longer each time", "[relay]") {
    LostInboxHub hub;
    hub.deliver(1, "H43.01");
    // It reads what comes and never says so.
    const auto minutes_until_filled = [&] {
        for (int minutes = 0; minutes < 100; ++minutes) {
            if (!hub.after_count("H43.01", 0, 0).empty())
                return minutes;
            hub.now += 1min;
        }
        return -1;
    };
    std::vector<int> waited;
    for (int times = 0; times < 9; ++times)
        waited.push_back(minutes_until_filled());
    CHECK(waited == std::vector{2, 1, 2, 4, 8, 16, 32, 60, 60});
    // What comes to it later and is taken shows nothing; what it was filled with does.
    hub.deliver(2, "H43.01");
    hub.retrieve(2, "H43.01");
    CHECK(minutes_until_filled() == 60);
    hub.retrieve(1, "H43.01");
    CHECK(hub.after_count("H43.01", 0, 0).empty());
    hub.deliver(3, "H43.01");
    hub.now += 1s;
    CHECK(minutes_until_filled() == 1);
    CHECK(minutes_until_filled() == 1);
}

TEST_CASE("what has only just come, or is being read, is not lost", "[relay]") {
    LostInboxHub hub;
    hub.deliver(1, "H43.01");
    CHECK(hub.after_count("H43.01", 0, 0).empty());
    CHECK(hub.after_lack("H43.01", 0, 1, 2min).empty());
    CHECK(hub.after_count("H43.01", 1, 1).empty());
    hub.now += 10min;
    CHECK(hub.after_count("H43.01", 1, 1).empty());
    CHECK(hub.after_lack("H43.01", 0, 1, 9min).empty());
    hub.now += 1min;
    CHECK(hub.after_count("H43.01", 0, 1) == LostInboxHub::Ids{id(1)});
    hub.now += 2h;
    SECTION("taken") { hub.retrieve(1, "H43.01"); }
    SECTION("not to be stored") { hub.retrieve(1, "H43.01", false); }
    SECTION("held by an adapter that hands it on") { hub.hold(1, "H43.01"); }
    hub.now += 2min;
    CHECK(hub.after_lack("H43.01", 0, 0, 10min).empty());
}

TEST_CASE("an inbox whose agency acknowledges in vain is not lost", "[relay]") {
    LostInboxHub hub;
    hub.deliver(1, "H43.01");
    hub.refuse_acknowledgement("H43.01");
    hub.now += 2h;
    SECTION("as the hub has heard it") {}
    SECTION("as the ledger knows it") {
        hub.start();
        hub.bus.receipts_confirmed = hub.bus.receipts.size();
        hub.give(BusUp{});
    }
    CHECK(hub.after_lack("H43.01", 0, 0).empty());
    CHECK(hub.relay->counters().inboxes_lost == 0);
    // Once it is heard again its inbox is judged as any other.
    hub.acknowledge(1, "H43.01", {code("H43"), id(9), true, {}, {}});
    CHECK(hub.after_lack("H43.01", 0, 0) == LostInboxHub::Ids{id(1)});
}

TEST_CASE("an agency that was heard last is heard after a start too", "[relay]") {
    LostInboxHub hub;
    hub.deliver(1, "H43.01");
    hub.refuse_acknowledgement("H43.01");
    hub.acknowledge(1, "H43.01", {code("H43"), id(9), true, {}, {}});
    hub.start();
    hub.give(BusUp{});
    hub.now += 2h;
    CHECK(hub.after_lack("H43.01", 0, 0) == LostInboxHub::Ids{id(1)});
}

TEST_CASE("what an adapter holds moves no station until it tells what became of it", "[relay]") {
    LostInboxHub hub;
    const auto station = [&] { return hub.view->deliveries(EnvelopeSeq{1}, code("H43.01")).value().at(0).station; };
    hub.deliver(1, "H43.01");
    hub.bus.clear();
    hub.hold(1, "H43.01");
    CHECK(station() == Station::queued);
    // But for the answer to the acknowledgement itself.
    for (const PublishReceipts& told : hub.bus.receipts)
        CHECK(told.addressee == code("H43.01"));
    SECTION("stored") {
        hub.retrieve(1, "H43.01");
        CHECK(station() == Station::retrieved);
    }
    SECTION("failed") {
        hub.retrieve(1, "H43.01", false);
        CHECK(station() == Station::failed);
    }
    CHECK(std::ranges::any_of(hub.bus.receipts,
                              [](const PublishReceipts& told) { return told.addressee == code("H43"); }));
    // It is not sent again, whatever came of it.
    hub.now += 2h;
    CHECK(hub.after_lack("H43.01", 0, 0).empty());
}

TEST_CASE("receipts that an inbox has lost are told again, to an agency that acknowledges them", "[relay]") {
    LostInboxHub hub;
    hub.deliver(1, "H43.01");
    hub.now += 2min;
    // H43 has never acknowledged any: perhaps its system does not read them.
    hub.bus.clear();
    hub.give(InboxCounted{code("H43"), 0, 0});
    CHECK(hub.bus.receipts.empty());

    const EntrySeq first{1};
    EnvelopeHeader header = HubBench::document(120, {});
    header.kind = Kind::acknowledgement;
    header.document.reset();
    Delivered event = hub.delivered(std::move(header), "ack");
    event.verdict.acknowledgement = Acknowledgement{{}, first};
    hub.give(event);
    hub.confirm_receipts();
    hub.bus.clear();
    hub.give(InboxCounted{code("H43"), 1, 0});
    hub.give(InboxCounted{code("H43"), 0, 1});
    CHECK(hub.bus.receipts.empty());
    hub.give(InboxCounted{code("H43"), 0, 0});
    REQUIRE(hub.bus.receipts.size() == 1);
    CHECK(number(hub.bus.receipts[0].items.front().entry.seq) > number(first));
    CHECK(hub.bus.receipts[0].items.front().entry.event == ReceiptEvent::confirmed);
}

namespace {

struct ToldHub : LostInboxHub {
    /// H43 says how far it has got.
    void has_receipts(EntrySeq through, bool misses_some) {
        EnvelopeHeader header = document(++acknowledgements, {});
        header.kind = Kind::acknowledgement;
        header.document.reset();
        Delivered event = delivered(std::move(header), "ack " + std::to_string(acknowledgements));
        event.verdict.acknowledgement = Acknowledgement{{}, through};
        event.verdict.misses_receipts = misses_some;
        give(event);
        confirm_receipts();
    }
    /// The entries of each message to H43 since the bus was cleared, behind the one that it follows.
    std::vector<std::vector<std::uint64_t>> told() const {
        std::vector<std::vector<std::uint64_t>> messages;
        for (const PublishReceipts& each : bus.receipts) {
            if (each.addressee != code("H43"))
                continue;
            messages.push_back({number(each.follows)});
            for (const ReceiptItem& item : each.items)
                messages.back().push_back(number(item.entry.seq));
        }
        return messages;
    }
    void tick(int count) {
        for (int i = 0; i < count; ++i)
            give(Tick{});
    }
    using Messages = std::vector<std::vector<std::uint64_t>>;
};

}  // namespace

TEST_CASE("each message of receipts says which one it follows, after a start too", "[relay]") {
    ToldHub hub;
    hub.deliver(1, "H43.01");
    CHECK(hub.told() == ToldHub::Messages{{0, 1}, {1, 2}});
    hub.deliver(2, "H43.01");
    hub.crash();
    hub.give(BusUp{});
    hub.deliver(3, "H43.01");
    CHECK(hub.told() == ToldHub::Messages{{4, 5}, {5, 6}});
}

TEST_CASE("receipts that an agency misses are told again behind what it has, not at once again", "[relay]") {
    ToldHub hub;
    hub.deliver(1, "H43.01");
    hub.deliver(2, "H43.01");
    REQUIRE(hub.told() == ToldHub::Messages{{0, 1}, {1, 2}, {2, 3}, {3, 4}});
    hub.bus.clear();
    hub.has_receipts(EntrySeq{1}, true);
    // With the answer to the acknowledgement.
    CHECK(hub.told() == ToldHub::Messages{{1, 2, 3, 4}, {4, 5}});
    CHECK(hub.relay->counters().inboxes_lost == 1);

    hub.bus.clear();
    hub.has_receipts(EntrySeq{1}, true);
    CHECK(hub.told() == ToldHub::Messages{{5, 6}});
    hub.tick(20);
    hub.bus.clear();
    hub.has_receipts(EntrySeq{4}, true);
    CHECK(hub.told() == ToldHub::Messages{{4, 5, 6}, {6, 7}});
    CHECK(hub.relay->counters().inboxes_lost == 2);
}

TEST_CASE("an agency that has lost its journal is told no more of what it once acknowledged", "[relay]") {
    ToldHub hub;
    hub.deliver(1, "H43.01");
    hub.has_receipts(EntrySeq{2}, false);
    hub.deliver(2, "H43.01");
    hub.bus.clear();
    hub.has_receipts(EntrySeq{0}, true);
    CHECK(hub.told() == ToldHub::Messages{{0, 3, 4, 5}, {5, 6}});
}

TEST_CASE("a message of receipts under way does not hide those that are told again", "[relay]") {
    ToldHub hub;
    hub.deliver(1, "H43.01");
    REQUIRE(hub.take(hub.delivered(HubBench::document(2, {code("H43.01")}), "frame 2")).has_value());
    hub.settle();
    const PublishId under_way = hub.bus.receipts.back().id;
    hub.bus.clear();
    hub.has_receipts(EntrySeq{1}, true);
    REQUIRE(hub.told().size() >= 1);
    CHECK(hub.told().front() == std::vector<std::uint64_t>{1, 2, 3});
    hub.bus.clear();
    hub.give(Confirmed{under_way});
    CHECK(hub.told().empty());
}

TEST_CASE("an acknowledgement counts although the sender's code leads to it no more", "[relay]") {
    LostInboxHub hub;
    const Instant end = hub.now + 1h;
    hub.directory = std::make_shared<const Directory>(
        Directory::build({{.code = code("H43"), .aliases = {{code("000.00.01.H43"), std::nullopt, end}}},
                          {.code = code("H43.01")}},
                         {code("H43")})
            .value());
    hub.start();
    REQUIRE(hub.take(BusUp{}).has_value());
    hub.settle();
    hub.deliver(1, "H43.01");
    hub.now += 2h;
    EnvelopeHeader header = HubBench::document(101, {});
    header.kind = Kind::acknowledgement;
    header.sender = code("H43.01");
    header.document.reset();
    Delivered event = hub.delivered(std::move(header), "ack", "H43.01");
    event.verdict.acknowledgement = Acknowledgement{{{code("000.00.01.H43"), id(1), true, {}, {}}}, {}};
    hub.give(event);
    CHECK(hub.view->deliveries(EnvelopeSeq{1}, code("H43.01")).value().at(0).station == Station::retrieved);
}

TEST_CASE("an inbox that refuses its part of a refill costs the others nothing", "[relay]") {
    LostInboxHub hub;
    hub.deliver(1, "H43.01");
    hub.deliver(2, "H43.02");
    hub.bus.clear();
    hub.give(BusDown{});
    hub.give(BusUp{true, 2});
    std::map<EnvelopeId, int> sent;
    std::size_t seen = 0;
    const auto turns = [&](int count, bool is_full) {
        for (; count > 0; --count) {
            for (; seen < hub.bus.envelopes.size(); ++seen) {
                const PublishEnvelope each = hub.bus.envelopes[seen];
                ++sent[each.envelope_id];
                hub.give(is_full && each.envelope_id == id(1) ? Event{Returned{each.id}} : Event{Confirmed{each.id}});
            }
            hub.confirm_receipts();
            hub.now += 1s;
            hub.give(Tick{});
        }
    };
    turns(60, true);
    CHECK(sent[id(1)] > 3);
    CHECK(sent[id(2)] == 1);
    // The broker has not got all: the hub would begin again if it ended now.
    CHECK(hub.bus.marks == 0);
    turns(15, false);
    CHECK(hub.bus.marks == 1);
    CHECK(sent[id(2)] == 1);
}

TEST_CASE("a late refusal does not take back what its receiver has", "[relay]") {
    LostInboxHub hub;
    hub.deliver(1, "H43.01");
    hub.retrieve(1, "H43.01");
    EnvelopeHeader status = LostInboxHub::document(200, {code("H43")});
    status.kind = Kind::status;
    status.sender = code("H43.01");
    status.document.reset();
    status.status = StatusReport{"03", {}, {}, {}, {}, {}, {}, {}, id(1)};
    hub.give(hub.delivered(std::move(status), "status", "H43.01"));
    hub.retrieve(1, "H43.01", false);
    const DeliveryRecord delivery =
        hub.view->deliveries(hub.view->known(code("H43"), id(1)).value()->seq, code("H43.01")).value().at(0);
    CHECK(delivery.carriage == Carriage::taken);
    CHECK(delivery.station == Station::registered);
}
