// A damaged large part: who is told, each once, also when the hub ends meanwhile.

#include "tests/engine/content_bench.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>

using namespace hub;
using test::annex;
using test::code;
using test::ContentBench;

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

TEST_CASE("a damaged content that is read again and found whole heals, and only that copy", "[contents]") {
    ContentBench hub;
    hub.put("H43", CopyId{7});
    REQUIRE(hub.submit(ContentBench::naming(1)) == "accepted");
    const auto restored = [&] {
        return std::ranges::count_if(hub.bus.receipts, [](const PublishReceipts& receipts) {
            return receipts.items.back().entry.kind == EntryKind::content_restored;
        });
    };
    // Of what is whole there is nothing to tell.
    REQUIRE(hub.take(ContentWhole{annex, CopyId{7}}).has_value());
    hub.settle();
    REQUIRE(hub.take(ContentDamaged{annex, CopyId{7}}).has_value());
    hub.settle();
    hub.confirm_receipts();
    REQUIRE(hub.take(ContentWhole{annex, CopyId{6}}).has_value());
    REQUIRE(hub.take(ContentWhole{sha256("another"), CopyId{7}}).has_value());
    hub.settle();
    CHECK(hub.state() == ContentState::damaged);
    CHECK(restored() == 0);
    REQUIRE(hub.take(ContentWhole{annex, CopyId{7}}).has_value());
    hub.settle();
    hub.confirm_receipts();
    CHECK(hub.state() == ContentState::whole);
    CHECK(restored() == 1);
    // The file stays: it is the one that counts.
    CHECK(hub.desk.removed.empty());
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

/// How often it is written down for each envelope: that outlives the hub.
std::map<EnvelopeId, int> written_of(ContentBench& hub, EntryKind kind) {
    std::map<EnvelopeId, int> written;
    EntrySeq after{};
    for (bool is_last = false; !is_last;) {
        const auto page = hub.view->receipts(after, 1000).value();
        for (const ReceiptItem& item : page.items)
            if (item.entry.kind == kind)
                ++written[*item.envelope];
        after = page.through;
        is_last = page.is_last;
    }
    return written;
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

TEST_CASE("a hub that ends while it tells of a damage goes on where it was", "[contents]") {
    ContentBench hub;
    hub.put("H43", CopyId{7});
    send_many(hub);
    hub.settle();
    REQUIRE(hub.take(ContentDamaged{annex, CopyId{7}}).has_value());
    SECTION("before anything was committed: found, and told, again") {
        hub.crash();
        CHECK(hub.state() == ContentState::whole);
        tick(hub, 5);
        CHECK(written_of(hub, EntryKind::content_damaged).empty());
        REQUIRE(hub.take(ContentDamaged{annex, CopyId{7}}).has_value());
    }
    SECTION("after the first page") {
        hub.settle();
        hub.crash();
        CHECK(written_of(hub, EntryKind::content_damaged).size() == limits::content_uses_told_max);
    }
    SECTION("at each page: before its commit, and after it") {
        for (int page = 0; page < 4; ++page) {
            hub.settle();
            hub.crash();
            REQUIRE(hub.take(Tick{}).has_value());
            hub.crash();
            tick(hub, 1);
        }
    }
    SECTION("at the last page, and nothing is told twice by the next start") {
        tick(hub, 2);
        hub.crash();
        tick(hub, 5);
        hub.crash();
    }
    tick(hub, 5);
    CHECK(hub.state() == ContentState::damaged);
    const auto written = written_of(hub, EntryKind::content_damaged);
    CHECK(written.size() == many);
    CHECK(is_once_each(written));
    // The sender hears of all that it had not confirmed.
    REQUIRE(hub.take(BusUp{}).has_value());
    hub.settle();
    CHECK(told_of(hub, EntryKind::content_damaged).size() == many);
    CHECK(hub.view->heads().value().tellings.empty());
}

TEST_CASE("whole again, and the hub ends before those who heard of the damage hear of its end", "[contents]") {
    ContentBench hub;
    hub.put("H43", CopyId{7});
    send_many(hub);
    hub.settle();
    REQUIRE(hub.take(ContentDamaged{annex, CopyId{7}}).has_value());
    tick(hub, 1);
    hub.crash();
    hub.put("H43", CopyId{8});
    hub.crash();
    tick(hub, 5);
    CHECK(hub.state() == ContentState::whole);
    const auto restored = written_of(hub, EntryKind::content_restored);
    CHECK(restored.size() == 2 * limits::content_uses_told_max);
    CHECK(is_once_each(restored));
    CHECK(restored == written_of(hub, EntryKind::content_damaged));
}
