// Parts of documents out of a real ledger and a real content store, for who may see them.

#include "hub/part_reader.hpp"

#include "hub/wire/envelope_codec.hpp"
#include "tests/contents/store_folder.hpp"
#include "tests/contract/ledgers.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::test;

struct ReaderTrial {
    ReaderTrial() {
        // By reference, inline, by reference, inline: their places among all and among their own differ.
        const std::vector<BytesView> inline_parts{"first", second};
        header.parts = {{"0", "a", "application/pdf", large.size(), sha256(large), false},
                        {"1", "b", "text/plain", 5, sha256("first"), true},
                        {"2", "c", "application/pdf", 3, sha256("abc"), false},
                        {"3", "d", "text/plain", second.size(), sha256(second), true}};
        const Signature signature{Digest{}, Algorithm::ed25519, "value"};
        Writer writer{ledger};
        writer.accept("H43.03", 1, {"H43.01"}, {},
                      wire::encode_envelope(wire::encode_header(header), {&signature, 1}, inline_parts));
        writer.accept("H43.03", 2, {"H43.01"});
        writer.batch.contents.push_back(record);
        REQUIRE(writer.commit().has_value());
    }

    static Result<std::string> all_of(http::Octets& octets) {
        std::string all;
        for (;;) {
            auto block = octets.next();
            if (!block)
                return block.error();
            if (block->empty())
                return all;
            CHECK(block->size() <= http::octets_at_once);
            all += *block;
        }
    }
    Errc refusal(std::uint64_t envelope, std::size_t part) {
        const auto opened = reader.open(EnvelopeSeq{envelope}, part);
        REQUIRE_FALSE(opened.has_value());
        return opened.error().code;
    }
    void change(ContentState state) {
        ContentRecord changed = record;
        changed.state = state;
        Writer writer{ledger};
        writer.batch.contents.push_back(changed);
        REQUIRE(writer.commit().has_value());
    }

    const AgencyCode sender = code("H43.03");
    const Instant now{std::chrono::milliseconds{1'764'000'000'000}};
    const Bytes large = octets_of(mib + 7, 1), second = octets_of(300'000, 2);
    EnvelopeHeader header{.id = id(1),
                          .kind = Kind::document,
                          .sender = sender,
                          .receivers = {code("H43.01")},
                          .created_at = now,
                          .expires_at = now + std::chrono::hours{1},
                          .document = DocumentName{}};
    StoreFolder folder;
    std::unique_ptr<contents::FileContentStore> store = folder.open();
    const ContentRecord record = record_of(large, put_whole(*store, sender, large).value(), sender);
    FreshFolder ledger_folder;
    std::unique_ptr<ledger::SqliteLedger> kept = ledger::SqliteLedger::open(ledger_folder.path()).value();
    Ledger& ledger = *kept;
    std::vector<std::pair<Digest, CopyId>> damaged;          ///< As they were told.
    PartReader reader{ledger.view(), store.get(),
                      [this](const Digest& digest, CopyId copy) { damaged.emplace_back(digest, copy); }};
};

}  // namespace

TEST_CASE("each part is given as its sender sent it", "[parts]") {
    ReaderTrial trial;
    const std::pair<std::size_t, Bytes> wanted[]{{0, trial.large}, {1, "first"}, {3, trial.second}};
    for (const auto& [index, octets] : wanted) {
        const auto opened = trial.reader.open(EnvelopeSeq{1}, index);
        INFO(index);
        REQUIRE(opened.has_value());
        CHECK((*opened)->bytes() == octets.size());
        CHECK(ReaderTrial::all_of(**opened).value() == octets);
        CHECK((*opened)->next().value().empty());
    }
}

TEST_CASE("what the hub does not have is told, and by whose fault", "[parts]") {
    ReaderTrial trial;
    CHECK(trial.refusal(1, 2) == Errc::not_found);          // Nobody has put it.
    CHECK(trial.refusal(1, 4) == Errc::not_found);
    CHECK(trial.refusal(2, 0) == Errc::ledger_corrupt);     // Its frame is none.
    CHECK(trial.refusal(3, 0) == Errc::ledger_corrupt);
    PartReader without{trial.ledger.view(), nullptr, [](const Digest&, CopyId) { FAIL("there is no store"); }};
    CHECK(without.open(EnvelopeSeq{1}, 0).error().code == Errc::not_found);
    CHECK(without.open(EnvelopeSeq{1}, 1).has_value());
    trial.change(ContentState::damaged);
    CHECK(trial.refusal(1, 0) == Errc::part_damaged);
    trial.change(ContentState::removed);
    CHECK(trial.refusal(1, 0) == Errc::not_found);
    // Of what is known, or was never there, there is nothing to tell.
    CHECK(trial.damaged.empty());
}

TEST_CASE("of a damaged copy the last octets are not given", "[parts]") {
    ReaderTrial trial;
    flip_octet(place_of(trial.folder.path(), trial.record), 0);
    const auto opened = trial.reader.open(EnvelopeSeq{1}, 0);
    REQUIRE(opened.has_value());
    CHECK(trial.damaged.empty());
    const auto all = ReaderTrial::all_of(**opened);
    REQUIRE_FALSE(all.has_value());
    CHECK(all.error().code == Errc::part_damaged);
    const std::vector told{std::pair{trial.record.digest, trial.record.copy}};
    CHECK(trial.damaged == told);
}

TEST_CASE("a copy that is gone is told too", "[parts]") {
    ReaderTrial trial;
    std::filesystem::remove(place_of(trial.folder.path(), trial.record));
    CHECK(trial.refusal(1, 0) == Errc::part_damaged);
    const std::vector told{std::pair{trial.record.digest, trial.record.copy}};
    CHECK(trial.damaged == told);
}
