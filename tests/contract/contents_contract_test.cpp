// What every ledger promises about large parts, holds and retention.

#include "hub/ledger/sqlite_search.hpp"
#include "tests/contract/ledgers.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

using namespace hub;
using test::at;
using test::code;
using test::id;
using test::Memory;
using test::Sqlite;

namespace {

ContentRecord content(std::string_view name, ContentState state = ContentState::whole, std::int64_t changed_ms = 10) {
    return {sha256(name), 1'000'000, CopyId{0x7fff'ffff'ffff'fff1}, state, code("H43"), at(changed_ms)};
}

/// An accepted envelope that names contents.
void accept_naming(test::Writer& writer, std::uint64_t n, std::vector<std::string> receivers,
                   std::initializer_list<std::string_view> names) {
    EnvelopeRecord& record = writer.accept("H43", n, std::move(receivers));
    EnvelopeHeader header = *record.header;
    for (const auto name : names)
        header.parts.push_back({std::string{name}, "f", "application/pdf", 1'000'000, sha256(name), false});
    record.header = std::make_shared<const EnvelopeHeader>(std::move(header));
}

}  // namespace

TEMPLATE_TEST_CASE("contents are found as they were written, in their newest state", "[ledger][contents]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    writer.batch.contents = {content("a"), content("b")};
    REQUIRE(writer.commit().has_value());
    const auto view = under_test.ledger().view();
    CHECK(view->content(sha256("a")).value() == content("a"));
    CHECK_FALSE(view->content(sha256("c")).value());
    writer.batch.contents = {content("a", ContentState::removed, 20)};
    REQUIRE(writer.commit().has_value());
    CHECK(view->content(sha256("a")).value() == content("a", ContentState::removed, 20));
    CHECK(view->contents({}, 10).value() == std::vector{content("b")});
    REQUIRE(view->content_usage().value().size() == 1);
    CHECK(view->content_usage().value()[0].second == 1'000'000);
}

TEMPLATE_TEST_CASE("who has put a content or is party to an envelope naming it, is known", "[ledger][contents]", Memory,
                   Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    writer.batch.content_parties = {{sha256("a"), code("H43.05")}};
    accept_naming(writer, 1, {"H43.01", "H43.02"}, {"a", "b"});
    accept_naming(writer, 2, {"H43.03"}, {"a"});
    REQUIRE(writer.commit().has_value());
    const auto view = under_test.ledger().view();
    for (const auto party : {"H43", "H43.01", "H43.02", "H43.03", "H43.05"})
        CHECK(view->is_content_party(sha256("a"), code(party)).value());
    CHECK_FALSE(view->is_content_party(sha256("a"), code("H43.09")).value());
    CHECK_FALSE(view->is_content_party(sha256("b"), code("H43.03")).value());
    const auto uses = view->content_uses(sha256("a"), {}, 10).value();
    REQUIRE(uses.size() == 2);
    CHECK(uses[0].id == id(1));
    CHECK(uses[1].envelope == EnvelopeSeq{2});
    CHECK(view->content_uses(sha256("a"), {}, 1).value().size() == 1);
    const auto later = view->content_uses(sha256("a"), EnvelopeSeq{1}, 10).value();
    REQUIRE(later.size() == 1);
    CHECK(later[0].envelope == EnvelopeSeq{2});
    CHECK(view->content_uses(sha256("a"), EnvelopeSeq{2}, 10).value().empty());
}

TEMPLATE_TEST_CASE("with a content's removal its parties end, and whoever puts it again begins anew", "[ledger][contents]",
                   Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    writer.batch.contents = {content("a")};
    accept_naming(writer, 1, {"H43.01"}, {"a"});
    REQUIRE(writer.commit().has_value());
    writer.batch.retired = {{EnvelopeSeq{1}, at(60)}};
    writer.batch.contents = {content("a", ContentState::removed, 60)};
    REQUIRE(writer.commit().has_value());
    const auto view = under_test.ledger().view();
    CHECK_FALSE(view->is_content_party(sha256("a"), code("H43")).value());
    CHECK_FALSE(view->is_content_party(sha256("a"), code("H43.01")).value());
    SECTION("later") { writer.batch.contents = {content("a", ContentState::whole, 70)}; }
    SECTION("in one batch with another removal") {
        writer.batch.contents = {content("a", ContentState::removed, 70), content("a", ContentState::whole, 70)};
    }
    writer.batch.content_parties = {{sha256("a"), code("H43.05")}};
    accept_naming(writer, 2, {"H43.02"}, {"a"});
    REQUIRE(writer.commit().has_value());
    for (const auto party : {"H43", "H43.02", "H43.05"})
        CHECK(view->is_content_party(sha256("a"), code(party)).value());
    CHECK_FALSE(view->is_content_party(sha256("a"), code("H43.01")).value());
}

TEMPLATE_TEST_CASE("how far senders have been told of a content is known at the next start", "[ledger][contents]", Memory,
                   Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    const ContentTelling damaged{sha256("a"), EntryKind::content_damaged, EnvelopeSeq{7}, EnvelopeSeq{90}, false, false};
    ContentTelling restored{sha256("b"), EntryKind::content_restored, EnvelopeSeq{5}, EnvelopeSeq{6}, true, false};
    const auto open_ones = [&] {
        auto tellings = under_test.ledger().view()->heads().value().tellings;
        std::ranges::sort(tellings, {}, &ContentTelling::kind);
        return tellings;
    };
    CHECK(open_ones().empty());
    writer.batch.tellings = {damaged, restored};
    REQUIRE(writer.commit().has_value());
    CHECK(open_ones() == std::vector{damaged, restored});
    restored.through = EnvelopeSeq{6};
    writer.batch.tellings = {restored};
    REQUIRE(writer.commit().has_value());
    CHECK(open_ones() == std::vector{damaged, restored});
    restored.is_over = true;
    ContentTelling unheard_of = damaged;
    unheard_of.digest = sha256("c");
    unheard_of.is_over = true;
    writer.batch.tellings = {unheard_of, restored};
    REQUIRE(writer.commit().has_value());
    CHECK(open_ones() == std::vector{damaged});
}

TEMPLATE_TEST_CASE("contents that no kept envelope names are found, page by page", "[ledger][contents]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    for (int i = 0; i < 10; ++i)
        writer.batch.contents.push_back(content(std::to_string(i), ContentState::whole, i < 8 ? 10 : 100));
    accept_naming(writer, 1, {"H43.01"}, {"0", "1", "2"});
    REQUIRE(writer.commit().has_value());
    const auto view = under_test.ledger().view();
    const auto unnamed = [&] {
        std::set<Digest> found;
        std::optional<Digest> through;
        do {
            for (const ContentRecord& one : view->unnamed_contents(through, at(50), 3).value())
                CHECK(found.insert(one.digest).second);
        } while (through);
        return found;
    };
    CHECK(unnamed() == std::set<Digest>{sha256("3"), sha256("4"), sha256("5"), sha256("6"), sha256("7")});
    writer.batch.retired = {{EnvelopeSeq{1}, at(60)}};
    REQUIRE(writer.commit().has_value());
    CHECK(unnamed().size() == 8);
    CHECK(view->content_uses(sha256("0"), {}, 10).value().empty());
    CHECK(view->is_content_party(sha256("0"), code("H43.01")).value());
}

TEMPLATE_TEST_CASE("envelopes are shown to retention with what keeps them", "[ledger][contents]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    for (std::uint64_t n = 1; n <= 5; ++n)
        writer.accept("H43", n, {"H43.01", "H43.02"});
    writer.refuse("H43", 6, {Errc::receiver_unknown, "receivers[0]", {}});
    writer.move(1, Station::retrieved);
    writer.move(2, Station::finished);
    writer.move(3, Station::retrieved);
    writer.move(4, Station::failed);
    writer.batch.holds = {{EnvelopeSeq{1}, true}, {EnvelopeSeq{3}, true}, {EnvelopeSeq{3}, false}};
    REQUIRE(writer.commit().has_value());
    const auto view = under_test.ledger().view();
    const AgedPage all = view->aged({}, at(9999), 100).value();
    REQUIRE(all.envelopes.size() == 5);
    CHECK(all.is_last);
    CHECK(all.envelopes[0].is_settled);
    CHECK(all.envelopes[0].is_held);
    CHECK(all.envelopes[0].kind == Kind::document);
    CHECK_FALSE(all.envelopes[1].is_settled);
    CHECK_FALSE(all.envelopes[2].is_held);
    CHECK(all.envelopes[4].accepted_at == at(1005));

    CHECK(view->aged({}, at(1003), 100).value().envelopes.size() == 2);
    const AgedPage page = view->aged(EnvelopeSeq{1}, at(9999), 2).value();
    REQUIRE(page.envelopes.size() == 2);
    CHECK_FALSE(page.is_last);
    CHECK(page.envelopes[0].seq == EnvelopeSeq{2});

    writer.batch.retired = {{EnvelopeSeq{2}, at(6000)}};
    REQUIRE(writer.commit().has_value());
    CHECK(view->aged({}, at(9999), 100).value().envelopes.size() == 4);
    CHECK_FALSE(view->frame(EnvelopeSeq{2}).has_value());
    CHECK(*view->frame(EnvelopeSeq{3}).value() == "frame 3");
    CHECK(view->known(code("H43"), id(2)).value());
    CHECK(view->keeping(id(6), 10).value().empty());
    writer.accept("H43.05", 2, {"H43.01"});
    writer.batch.holds = {{EnvelopeSeq{7}, true}};
    REQUIRE(writer.commit().has_value());
    const auto of_two = view->keeping(id(2), 10).value();
    REQUIRE(of_two.size() == 2);
    CHECK(of_two[0].envelope == EnvelopeSeq{2});
    CHECK(of_two[0].is_retired);
    CHECK_FALSE(of_two[0].is_held);
    CHECK(of_two[1].envelope == EnvelopeSeq{7});
    CHECK_FALSE(of_two[1].is_retired);
    CHECK(of_two[1].is_held);
    CHECK(view->keeping(id(2), 1).value().size() == 1);
}

TEMPLATE_TEST_CASE("damaged contents are found page by page, and no others", "[ledger][contents]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    std::vector<ContentRecord> damaged;
    for (int i = 0; i < 12; ++i) {
        const auto state = static_cast<ContentState>(i % 3);
        writer.batch.contents.push_back(content(std::to_string(i), state));
        if (state == ContentState::damaged)
            damaged.push_back(writer.batch.contents.back());
    }
    REQUIRE(writer.commit().has_value());
    std::ranges::sort(damaged, {}, &ContentRecord::digest);
    const auto view = under_test.ledger().view();
    CHECK(view->damaged_contents({}, 10).value() == damaged);
    const auto first = view->damaged_contents({}, 3).value();
    REQUIRE(first.size() == 3);
    CHECK(view->damaged_contents(first.back().digest, 3).value() == std::vector{damaged.back()});
    CHECK(view->damaged_contents(damaged.back().digest, 3).value().empty());
}

TEST_CASE("of what damaged contents were named by, so much is looked at and no more", "[ledger][contents]") {
    Sqlite under_test;
    test::Writer writer{under_test.ledger()};
    std::vector<ContentRecord> damaged;
    for (const auto name : {"a", "b", "c"})
        damaged.push_back(content(name, ContentState::damaged));
    writer.batch.contents = damaged;
    for (std::uint64_t n = 1; n <= 10; ++n)
        accept_naming(writer, n, {"H43.01", "H43.02"}, {"a", "b"});
    REQUIRE(writer.commit().has_value());
    const auto due = [&](std::int64_t rows_max) {
        return ledger::open_search(under_test.folder.path(), rows_max)->damaged_contents_due(10).value();
    };
    // Two named by ten envelopes to two receivers each, and one that nobody names.
    CHECK(due(41) == 2);
    CHECK(due(20) == 1);
    CHECK(due(0) == 0);
    CHECK(under_test.made->search()->damaged_contents_due(10).value() == 2);
}

TEST_CASE("damaged contents that a delivery waits for are counted, after a restart too", "[ledger][contents]") {
    Sqlite under_test;
    test::Writer writer{under_test.ledger()};
    writer.batch.contents = {content("a"), content("b"), content("c")};
    accept_naming(writer, 1, {"H43.01", "H43.02"}, {"a", "b"});
    accept_naming(writer, 2, {"H43.01"}, {"b"});
    REQUIRE(writer.commit().has_value());
    const auto due = [&](std::size_t count = 10) {
        return under_test.made->search()->damaged_contents_due(count).value();
    };
    CHECK(due() == 0);
    // Of "c" nobody waits.
    writer.batch.contents = {content("a", ContentState::damaged), content("b", ContentState::damaged),
                             content("c", ContentState::damaged)};
    REQUIRE(writer.commit().has_value());
    CHECK(due() == 2);
    CHECK(due(1) == 1);
    // Its adapter holds it, and may still have to fetch the part.
    writer.move(1, Station::queued, Carriage::at_adapter);
    writer.move(2, Station::retrieved);
    REQUIRE(writer.commit().has_value());
    CHECK(due() == 2);
    for (std::uint64_t delivery = 1; delivery <= 2; ++delivery)
        writer.move(delivery, Station::retrieved);
    REQUIRE(writer.commit().has_value());
    CHECK(due() == 1);
    writer.batch.contents = {content("b")};
    REQUIRE(writer.commit().has_value());
    CHECK(due() == 0);
}
