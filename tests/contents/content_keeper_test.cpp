// The scan of the store over restarts, on a real store and ledger.

#include "hub/content_keeper.hpp"

#include "hub/ledger/sqlite_ledger.hpp"
#include "tests/contents/store_folder.hpp"
#include "tests/support/fresh_folder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <functional>

namespace {

using namespace hub;
using namespace hub::test;
using namespace std::chrono_literals;
using contents::ScanPass;

constexpr std::chrono::hours scan_every{24};

std::int64_t unix_s_now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
}

/// Three contents, by ascending digest.
struct Trial {
    StoreFolder folder;
    FreshFolder ledger_folder;
    std::unique_ptr<contents::FileContentStore> store = folder.open();
    std::unique_ptr<ledger::SqliteLedger> ledger = ledger::SqliteLedger::open(ledger_folder.path()).value();
    std::vector<ContentRecord> records;
    std::vector<Digest> told, told_whole, unreadable;

    Trial() {
        Batch batch;
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            const Bytes octets = octets_of(1000, seed);
            const AgencyCode agency = agency_named("H43.01");
            records.push_back(record_of(octets, put_whole(*store, agency, octets).value(), agency));
        }
        batch.contents = records;
        REQUIRE(ledger->commit(batch).has_value());
        std::ranges::sort(records, {}, &ContentRecord::digest);
    }
    /// As the hub does it: the ledger knows.
    void tell(const Digest& digest) {
        told.push_back(digest);
        write(digest, ContentState::damaged);
    }
    void tell_whole(const Digest& digest) {
        told_whole.push_back(digest);
        write(digest, ContentState::whole);
    }
    ContentState state(std::size_t i) const { return ledger->view()->content(records.at(i).digest).value()->state; }
    void write(const Digest& digest, ContentState state) {
        Batch batch;
        batch.contents = {*std::ranges::find(records, digest, &ContentRecord::digest)};
        batch.contents.front().state = state;
        REQUIRE(ledger->commit(batch).has_value());
    }
    void damage(std::size_t i) { flip_octet(place_of(folder.path(), records.at(i)), 500); }
    std::optional<ScanPass> pass() const { return contents::read_scan_pass(folder.path()); }
    /// A hub's life, until the pass under way is over.
    std::vector<Digest> scan() {
        told.clear();
        live([&] { return is_done(); });
        return told;
    }
    /// A hub's life, until then.
    void live(const std::function<bool()>& is_over) {
        {
            ContentKeeper keeper{{.folder = folder.path(), .scan_every = scan_every}, *store, ledger->view(),
                                 [&](const Digest& digest, CopyId) { tell(digest); },
                                 [&](const Digest& digest, CopyId) { tell_whole(digest); },
                                 [&](const Digest& digest, const Fault&) { unreadable.push_back(digest); }};
            const auto deadline = std::chrono::steady_clock::now() + 60s;
            while (!is_over() && std::chrono::steady_clock::now() < deadline)
                std::this_thread::sleep_for(1ms);
        }
        REQUIRE(is_over());
    }
    bool is_done() const {
        const auto found = pass();
        const std::int64_t now = unix_s_now();
        return found && found->is_over && found->begun_unix_s > now - 3600 && found->begun_unix_s <= now;
    }
};

}  // namespace

TEST_CASE("a store that was never scanned is scanned at once, then when the time has come", "[contents]") {
    Trial trial;
    trial.damage(1);
    CHECK(trial.scan() == std::vector{trial.records[1].digest});
    const auto done = trial.pass();
    REQUIRE(done);
    trial.damage(0);
    contents::write_scan_pass(trial.folder.path(), {unix_s_now() - scan_every / 1s, {}, true});
    // What the ledger knows is passed over.
    CHECK(trial.scan() == std::vector{trial.records[0].digest});
}

TEST_CASE("a scan that a restart interrupted goes on where it was", "[contents]") {
    Trial trial;
    trial.damage(0);
    trial.damage(2);
    const std::int64_t begun = unix_s_now() - 600;
    contents::write_scan_pass(trial.folder.path(), {begun, trial.records[0].digest, false});
    CHECK(trial.scan() == std::vector{trial.records[2].digest});
    CHECK(trial.pass() == ScanPass{begun, {}, true});
}

