// Large parts: who may name them, what happens when one is damaged, and when bytes have had their time.

#include "tests/engine/hub_bench.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>

using namespace hub;
using namespace std::chrono_literals;
using test::code;
using test::HubBench;

namespace {

constexpr std::uint64_t large = 20'000'000;
const Digest annex = sha256("annex");

struct ContentBench : HubBench {
    explicit ContentBench(RetentionRules given = {}) : HubBench{std::move(given)} {
        REQUIRE(take(BusUp{}).has_value());
        settle();
    }
    void put(std::string_view agency, CopyId copy, const Digest& digest = annex) {
        REQUIRE(take(ContentStored{Ticket{1}, code(agency), digest, large, copy}).has_value());
        settle();
    }
    static EnvelopeHeader naming(std::uint8_t n, std::uint64_t bytes = large, const Digest& digest = annex) {
        EnvelopeHeader header = HubBench::document(n, {code("H43.01")});
        header.parts.push_back({"1", "phu-luc.pdf", "application/pdf", bytes, digest, false});
        return header;
    }
    /// What the sender is told: "accepted", or the code of the refusal.
    std::string submit(EnvelopeHeader header, std::string queue = "H43") {
        header.sender = code(queue);
        const std::string frame = "frame of " + header.id.text();
        REQUIRE(take(delivered(std::move(header), frame, queue)).has_value());
        settle();
        confirm_receipts();
        const auto told = std::ranges::find(bus.receipts.rbegin(), bus.receipts.rend(), code(queue),
                                            &PublishReceipts::addressee);
        const Entry& entry = told->items.back().entry;
        return entry.kind == EntryKind::accepted ? "accepted" : entry.code;
    }
    void retrieve(std::uint8_t n, std::string_view receiver = "H43.01") {
        EnvelopeHeader header = HubBench::document(static_cast<std::uint8_t>(n + 100), {});
        header.kind = Kind::acknowledgement;
        header.sender = code(receiver);
        header.document.reset();
        Delivered event = delivered(std::move(header), "ack " + std::to_string(n), std::string{receiver});
        event.verdict.acknowledgement = Acknowledgement{{{code("H43"), test::id(n), true, {}, {}}}, {}};
        REQUIRE(take(event).has_value());
        settle();
    }
    /// One whole look through the ledger.
    void pass() {
        now += 2h;
        for (int i = 0; i < 6; ++i) {
            REQUIRE(take(Tick{}).has_value());
            settle();
        }
    }
    ContentState state(const Digest& digest = annex) { return view->content(digest).value()->state; }
    bool is_frame_kept(std::uint64_t seq) { return view->frame(EnvelopeSeq{seq}).has_value(); }
};

RetentionRules ten_hours() {
    RetentionRules rules;
    rules.usual = {.documents = 10h, .statuses = std::nullopt, .acknowledgements = std::nullopt};
    return rules;
}

}  // namespace

TEST_CASE("a part that is not in the store is refused, and accepted once it is", "[contents]") {
    ContentBench hub;
    CHECK(hub.submit(ContentBench::naming(1)) == "part_not_uploaded");
    CHECK(hub.bus.receipts.back().items.back().entry.field == "parts[0]");
    hub.put("H43", CopyId{7});
    CHECK(hub.desk.answers.size() == 1);
    CHECK(hub.submit(ContentBench::naming(1)) == "accepted");
    CHECK(hub.bus.envelopes.size() == 1);
}

TEST_CASE("knowing a digest is not having the content", "[contents]") {
    ContentBench hub;
    hub.put("H43.02", CopyId{7});
    CHECK(hub.submit(ContentBench::naming(1)) == "part_not_uploaded");
    SECTION("who has put all of it has it, and one copy is enough: the one that was verified last") {
        hub.put("H43", CopyId{8});
        REQUIRE(hub.desk.removed.size() == 1);
        CHECK(hub.desk.removed[0].copy == CopyId{7});
        CHECK(hub.desk.removed[0].put_by == code("H43.02"));
        CHECK(hub.submit(ContentBench::naming(1)) == "accepted");
        CHECK(hub.view->content(annex).value()->copy == CopyId{8});
    }
    SECTION("a receiver may send it on") {
        hub.put("H43", CopyId{8});
        CHECK(hub.submit(ContentBench::naming(1)) == "accepted");
        EnvelopeHeader onward = ContentBench::naming(2);
        onward.receivers = {code("H43.02")};
        CHECK(hub.submit(onward, "H43.01") == "accepted");
    }
}

