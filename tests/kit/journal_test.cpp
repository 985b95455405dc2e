#include "adapters/kit/journal.hpp"

#include "hub/wire/envelope_codec.hpp"
#include "tests/support/fresh_folder.hpp"
#include "tests/support/full_disk.hpp"

#include <catch2/catch.hpp>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>

namespace {

using namespace hub;
using namespace hub::kit;
using namespace hub::test;
using Item = Acknowledgement::Item;
using Ids = std::vector<EnvelopeId>;

constexpr std::chrono::hours kept{24};

AgencyCode sender() { return AgencyCode::parse("H43.02").value(); }
EnvelopeId id(unsigned n) {
    return EnvelopeId::make(n, {static_cast<std::uint8_t>(n), static_cast<std::uint8_t>(n >> 8)});
}
Instant at(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }
Item stored(unsigned n) { return {sender(), id(n), true, {}, {}}; }
Item failed(unsigned n, std::string code, std::string detail) {
    return {sender(), id(n), false, std::move(code), std::move(detail)};
}

std::unique_ptr<Journal> open_journal(const FreshFolder& folder, Instant now = at(0)) {
    auto journal = Journal::open(folder.path(), now, kept);
    REQUIRE(journal.has_value());
    return std::move(*journal);
}

Ids waiting(const Journal& journal, std::size_t count = 100) {
    Ids ids;
    for (const Item& item : journal.unacknowledged(count))
        ids.push_back(item.envelope);
    return ids;
}

/// All that a journal knows of the envelopes 1 to 4.
struct Known {
    std::vector<bool> has;
    Ids waiting;
    EntrySeq receipts{};
    bool operator==(const Known&) const = default;
};

Known known(const Journal& journal) {
    Known out{{}, waiting(journal), journal.receipts_through()};
    for (const unsigned n : {1U, 2U, 3U, 4U})
        out.has.push_back(journal.has(sender(), id(n)));
    return out;
}

/// A journal's file as it grew, and what it held each time.
struct Growth {
    Bytes file;
    std::vector<std::pair<std::size_t, Known>> after;
};

Growth grow() {
    const FreshFolder folder;
    const auto journal = open_journal(folder);
    Growth growth;
    const auto note = [&](const Result<void>& done) {
        REQUIRE(done.has_value());
        growth.file = read_file(folder / "journal");
        growth.after.emplace_back(growth.file.size(), known(*journal));
    };
    note({});
    note(journal->add(stored(1), at(1)));
    note(journal->add(failed(2, "part_missing", "văn bản thiếu phần"), at(2)));
    note(journal->note_receipts(EntrySeq{7}));
    note(journal->acknowledged({stored(1)}));
    note(journal->add(stored(3), at(3)));
    note(journal->note_receipts(EntrySeq{1234}));
    return growth;
}

}  // namespace

TEST_CASE("an envelope once noted is known for good", "[journal]") {
    const FreshFolder folder;
    {
        const auto journal = open_journal(folder);
        CHECK_FALSE(journal->has(sender(), id(1)));
        REQUIRE(journal->add(stored(1), at(1)).has_value());
        CHECK(journal->has(sender(), id(1)));
    }
    for (int times = 0; times < 3; ++times) {
        const auto journal = open_journal(folder);
        CHECK(journal->has(sender(), id(1)));
        CHECK_FALSE(journal->has(sender(), id(2)));
        // Ids are unique per sender only.
        CHECK_FALSE(journal->has(AgencyCode::parse("H43.03").value(), id(1)));
    }
}

TEST_CASE("what the hub was not told is asked for, oldest first, no more than wanted", "[journal]") {
    const FreshFolder folder;
    {
        const auto journal = open_journal(folder);
        REQUIRE(journal->add(stored(3), at(1)).has_value());
        REQUIRE(journal->add(failed(1, "part_missing", "two\nlines\tand a tab"), at(2)).has_value());
        REQUIRE(journal->add(stored(2), at(3)).has_value());
        CHECK(waiting(*journal) == Ids{id(3), id(1), id(2)});
        CHECK(waiting(*journal, 2) == Ids{id(3), id(1)});
        CHECK(waiting(*journal, 0).empty());
    }
    const auto journal = open_journal(folder);
    CHECK(waiting(*journal) == Ids{id(3), id(1), id(2)});
    const auto items = journal->unacknowledged(3);
    CHECK(items[0].is_stored);
    CHECK_FALSE(items[1].is_stored);
    CHECK(items[1].sender == sender());
    CHECK(items[1].code == "part_missing");
    CHECK(items[1].detail == "two lines and a tab");
}