TEST_CASE("a damaged copy that the ledger has not heard of when the hub ends is found by the next one", "[contents]") {
    Trial trial;
    trial.damage(1);
    {
        std::atomic<bool> is_told = false;
        ContentKeeper keeper{{.folder = trial.folder.path(), .scan_every = scan_every}, *trial.store,
                             trial.ledger->view(), [&](const Digest&, CopyId) { is_told = true; },
                             [](const Digest&, CopyId) {},
                             [](const Digest&, const Fault&) {}};
        const auto deadline = std::chrono::steady_clock::now() + 60s;
        while (!is_told && std::chrono::steady_clock::now() < deadline)
            std::this_thread::sleep_for(1ms);
        REQUIRE(is_told);
    }
    CHECK(trial.scan() == std::vector{trial.records[1].digest});
}

TEST_CASE("a copy that cannot be opened is told of, and is not damaged", "[contents]") {
    Trial trial;
    for (const std::size_t i : {0U, 2U}) {
        const auto place = place_of(trial.folder.path(), trial.records[i]);
        std::filesystem::remove(place);
        std::filesystem::create_symlink(place, place);
    }
    CHECK(trial.scan().empty());
    CHECK(trial.unreadable == std::vector{trial.records[0].digest});
}

TEST_CASE("what is marked damaged and is whole again is told, also before its time is there", "[contents]") {
    Trial trial;
    const auto place = place_of(trial.folder.path(), trial.records[1]);
    const auto kept = trial.folder.path() / "kept";
    std::filesystem::rename(place, kept);
    trial.damage(2);
    CHECK(trial.scan() == std::vector{trial.records[1].digest, trial.records[2].digest});
    CHECK(trial.scan().empty());
    CHECK(trial.told_whole.empty());
    // Put back as from a backup. The other one is no better than it was.
    std::filesystem::rename(kept, place);
    trial.live([&] { return trial.state(1) == ContentState::whole; });
    CHECK(trial.told_whole == std::vector{trial.records[1].digest});
    CHECK(trial.state(2) == ContentState::damaged);
}

TEST_CASE("a scan of a store that is away waits until it is there", "[contents]") {
    Trial trial;
    REQUIRE(trial.store->belong_to("a-ledger", true).has_value());
    const auto place = trial.folder.path() / "contents", elsewhere = trial.folder.path() / "elsewhere";
    std::filesystem::rename(place, elsewhere);
    std::filesystem::create_directory(place);
    std::vector<Digest> told;
    {
        ContentKeeper keeper{{.folder = trial.folder.path(), .scan_every = scan_every, .held_up_for = 0s},
                             *trial.store, trial.ledger->view(), [&](const Digest& digest, CopyId) { told.push_back(digest); },
                             [](const Digest&, CopyId) {}, [](const Digest&, const Fault&) {}};
        // Its life is as long as this one's: whatever it is to find, the one below finds in less.
        Trial other;
        other.damage(1);
        CHECK(other.scan().size() == 1);
    }
    CHECK(told.empty());
    CHECK(std::filesystem::is_empty(place));
    std::filesystem::remove(place);
    std::filesystem::rename(elsewhere, place);
    CHECK_FALSE(trial.pass());
    CHECK(trial.scan().empty());
}

TEST_CASE("a pass that began in the future is not waited for", "[contents][clock]") {
    Trial trial;
    trial.damage(1);
    contents::write_scan_pass(trial.folder.path(), {unix_s_now() + 400 * 24 * 3600, {}, true});
    CHECK(trial.scan() == std::vector{trial.records[1].digest});
}