TEST_CASE("a part of another size than its content is refused", "[contents]") {
    ContentBench hub;
    hub.put("H43", CopyId{7});
    CHECK(hub.submit(ContentBench::naming(1, large + 1)) == "part_digest_mismatch");
}

TEST_CASE("content and envelope of one batch", "[contents]") {
    ContentBench hub;
    const std::vector<Event> events{ContentStored{Ticket{1}, code("H43"), annex, large, CopyId{7}},
                                    ContentStored{Ticket{2}, code("H43"), annex, large, CopyId{8}},
                                    hub.delivered(ContentBench::naming(1))};
    REQUIRE(hub.engine->take(events, hub.now).has_value());
    CHECK(hub.desk.answers.empty());
    hub.settle();
    CHECK(hub.desk.answers.size() == 2);
    CHECK(hub.desk.removed.size() == 1);
    CHECK(hub.relay->counters().accepted == 1);
}

TEST_CASE("a damaged content is told to its senders, and heals when it is put again", "[contents]") {
    ContentBench hub;
    hub.put("H43", CopyId{7});
    REQUIRE(hub.submit(ContentBench::naming(1)) == "accepted");
    REQUIRE(hub.take(ContentDamaged{annex, CopyId{6}}).has_value());
    hub.settle();
    CHECK(hub.state() == ContentState::whole);

    REQUIRE(hub.take(ContentDamaged{annex, CopyId{7}}).has_value());
    hub.settle();
    hub.confirm_receipts();
    CHECK(hub.state() == ContentState::damaged);
    const ReceiptItem& told = hub.bus.receipts.back().items.back();
    CHECK(told.entry.kind == EntryKind::content_damaged);
    CHECK(told.entry.text == annex.text());
    CHECK(told.envelope == test::id(1));
    CHECK(hub.submit(ContentBench::naming(2)) == "part_not_uploaded");

    hub.put("H43", CopyId{8});
    hub.confirm_receipts();
    CHECK(hub.state() == ContentState::whole);
    REQUIRE(hub.desk.removed.size() == 1);
    CHECK(hub.desk.removed[0].copy == CopyId{7});
    CHECK(hub.bus.receipts.back().items.back().entry.kind == EntryKind::content_restored);
    CHECK(hub.submit(ContentBench::naming(2)) == "accepted");
}

namespace {

constexpr std::uint64_t many = 2 * limits::content_uses_told_max + 500;

/// So many envelopes of H43 that name the annex, beginning with the first one.
void send_many(ContentBench& hub, std::uint64_t from = 1, std::uint64_t to = many) {
    std::vector<Event> events;
    for (std::uint64_t n = from; n <= to; ++n) {
        EnvelopeHeader header = ContentBench::naming(1);
        header.id = EnvelopeId::make(n, {1});
        events.push_back(hub.delivered(std::move(header), "frame " + std::to_string(n)));
        if (events.size() == 250 || n == to) {
            REQUIRE(hub.engine->take(events, hub.now).has_value());
            events.clear();
        }
    }
}

/// How often the sender of each envelope was told so.
std::map<EnvelopeId, int> told_of(ContentBench& hub, EntryKind kind) {
    hub.settle();
    hub.confirm_receipts();
    std::map<EnvelopeId, int> told;
    for (const PublishReceipts& message : hub.bus.receipts)
        for (const ReceiptItem& item : message.items)
            if (item.entry.kind == kind && message.addressee == code("H43"))
                ++told[*item.envelope];
    return told;
}

void tick(ContentBench& hub, int times) {
    for (int i = 0; i < times; ++i) {
        REQUIRE(hub.take(Tick{}).has_value());
        hub.settle();
    }
}

/// What the sender of each envelope was told last.
std::map<EnvelopeId, EntryKind> last_words(ContentBench& hub) {
    hub.settle();
    hub.confirm_receipts();
    std::map<EnvelopeId, std::pair<EntrySeq, EntryKind>> last;
    for (const PublishReceipts& message : hub.bus.receipts)
        for (const ReceiptItem& item : message.items)
            if (item.entry.kind == EntryKind::content_damaged || item.entry.kind == EntryKind::content_restored) {
                const std::pair word{item.entry.seq, item.entry.kind};
                auto& known = last.try_emplace(*item.envelope, word).first->second;
                known = std::max(known, word);
            }
    std::map<EnvelopeId, EntryKind> words;
    for (const auto& [id, word] : last)
        words.emplace(id, word.second);
    return words;
}

bool is_once_each(const std::map<EnvelopeId, int>& told) {
    return std::ranges::all_of(told, [](const auto& one) { return one.second == 1; });
}

}  // namespace

