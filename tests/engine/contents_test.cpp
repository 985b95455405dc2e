// Large parts: who may name them, and when bytes have had their time.

#include "tests/engine/content_bench.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace hub;
using namespace std::chrono_literals;
using test::annex;
using test::code;
using test::ContentBench;
using test::HubBench;
using test::large;

namespace {

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
