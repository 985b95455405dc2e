// Whose doing an entry was stays with the entry; and what one agency may see is found within the question itself.

#include "tests/contract/ledgers.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace hub;
using test::code;
using test::FreshFolder;
using test::id;
using test::Writer;

namespace {

Act act(Verb verb, std::string actor) {
    return {std::move(actor), Role::operator_, "192.0.2.7", verb, id(1).text(), "Công văn 12/TTr", "1 of 1"};
}

std::set<std::uint64_t> found(LedgerSearch& search, const SearchQuery& query) {
    std::set<std::uint64_t> seqs;
    for (const auto& document : search.find(query).value().documents)
        seqs.insert(number(document.seq));
    return seqs;
}

}  // namespace

TEST_CASE("an act is kept with its entry and comes back in the story", "[ledger]") {
    FreshFolder folder;
    auto ledger = ledger::SqliteLedger::open(folder.path()).value();
    Writer writer{*ledger};
    writer.accept("H43", 1, {"H43.01"});
    const auto hold = std::make_shared<const Act>(act(Verb::hold, "an"));
    Act unknown = act(Verb::sign_in_refused, "?");
    unknown.role.reset();
    unknown.reason.clear();
    writer.entry({.kind = EntryKind::held, .envelope = EnvelopeSeq{1}, .text = hold->reason, .act = hold});
    writer.entry({.kind = EntryKind::act, .act = std::make_shared<const Act>(unknown)});
    writer.entry({.kind = EntryKind::act, .envelope = EnvelopeSeq{1}, .act = std::make_shared<const Act>(unknown)});
    REQUIRE(writer.commit().has_value());
    const auto story = ledger->search()->story(EnvelopeSeq{1}, {}).value();
    REQUIRE(story.entries.size() == 3);
    CHECK_FALSE(story.entries[0].act);
    REQUIRE(story.entries[1].act);
    CHECK(*story.entries[1].act == *hold);
    CHECK(*story.entries[2].act == unknown);
    CHECK(what_of(story.entries[2]) == "sign_in_refused");
    CHECK(story.entries[1] == Entry{.seq = EntrySeq{2}, .at = test::at(1002), .kind = EntryKind::held,
                                    .envelope = EnvelopeSeq{1}, .text = hold->reason,
                                    .act = std::make_shared<const Act>(*hold)});
    const std::string database = (folder.path() / "ledger.sqlite").string();
    CHECK(std::system(("sqlite3 " + database + " 'DELETE FROM acts' 2>/dev/null").c_str()) != 0);
    CHECK(std::system(("sqlite3 " + database + " \"UPDATE acts SET actor = 'x'\" 2>/dev/null").c_str()) != 0);
}

TEST_CASE("a story lists the parts that were sent, whatever their names hold", "[ledger]") {
    FreshFolder folder;
    auto ledger = ledger::SqliteLedger::open(folder.path()).value();
    Writer writer{*ledger};
    EnvelopeHeader header = *writer.accept("H43", 1, {"H43.01"}).header;
    const Part forging{.content_id = "a\tb\n", .name = "x\n777\t" + std::string(64, 'a') + "\tapplication/pdf\t9\tfalse.pdf",
                       .media_type = "\t", .size_bytes = 5, .digest = sha256("x"), .is_inline = true};
    header.parts = {forging, forging};
    writer.batch.envelopes.back().header = std::make_shared<const EnvelopeHeader>(header);
    REQUIRE(writer.commit().has_value());
    const auto story = ledger->search()->story(EnvelopeSeq{1}, {}).value();
    REQUIRE(story.parts.size() == 2);
    for (const Part& part : story.parts) {
        CHECK(part.name == forging.name);
        CHECK(part.content_id == forging.content_id);
        CHECK(part.media_type == forging.media_type);
        CHECK(part.size_bytes == 5);
        CHECK(part.digest == forging.digest);
    }
}