TEST_CASE("what the hub was told is not asked for again, until it comes again", "[journal]") {
    const FreshFolder folder;
    {
        const auto journal = open_journal(folder);
        REQUIRE(journal->add(failed(1, "part_missing", ""), at(1)).has_value());
        REQUIRE(journal->add(stored(2), at(2)).has_value());
        REQUIRE(journal->add(stored(3), at(3)).has_value());
        REQUIRE(journal->acknowledged({stored(1), stored(3)}).has_value());
        CHECK(waiting(*journal) == Ids{id(2)});
    }
    const auto journal = open_journal(folder);
    CHECK(waiting(*journal) == Ids{id(2)});
    journal->acknowledge_again(sender(), id(1));
    journal->acknowledge_again(sender(), id(1));
    journal->acknowledge_again(sender(), id(4));
    CHECK(waiting(*journal) == Ids{id(1), id(2)});
    // The answer is that of the first time.
    CHECK(journal->unacknowledged(1).front().code == "part_missing");
    CHECK_FALSE(journal->unacknowledged(1).front().is_stored);
    REQUIRE(journal->acknowledged({stored(1), stored(2), stored(4)}).has_value());
    CHECK(waiting(*journal).empty());
    CHECK_FALSE(journal->has(sender(), id(4)));
}

TEST_CASE("an envelope that is held is told of twice: that it is held, and what became of it", "[journal]") {
    const FreshFolder folder;
    const Item held{sender(), id(1), true, {}, {}, true};
    {
        const auto journal = open_journal(folder);
        REQUIRE(journal->add(held, at(1)).has_value());
        CHECK(journal->unacknowledged(1).front().is_held);
        REQUIRE(journal->acknowledged({held}).has_value());
        CHECK(waiting(*journal).empty());
        CHECK(journal->settle(stored(2), at(2)).error().code == Errc::not_found);
    }
    {
        const auto journal = open_journal(folder);
        CHECK(journal->has(sender(), id(1)));
        CHECK(waiting(*journal).empty());
        // It came again: the hub has not heard that it is held.
        journal->acknowledge_again(sender(), id(1));
        CHECK(journal->unacknowledged(1).front().is_held);
        REQUIRE(journal->settle(failed(1, "900", "no such unit"), at(3)).has_value());
        // The hub's answer to the first word.
        REQUIRE(journal->acknowledged({held}).has_value());
    }
    auto journal = open_journal(folder);
    REQUIRE(waiting(*journal) == Ids{id(1)});
    // The first word stands.
    REQUIRE(journal->settle(stored(1), at(4)).has_value());
    const Item told = journal->unacknowledged(1).front();
    CHECK_FALSE(told.is_held);
    CHECK_FALSE(told.is_stored);
    CHECK(told.code == "900");
    REQUIRE(journal->acknowledged({told}).has_value());
    journal.reset();
    CHECK(waiting(*open_journal(folder, at(5))).empty());
}

TEST_CASE("receipts never go back", "[journal]") {
    const FreshFolder folder;
    {
        const auto journal = open_journal(folder);
        CHECK(journal->receipts_through() == EntrySeq{0});
        REQUIRE(journal->note_receipts(EntrySeq{9}).has_value());
        REQUIRE(journal->note_receipts(EntrySeq{4}).has_value());
        CHECK(journal->receipts_through() == EntrySeq{9});
    }
    {
        const auto journal = open_journal(folder);
        CHECK(journal->receipts_through() == EntrySeq{9});
        REQUIRE(journal->note_receipts(EntrySeq{10}).has_value());
    }
    CHECK(open_journal(folder)->receipts_through() == EntrySeq{10});
}