TEST_CASE("a hub that never lives as long as a copy takes to read comes to its end", "[contents]") {
    StoreFolder folder;
    const FreshFolder ledger_folder;
    auto settings = folder.settings();
    settings.scan_bytes_per_second = std::uint64_t{400} << 20;
    const auto store = StoreFolder::open(settings);
    const auto ledger = ledger::SqliteLedger::open(ledger_folder.path()).value();
    const AgencyCode agency = agency_named("H43.01");
    const Bytes octets = octets_of(200'000'000);
    const ContentRecord record = record_of(octets, put_whole(*store, agency, octets, 1 << 20).value(), agency);
    Batch batch;
    batch.contents = {record};
    REQUIRE(ledger->commit(batch).has_value());
    const bool is_damaged = GENERATE(false, true);
    if (is_damaged)
        flip_octet(place_of(folder.path(), record), 190'000'000);
    // Half a second is what all of it takes; each of these lives less than a third of that.
    std::vector<Digest> told;
    const auto tell = [&](const Digest& digest, CopyId) {
        told.push_back(digest);
        batch.contents.front().state = ContentState::damaged;
        REQUIRE(ledger->commit(batch).has_value());
    };
    int lives = 0;
    std::uint64_t read = 0;
    for (; lives < 200; ++lives) {
        const auto before = contents::read_scan_pass(folder.path());
        if (before && before->is_over)
            break;
        {
            ContentKeeper keeper{{.folder = folder.path(), .scan_every = scan_every}, *store, ledger->view(),
                                 tell, [](const Digest&, CopyId) {}, [](const Digest&, const Fault&) {}};
            std::this_thread::sleep_for(120ms);
        }
        const auto after = contents::read_scan_pass(folder.path());
        REQUIRE(after);
        if (after->half_read) {
            CHECK(after->half_read->state.octets >= read);
            read = after->half_read->state.octets;
        }
    }
    CHECK(lives > 1);
    CHECK(lives < 200);
    CHECK(read > 0);
    CHECK(told.size() == (is_damaged ? 1U : 0U));
}

TEST_CASE("a copy is gone on with where it was left, not where another one was", "[contents]") {
    Trial trial;
    // As if the copy had begun with other octets: gone on with from here it looks damaged.
    RunningDigest read;
    read.add(Bytes(64, 'x'));
    contents::HalfRead half{trial.records[1].digest, trial.records[1].copy, *read.state()};
    std::vector<Digest> told;
    SECTION("this very copy") { told = {trial.records[1].digest}; }
    SECTION("an earlier copy of the same content") { half.copy = trial.records[0].copy; }
    SECTION("a copy of another content") { half.digest = trial.records[0].digest; }
    contents::write_scan_pass(trial.folder.path(), {unix_s_now() - 60, trial.records[0].digest, false, half});
    CHECK(trial.scan() == told);
}

TEST_CASE("a copy left in the midst of a block of the digest, which nobody leaves so, is read anew", "[contents]") {
    Trial trial;
    contents::HalfRead half{trial.records[1].digest, trial.records[1].copy, {100, {}}};
    contents::write_scan_pass(trial.folder.path(), {unix_s_now() - 60, trial.records[0].digest, false, half});
    CHECK_FALSE(trial.pass()->half_read);
    CHECK(trial.scan().empty());
}

TEST_CASE("how far a scan has come reads back as it was written, or not at all", "[contents]") {
    const FreshFolder folder;
    CHECK_FALSE(contents::read_scan_pass(folder.path()));
    RunningDigest read;
    read.add(Bytes(128, 'x'));
    const contents::HalfRead half{sha256("y"), CopyId{UINT64_MAX >> 1U}, *read.state()};
    for (const ScanPass& pass : {ScanPass{1, {}, false}, ScanPass{2, sha256("x"), false}, ScanPass{3, {}, true},
                                 ScanPass{4, {}, false, half}, ScanPass{5, sha256("x"), false, half}}) {
        contents::write_scan_pass(folder.path(), pass);
        CHECK(contents::read_scan_pass(folder.path()) == pass);
    }
    // A half-read copy is believed to the last digit or not at all.
    const auto file = folder.path() / "scan";
    const auto size = std::filesystem::file_size(file);
    for (std::uint64_t at = size - 10; at > 70; at -= 7) {
        flip_octet(file, at);
        const auto found = contents::read_scan_pass(folder.path());
        CHECK((!found || !found->half_read));
        flip_octet(file, at);
    }
    CHECK(contents::read_scan_pass(folder.path())->half_read == half);
    for (const char* damaged : {"", "1", "x -", "1 abc", "1 xyz all"}) {
        std::ofstream{folder.path() / "scan", std::ios::trunc} << damaged;
        CHECK_FALSE(contents::read_scan_pass(folder.path()));
    }
}