TEST_CASE("a damaged content that many name is told to all of them, a page with each tick", "[contents]") {
    ContentBench hub;
    hub.put("H43", CopyId{7});
    send_many(hub, 1, many - 200);
    hub.settle();
    send_many(hub, many - 199);
    SECTION("all committed") { hub.settle(); }
    SECTION("the last ones not yet committed") {}
    REQUIRE(hub.take(ContentDamaged{annex, CopyId{7}}).has_value());
    CHECK(told_of(hub, EntryKind::content_damaged).size() <= limits::content_uses_told_max);
    tick(hub, 1);
    CHECK(told_of(hub, EntryKind::content_damaged).size() <= 2 * limits::content_uses_told_max);
    tick(hub, 3);
    const auto told = told_of(hub, EntryKind::content_damaged);
    CHECK(told.size() == many);
    CHECK(is_once_each(told));
    hub.put("H43", CopyId{8});
    tick(hub, 4);
    const auto restored = told_of(hub, EntryKind::content_restored);
    CHECK(restored.size() == many);
    CHECK(is_once_each(restored));
}

TEST_CASE("an envelope that is not yet committed is told of too, once", "[contents]") {
    ContentBench hub;
    hub.put("H43", CopyId{7});
    const std::vector<Event> events{hub.delivered(ContentBench::naming(1)), ContentDamaged{annex, CopyId{7}}, Tick{}};
    REQUIRE(hub.engine->take(events, hub.now).has_value());
    tick(hub, 1);
    const auto told = told_of(hub, EntryKind::content_damaged);
    CHECK(told.size() == 1);
    CHECK(is_once_each(told));
}

TEST_CASE("whole again before all were told: who heard of the damage hears of its end", "[contents]") {
    ContentBench hub;
    hub.put("H43", CopyId{7});
    send_many(hub);
    hub.settle();
    REQUIRE(hub.take(ContentDamaged{annex, CopyId{7}}).has_value());
    tick(hub, 1);
    hub.put("H43", CopyId{8});
    SECTION("and that is all") {
        send_many(hub, many + 1, many + 100);
        tick(hub, 5);
        CHECK(told_of(hub, EntryKind::content_damaged).size() == 2 * limits::content_uses_told_max);
        CHECK(told_of(hub, EntryKind::content_restored) == told_of(hub, EntryKind::content_damaged));
    }
    SECTION("and damaged again: all hear of that") {
        REQUIRE(hub.take(ContentDamaged{annex, CopyId{8}}).has_value());
        tick(hub, 5);
        CHECK(told_of(hub, EntryKind::content_damaged).size() == many);
        CHECK(told_of(hub, EntryKind::content_damaged).rbegin()->second == 1);
        CHECK(told_of(hub, EntryKind::content_damaged).begin()->second == 2);
    }
}

TEST_CASE("damaged, whole, damaged and whole again in quick succession: the last word is that it is whole", "[contents]") {
    ContentBench hub;
    hub.put("H43", CopyId{7});
    send_many(hub);
    hub.settle();
    REQUIRE(hub.take(ContentDamaged{annex, CopyId{7}}).has_value());
    tick(hub, 5);
    hub.put("H43", CopyId{8});
    REQUIRE(hub.take(ContentDamaged{annex, CopyId{8}}).has_value());
    hub.put("H43", CopyId{9});
    tick(hub, 5);
    const auto words = last_words(hub);
    CHECK(words.size() == many);
    CHECK(std::ranges::all_of(words, [](const auto& one) { return one.second == EntryKind::content_restored; }));
}