TEST_CASE("ids are forgotten when they are old and the hub was told, not before", "[journal]") {
    const FreshFolder folder;
    {
        const auto journal = open_journal(folder);
        for (const unsigned n : {1U, 2U})
            REQUIRE(journal->add(stored(n), at(0)).has_value());
        REQUIRE(journal->add(stored(3), at(60'000)).has_value());
        REQUIRE(journal->acknowledged({stored(1), stored(3)}).has_value());
    }
    // To the minute, and with the start after the one at which they were settled.
    (void)open_journal(folder);
    const auto journal = open_journal(folder, at(60'000) + kept);
    CHECK(known(*journal) == Known{{false, true, true, false}, {id(2)}, EntrySeq{0}});
}

TEST_CASE("cut anywhere, the journal holds what was written in full before the cut", "[journal]") {
    const Growth growth = grow();
    const FreshFolder folder;
    for (std::size_t cut = 0; cut <= growth.file.size(); ++cut) {
        CAPTURE(cut);
        write_file(folder / "journal", growth.file.substr(0, cut));
        Known expected{{false, false, false, false}, {}, EntrySeq{0}};
        for (const auto& [size, state] : growth.after)
            if (size <= cut)
                expected = state;
        {
            const auto journal = open_journal(folder);
            REQUIRE(known(*journal) == expected);
            REQUIRE(journal->add(stored(4), at(4)).has_value());
        }
        // What is written behind a torn record can be read.
        expected.has[3] = true;
        expected.waiting.push_back(id(4));
        REQUIRE(known(*open_journal(folder)) == expected);
    }
}

TEST_CASE("a full disk leaves the journal readable, and it goes on when there is room", "[journal]") {
    const std::size_t room = GENERATE(0U, 1U, 20U);
    CAPTURE(room);
    const FreshFolder folder;
    const auto journal = open_journal(folder);
    REQUIRE(journal->add(stored(1), at(1)).has_value());
    const Known before = known(*journal);
    const auto size = std::filesystem::file_size(folder / "journal");
    const auto [added, acknowledged, noted] = [&] {
        const FullDisk full{size + room};
        return std::tuple{journal->add(stored(2), at(2)), journal->acknowledged({stored(1)}),
                          journal->note_receipts(EntrySeq{123456789})};
    }();
    REQUIRE(added.has_error());
    // Where something could still be written the system gives no reason, and a full disk is the only one.
    CHECK((room == 0 || added.error().code == Errc::ledger_full));
    CHECK(acknowledged.has_error());
    CHECK(noted.has_error());
    CHECK(known(*journal) == before);
    CHECK(std::filesystem::file_size(folder / "journal") == size);
    REQUIRE(journal->add(stored(3), at(3)).has_value());
    const Bytes octets = read_file(folder / "journal");
    const FreshFolder copy;
    write_file(copy / "journal", octets);
    CHECK(known(*open_journal(copy)) == Known{{true, false, true, false}, {id(1), id(3)}, EntrySeq{0}});
}

TEST_CASE("a folder belongs to one adapter at a time", "[journal]") {
    const FreshFolder folder;
    auto journal = open_journal(folder);
    REQUIRE(journal->add(stored(1), at(1)).has_value());
    const auto second = Journal::open(folder.path(), at(0), kept);
    REQUIRE(second.has_error());
    CHECK(second.error().code == Errc::setting_invalid);
    CHECK(second.error().peer_text == "in use by another adapter");
    // The attempt takes nothing from the first.
    REQUIRE(journal->add(stored(2), at(2)).has_value());
    journal.reset();
    CHECK(known(*open_journal(folder)) == Known{{true, true, false, false}, {id(1), id(2)}, EntrySeq{0}});
}

TEST_CASE("a damaged octet costs its own record, and at most the one behind it", "[journal]") {
    const FreshFolder folder;
    {
        const auto journal = open_journal(folder);
        for (const unsigned n : {1U, 2U, 3U, 4U})
            REQUIRE(journal->add(stored(n), at(n)).has_value());
    }
    const Bytes octets = read_file(folder / "journal");
    const auto record_of = [&](std::size_t place) {
        return std::count(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(place), '\n');
    };
    for (std::size_t place = 0; place < octets.size(); ++place) {
        CAPTURE(place);
        Bytes damaged = octets;
        damaged[place] = static_cast<char>(damaged[place] ^ 0x04);
        write_file(folder / "journal", damaged);
        const auto journal = open_journal(folder);
        // Record 0 says how far the receipts are. Without its line end a record takes the next one with it.
        const auto first = record_of(place);
        const auto last = first + (octets[place] == '\n' ? 1 : 0);
        for (const unsigned n : {1U, 2U, 3U, 4U})
            REQUIRE(journal->has(sender(), id(n)) == (n < first || n > last));
    }
}

TEST_CASE("whatever an adapter says about a failure, the hub can read it", "[journal]") {
    // One item that the hub refuses would keep all others from being acknowledged, for ever.
    const std::string detail = GENERATE(std::string(299, 'x') + "ế và nhiều hơn nữa", std::string(5000, 'y'),
                                        std::string{"not UTF-8 \xe1\xba, two\nlines"});
    const FreshFolder folder;
    const auto check = [](const Journal& journal) {
        const Acknowledgement written{journal.unacknowledged(1), {}};
        const auto read = wire::decode_acknowledgement(wire::encode_acknowledgement(written));
        REQUIRE(read.has_value());
        REQUIRE(read->items.size() == 1);
        CHECK_FALSE(read->items[0].is_stored);
        CHECK(read->items[0].detail.size() >= 17);
        CHECK(read->items[0].detail.size() <= 300);
        return read->items[0].detail;
    };
    std::string said;
    {
        const auto journal = open_journal(folder);
        REQUIRE(journal->add(failed(1, detail, detail), at(1)).has_value());
        said = check(*journal);
    }
    CHECK(check(*open_journal(folder)) == said);
}

TEST_CASE("what could not be stored is due again with the next attempt, and only then", "[kit][journal]") {
    FreshFolder folder;
    const auto of_attempt = [](Item item, std::uint32_t attempt) {
        item.attempt = attempt;
        return item;
    };
    {
        const auto journal = open_journal(folder);
        CHECK(journal->is_due(sender(), id(1), 1));
        REQUIRE(journal->add(of_attempt(failed(1, "field_invalid", "no book"), 1), at(1)).has_value());
        REQUIRE(journal->add(of_attempt(stored(2), 1), at(1)).has_value());
        REQUIRE(journal
                    ->acknowledged({of_attempt(failed(1, "field_invalid", "no book"), 1), of_attempt(stored(2), 1)})
                    .has_value());
        CHECK_FALSE(journal->is_due(sender(), id(1), 1));
        CHECK(journal->is_due(sender(), id(1), 2));
        CHECK_FALSE(journal->is_due(sender(), id(2), 2));
    }
    {
        const auto journal = open_journal(folder);
        CHECK_FALSE(journal->is_due(sender(), id(1), 1));
        CHECK(journal->is_due(sender(), id(1), 2));
        REQUIRE(journal->add(of_attempt(stored(1), 2), at(2)).has_value());
        // The hub's answer to what was told again of the first attempt comes late.
        REQUIRE(journal->acknowledged({of_attempt(failed(1, "field_invalid", "no book"), 1)}).has_value());
        CHECK(waiting(*journal) == Ids{id(1)});
    }
    const auto journal = open_journal(folder);
    CHECK(waiting(*journal) == Ids{id(1)});
    CHECK(journal->unacknowledged(10).front().attempt == 2);
    CHECK(journal->unacknowledged(10).front().is_stored);
    CHECK_FALSE(journal->is_due(sender(), id(1), 3));
    REQUIRE(journal->acknowledged({of_attempt(stored(1), 2)}).has_value());
    CHECK(waiting(*journal).empty());
}

TEST_CASE("what became of a held one belongs to the attempt that brought it", "[kit][journal]") {
    FreshFolder folder;
    const auto journal = open_journal(folder);
    Item held = stored(1);
    held.is_held = true;
    held.attempt = 2;
    REQUIRE(journal->add(held, at(1)).has_value());
    // Unless the hub's operators have it brought again: it may be lost.
    CHECK_FALSE(journal->is_due(sender(), id(1), 2));
    CHECK(journal->is_due(sender(), id(1), 3));
    REQUIRE(journal->settle(failed(1, "axis_refused", "closed"), at(2)).has_value());
    CHECK(journal->unacknowledged(10).front().attempt == 2);
    CHECK_FALSE(journal->is_due(sender(), id(1), 2));
    CHECK(journal->is_due(sender(), id(1), 3));
}

TEST_CASE("a journal that has grown begins anew, and what was settled stays known", "[journal]") {
    const FreshFolder folder;
    constexpr std::size_t grown_bytes = 2000;
    constexpr unsigned count = 200;
    std::size_t largest = 0;
    {
        const auto journal = Journal::open(folder.path(), at(0), kept, grown_bytes).value();
        REQUIRE(journal->add({sender(), id(1000), true, {}, {}, true}, at(1)).has_value());
        REQUIRE(journal->add(failed(1001, "part_missing", "why"), at(1)).has_value());
        REQUIRE(journal->acknowledged({failed(1001, {}, {})}).has_value());
        for (unsigned n = 1; n <= count; ++n) {
            REQUIRE(journal->add(stored(n), at(n)).has_value());
            REQUIRE(journal->acknowledged({stored(n)}).has_value());
            largest = std::max(largest, read_file(folder / "journal").size());
        }
        REQUIRE(journal->add(stored(count + 1), at(count + 1)).has_value());
    }
    CHECK(largest < 2 * grown_bytes);
    const auto journal = open_journal(folder);
    for (unsigned n = 1; n <= count + 1; ++n) {
        CHECK(journal->has(sender(), id(n)));
        CHECK(journal->has(id(n)));
    }
    CHECK_FALSE(journal->has(id(count + 2)));
    CHECK(waiting(*journal, 10) == Ids{id(1000), id(count + 1)});
    // Settled: the first word stands. Held: it is still to come.
    CHECK(journal->settle(failed(7, "x", "y"), at(9)).has_value());
    CHECK(waiting(*journal, 10) == Ids{id(1000), id(count + 1)});
    CHECK(journal->settle(failed(1000, "x", "y"), at(9)).has_value());
    journal->acknowledge_again(sender(), id(7));
    journal->acknowledge_again(sender(), id(1001));
    bool is_again = false, has_words = false;
    for (const Item& item : journal->unacknowledged(10)) {
        is_again = is_again || (item.envelope == id(7) && item.is_stored);
        has_words = has_words || (item.envelope == id(1001) && item.code == "part_missing");
    }
    CHECK(is_again);
    CHECK(has_words);
}

TEST_CASE("an end between the two files of a journal loses and doubles nothing", "[journal]") {
    const FreshFolder folder;
    Bytes before;
    {
        const auto journal = open_journal(folder);
        REQUIRE(journal->add(stored(1), at(1)).has_value());
        REQUIRE(journal->acknowledged({stored(1)}).has_value());
        REQUIRE(journal->add(stored(2), at(2)).has_value());
        before = read_file(folder / "journal");
    }
    (void)open_journal(folder);
    // `known` has it, and the old journal is still there.
    write_file(folder / "journal", before);
    const auto journal = open_journal(folder);
    CHECK(journal->has(sender(), id(1)));
    CHECK(waiting(*journal) == Ids{id(2)});
}

TEST_CASE("ids that are older than they are kept are forgotten", "[journal]") {
    const FreshFolder folder;
    {
        const auto journal = open_journal(folder);
        REQUIRE(journal->add(stored(1), at(1)).has_value());
        REQUIRE(journal->acknowledged({stored(1)}).has_value());
        REQUIRE(journal->add(stored(2), at(0) + 2 * kept).has_value());
        REQUIRE(journal->acknowledged({stored(2)}).has_value());
    }
    (void)open_journal(folder);
    const auto journal = open_journal(folder, at(0) + kept + std::chrono::hours{1});
    CHECK_FALSE(journal->has(sender(), id(1)));
    CHECK(journal->has(sender(), id(2)));
}

TEST_CASE("what was stored by a later attempt stays stored, whatever is forgotten", "[kit][journal]") {
    const FreshFolder folder;
    KnownIds known = KnownIds::open(folder / "known", at(0)).value();
    for (const bool is_stored : {false, true, false}) {
        known.add(sender(), id(1), at(1), is_stored);
        REQUIRE(known.save().has_value());
    }
    CHECK(known.find(sender(), id(1))->is_stored);
    CHECK(KnownIds::open(folder / "known", at(0)).value().find(sender(), id(1))->is_stored);
}

TEST_CASE("of failed ones beyond those that are kept a new attempt is due", "[kit][journal]") {
    const FreshFolder folder;
    constexpr unsigned count = Journal::failed_kept_max + 1;
    const auto journal = open_journal(folder);
    for (unsigned n = 1; n <= count; ++n) {
        REQUIRE(journal->add(failed(n, "field_invalid", "no book"), at(n)).has_value());
        REQUIRE(journal->acknowledged({failed(n, {}, {})}).has_value());
    }
    CHECK_FALSE(journal->is_due(sender(), id(count), 1));
    CHECK(journal->is_due(sender(), id(count), 2));
    Item again = stored(count);
    again.attempt = 2;
    REQUIRE(journal->add(again, at(count + 1)).has_value());
    REQUIRE(journal->acknowledged({again}).has_value());
    CHECK_FALSE(journal->is_due(sender(), id(count), 2));
    CHECK_FALSE(journal->is_due(sender(), id(count), 3));
}

TEST_CASE("a disk that fails is no mistake of the settings", "[journal]") {
    const FreshFolder folder;
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = (folder / "journal.lock").string();
    REQUIRE(path.size() < sizeof address.sun_path);
    path.copy(address.sun_path, path.size());
    REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    const auto opened = Journal::open(folder.path(), at(0), kept);
    (void)::close(fd);
    REQUIRE(opened.has_error());
    CHECK(opened.error().code == Errc::folder_unusable);
    CHECK(opened.error().field == path);
    CHECK(opened.error().peer_text == "No such device or address");
}