TEST_CASE("a scope is part of every question", "[ledger]") {
    FreshFolder folder;
    auto ledger = ledger::SqliteLedger::open(folder.path()).value();
    Writer writer{*ledger};
    writer.accept("H43", 1, {"H43.01", "H43.02"});
    writer.accept("H43.01", 2, {"G22@AXIS", "G23@AXIS"});
    writer.accept("H43.02", 3, {"H43"});
    writer.accept("AXIS", 4, {"H43.02"});
    REQUIRE(writer.commit().has_value());
    const auto search = ledger->search();
    const std::pair<const char*, std::set<std::uint64_t>> seen[]{
        {"H43", {1, 3}}, {"H43.01", {1, 2}}, {"H43.02", {1, 3, 4}}, {"AXIS", {2, 4}}, {"G22", {2}}, {"H43.99", {}}};
    for (const auto& [agency, seqs] : seen) {
        INFO(agency);
        const Scope scope = code(agency);
        CHECK(found(*search, {.scope = scope}) == seqs);
        CHECK(found(*search, {.agency = scope}) == seqs);
        CHECK(found(*search, {.text = "hop", .scope = scope}) == seqs);
        for (std::uint64_t seq = 1; seq <= 4; ++seq) {
            const bool is_seen = seqs.contains(seq);
            CHECK(search->story(EnvelopeSeq{seq}, scope).has_value() == is_seen);
            CHECK(search->story(id(seq), scope).has_value() == is_seen);
            CHECK(found(*search, {.number = std::to_string(seq), .scope = scope}).size() == (is_seen ? 1 : 0));
            CHECK(found(*search, {.id = id(seq).text(), .scope = scope}).size() == (is_seen ? 1 : 0));
        }
        // Page by page nothing is lost and nothing comes twice.
        std::set<std::uint64_t> paged;
        std::optional<EnvelopeSeq> before;
        for (;;) {
            const auto page = search->find({.before = before, .count = 1, .scope = scope}).value();
            if (page.documents.empty())
                break;
            CHECK(paged.insert(number(page.documents[0].seq)).second);
            before = page.documents[0].seq;
        }
        CHECK(paged == seqs);
        for (const QueueAge& queue : search->queues(scope).value())
            CHECK(queue.agency == *scope);
    }
    CHECK(search->queues({}).value().size() == 4);
    CHECK(search->queues(code("AXIS")).value().size() == 1);
    CHECK(search->queues(code("H43.99")).value().empty());
}

TEST_CASE("of two senders that used one id, a scope shows its own", "[ledger]") {
    FreshFolder folder;
    auto ledger = ledger::SqliteLedger::open(folder.path()).value();
    Writer writer{*ledger};
    writer.accept("H43", 1, {"H43.01"});
    writer.accept("H43.02", 1, {"H43.03"});
    REQUIRE(writer.commit().has_value());
    const auto search = ledger->search();
    CHECK(search->story(id(1), code("H43.01")).value().document.seq == EnvelopeSeq{1});
    CHECK(search->story(id(1), code("H43.03")).value().document.seq == EnvelopeSeq{2});
}

TEST_CASE("a clerk of one receiver does not read what another answered, nor who acted at the hub", "[ledger][access]") {
    FreshFolder folder;
    const auto ledger = ledger::SqliteLedger::open(folder.path()).value();
    Writer writer{*ledger};
    writer.accept("H43", 1, {"H43.01", "H43.02"});
    for (const std::string receiver : {"H43.01", "H43.02"})
        writer.entry({.kind = EntryKind::station, .envelope = EnvelopeSeq{1}, .event = ReceiptEvent::status_02,
                      .receiver = code(receiver), .code = "02", .text = "by " + receiver});
    writer.entry({.kind = EntryKind::held, .envelope = EnvelopeSeq{1}, .text = "an inquiry",
                  .act = std::make_shared<const Act>(Act{.actor = "binh", .verb = Verb::hold})});
    REQUIRE(writer.commit().has_value());
    const auto search = ledger->search();
    const auto read_by = [&](const std::optional<AgencyCode>& scope) {
        std::set<std::string> texts;
        bool is_actor_seen = false;
        for (const Entry& event : search->story(EnvelopeSeq{1}, scope).value().entries) {
            if (!event.text.empty())
                texts.insert(event.text);
            is_actor_seen = is_actor_seen || event.act;
        }
        CHECK(is_actor_seen == !scope);
        return texts;
    };
    CHECK(read_by(std::nullopt) == std::set<std::string>{"by H43.01", "by H43.02", "an inquiry"});
    CHECK(read_by(code("H43")) == std::set<std::string>{"by H43.01", "by H43.02"});
    CHECK(read_by(code("H43.01")) == std::set<std::string>{"by H43.01"});
}