TEST_CASE("a hub that ends while it tells of a damage leaves it at what is in the ledger", "[contents]") {
    ContentBench hub;
    hub.put("H43", CopyId{7});
    send_many(hub);
    hub.settle();
    REQUIRE(hub.take(ContentDamaged{annex, CopyId{7}}).has_value());
    SECTION("before anything was committed: found, and told, again") {
        hub.crash();
        CHECK(hub.state() == ContentState::whole);
    }
    SECTION("half-way: isolated, and no more is told") {
        hub.settle();
        hub.crash();
        REQUIRE(hub.take(BusUp{}).has_value());
        tick(hub, 5);
        CHECK(hub.state() == ContentState::damaged);
        CHECK(told_of(hub, EntryKind::content_damaged).size() == limits::content_uses_told_max);
    }
}

TEST_CASE("bytes go when their time is over, and not before", "[contents][retention]") {
    ContentBench hub{ten_hours()};
    hub.put("H43", CopyId{7});
    REQUIRE(hub.submit(ContentBench::naming(1)) == "accepted");
    REQUIRE(hub.submit(ContentBench::naming(2)) == "accepted");
    hub.now += 100h;
    SECTION("never while it is due to a receiver") {
        hub.pass();
        CHECK(hub.is_frame_kept(1));
        CHECK(hub.state() == ContentState::whole);
    }
    hub.retrieve(1);
    SECTION("the content waits for the last envelope that names it") {
        hub.pass();
        CHECK_FALSE(hub.is_frame_kept(1));
        CHECK(hub.is_frame_kept(2));
        CHECK(hub.state() == ContentState::whole);
        hub.retrieve(2);
        hub.pass();
        CHECK_FALSE(hub.is_frame_kept(2));
        CHECK(hub.state() == ContentState::removed);
        REQUIRE(hub.desk.removed.size() == 1);
        CHECK(hub.desk.removed[0].copy == CopyId{7});
        CHECK(hub.desk.removed[0].bytes == large);
        // What went stays provable: the digest is on record.
        CHECK(hub.view->content(annex).value()->bytes == large);
        hub.pass();
        CHECK(hub.relay->counters().envelopes_retired == 2);
        CHECK(hub.submit(ContentBench::naming(3)) == "part_not_uploaded");
    }
    SECTION("a legal hold keeps it until it ends") {
        REQUIRE(hub.take(HoldAsked{Ticket{9}, test::id(1), true, {.reason = "thanh tra"}}).has_value());
        hub.settle();
        CHECK_FALSE(hub.desk.answers.back().fault);
        hub.pass();
        CHECK(hub.is_frame_kept(1));
        REQUIRE(hub.take(HoldAsked{Ticket{10}, test::id(1), false, {.reason = "xong"}}).has_value());
        hub.settle();
        hub.pass();
        CHECK_FALSE(hub.is_frame_kept(1));
    }
}

TEST_CASE("a hold and the look through the ledger in one batch", "[contents][retention]") {
    ContentBench hub{ten_hours()};
    REQUIRE(hub.submit(HubBench::document(1, {code("H43.01")})) == "accepted");
    hub.retrieve(1);
    hub.now += 100h;
    const std::vector<Event> events{HoldAsked{Ticket{1}, test::id(1), true, {.reason = "thanh tra"}}, Tick{}, Tick{}, Tick{}};
    REQUIRE(hub.engine->take(events, hub.now).has_value());
    hub.settle();
    CHECK(hub.is_frame_kept(1));
}

TEST_CASE("an unknown envelope cannot be held", "[contents][retention]") {
    ContentBench hub;
    REQUIRE(hub.take(HoldAsked{Ticket{1}, test::id(99), true, {.reason = "?"}}).has_value());
    hub.settle();
    REQUIRE(hub.desk.answers.size() == 1);
    CHECK(hub.desk.answers[0].fault->code == Errc::not_found);
}

TEST_CASE("a hold comes too late for bytes that are gone", "[contents][retention]") {
    ContentBench hub{ten_hours()};
    REQUIRE(hub.submit(HubBench::document(1, {code("H43.01")})) == "accepted");
    hub.retrieve(1);
    hub.now += 100h;
    const HoldAsked hold{Ticket{1}, test::id(1), true, {.reason = "thanh tra"}};
    SECTION("long ago") {
        hub.pass();
        REQUIRE(hub.take(hold).has_value());
    }
    SECTION("in this very batch") {
        const std::vector<Event> events{Tick{}, Tick{}, Tick{}, hold};
        REQUIRE(hub.engine->take(events, hub.now).has_value());
    }
    hub.settle();
    REQUIRE(hub.desk.answers.size() == 1);
    CHECK(hub.desk.answers[0].fault->code == Errc::envelope_retired);
    CHECK_FALSE(hub.is_frame_kept(1));
}

