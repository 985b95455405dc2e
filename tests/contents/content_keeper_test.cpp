// The scan of the store over restarts, on a real store and ledger.

#include "hub/content_keeper.hpp"

#include "hub/ledger/sqlite_ledger.hpp"
#include "tests/contents/store_folder.hpp"
#include "tests/support/fresh_folder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <condition_variable>
#include <fstream>
#include <mutex>

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
    std::mutex mutex;
    std::vector<Digest> told;

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
    void damage(std::size_t i) { flip_octet(place_of(folder.path(), records.at(i)), 500); }
    std::optional<ScanPass> pass() const { return contents::read_scan_pass(folder.path()); }
    /// A hub's life, until the pass under way is over.
    std::vector<Digest> scan() {
        told.clear();
        {
            ContentKeeper keeper{{.folder = folder.path(), .scan_every = scan_every}, *store, ledger->view(),
                                 [&](const Digest& digest, CopyId) {
                                     const std::lock_guard lock{mutex};
                                     told.push_back(digest);
                                 }};
            const auto deadline = std::chrono::steady_clock::now() + 60s;
            while (!is_done() && std::chrono::steady_clock::now() < deadline)
                std::this_thread::sleep_for(1ms);
        }
        REQUIRE(is_done());
        return told;
    }
    bool is_done() const {
        const auto now = pass();
        return now && now->is_over && now->begun_unix_s > unix_s_now() - 3600;
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
    CHECK(trial.scan() == std::vector{trial.records[0].digest, trial.records[1].digest});
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

TEST_CASE("how far a scan has come reads back as it was written, or not at all", "[contents]") {
    const FreshFolder folder;
    CHECK_FALSE(contents::read_scan_pass(folder.path()));
    for (const ScanPass& pass : {ScanPass{1, {}, false}, ScanPass{2, sha256("x"), false}, ScanPass{3, {}, true}}) {
        contents::write_scan_pass(folder.path(), pass);
        CHECK(contents::read_scan_pass(folder.path()) == pass);
    }
    for (const char* damaged : {"", "1", "x -", "1 abc", "1 xyz all"}) {
        std::ofstream{folder.path() / "scan", std::ios::trunc} << damaged;
        CHECK_FALSE(contents::read_scan_pass(folder.path()));
    }
}