TEST_CASE("a hold is for all that bear the id, whoever sent them", "[contents][retention]") {
    ContentBench hub{ten_hours()};
    REQUIRE(hub.submit(HubBench::document(1, {code("H43.01")})) == "accepted");
    hub.retrieve(1);
    // Its receiver knows the id.
    REQUIRE(hub.submit(HubBench::document(1, {code("H43.02")}), "H43.01") == "accepted");
    REQUIRE(hub.take(HoldAsked{Ticket{1}, test::id(1), true, {.reason = "thanh tra"}}).has_value());
    hub.settle();
    CHECK_FALSE(hub.desk.answers.back().fault);
    const auto keeping = hub.view->keeping(test::id(1), 10).value();
    REQUIRE(keeping.size() == 2);
    CHECK(keeping[0].is_held);
    CHECK(keeping[1].is_held);
    hub.now += 100h;
    hub.pass();
    CHECK(hub.is_frame_kept(1));
}

TEST_CASE("a hold that is none cannot be ended", "[contents][retention]") {
    ContentBench hub;
    REQUIRE(hub.submit(HubBench::document(1, {code("H43.01")})) == "accepted");
    const auto ask = [&](bool is_held) {
        REQUIRE(hub.take(HoldAsked{Ticket{1}, test::id(1), is_held, {.reason = "thanh tra"}}).has_value());
        hub.settle();
        const auto& fault = hub.desk.answers.back().fault;
        return fault ? name_of(fault->code) : "done";
    };
    CHECK(ask(false) == "not_held");
    CHECK(ask(true) == "done");
    CHECK(ask(true) == "done");
    CHECK(ask(false) == "done");
    CHECK(ask(false) == "not_held");
}

TEST_CASE("who set a hold, and what else somebody did, is an entry", "[contents][access]") {
    ContentBench hub;
    REQUIRE(hub.submit(HubBench::document(1, {code("H43.01")})) == "accepted");
    const Act hold{"an", Role::operator_, "192.0.2.7", Verb::hold, test::id(1).text(), "thanh tra", {}};
    const Act sign_in{"an", Role::operator_, "192.0.2.7", Verb::sign_in, "an", {}, {}};
    REQUIRE(hub.take(HoldAsked{Ticket{1}, test::id(1), true, hold}).has_value());
    REQUIRE(hub.take(ActDone{Ticket{2}, sign_in}).has_value());
    CHECK(hub.desk.answers.empty());
    std::vector<Entry> acts;
    while (hub.committer.pending) {
        std::ranges::copy_if(hub.committer.pending->entries, std::back_inserter(acts),
                             [](const Entry& entry) { return entry.act != nullptr; });
        REQUIRE(hub.commit().has_value());
    }
    REQUIRE(hub.desk.answers.size() == 2);
    CHECK_FALSE(hub.desk.answers[1].fault);
    REQUIRE(acts.size() == 2);
    CHECK(acts[0].kind == EntryKind::held);
    CHECK(acts[0].text == "thanh tra");
    CHECK(*acts[0].act == hold);
    CHECK(acts[1].kind == EntryKind::act);
    CHECK(acts[1].envelope == EnvelopeSeq{});
    CHECK(*acts[1].act == sign_in);
}

TEST_CASE("a content that no envelope names goes after a while", "[contents][retention]") {
    ContentBench hub;
    hub.put("H43", CopyId{7});
    hub.pass();
    CHECK(hub.state() == ContentState::whole);
    CopyId last{7};
    SECTION("unless it was put again meanwhile") {
        hub.now += 40h;
        hub.put("H43.02", last = CopyId{8});
        hub.now += 40h;
        hub.pass();
        CHECK(hub.state() == ContentState::whole);
    }
    hub.now += 60h;
    SECTION("unless an envelope that is not yet committed names it") {
        const std::vector<Event> events{hub.delivered(ContentBench::naming(1)), Tick{}, Tick{}, Tick{}};
        REQUIRE(hub.engine->take(events, hub.now).has_value());
        hub.settle();
        CHECK(hub.state() == ContentState::whole);
        return;
    }
    hub.pass();
    CHECK(hub.state() == ContentState::removed);
    CHECK(hub.desk.removed.back().copy == last);
}
