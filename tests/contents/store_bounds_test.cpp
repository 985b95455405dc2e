// The content store at its bounds: a disk that is nearly full, a clock that is put back.

#include "tests/contents/store_folder.hpp"

#include <catch2/catch.hpp>

namespace hub::test {
namespace {

using contents::FileContentStore;

constexpr std::size_t mb = 1'000'000;

/// A disk of its own, of a size that the test chooses.
struct SmallDisk {
    explicit SmallDisk(std::uint64_t bytes) : capacity{bytes} {
        settings.free_bytes = [this] {
            std::uint64_t taken = 0;
            for (const std::string& file : folder.files())
                taken += std::filesystem::file_size(folder.path() / "contents" / file);
            return capacity - std::min(capacity, taken);
        };
        store = StoreFolder::open(settings);
    }

    Result<std::unique_ptr<ContentStore::Upload>> begin(const Bytes& octets) const {
        return store->upload(agency_a, sha256(octets), 0, octets.size());
    }
    std::optional<Errc> why_not(const Bytes& octets) const {
        const auto upload = begin(octets);
        return upload ? std::optional<Errc>{} : std::optional{upload.error().code};
    }

    StoreFolder folder;
    std::uint64_t capacity;
    FileContentStore::Settings settings = folder.settings();
    std::unique_ptr<FileContentStore> store;
};

}  // namespace

TEST_CASE("uploads on a nearly full disk do not keep each other from their ends", "[contents]") {
    SmallDisk disk{25 * mb};
    std::vector<Bytes> contents;
    std::vector<std::unique_ptr<ContentStore::Upload>> uploads;
    std::size_t refused = 0;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        Bytes octets = octets_of(10 * mb, seed);
        auto upload = disk.begin(octets);
        if (!upload) {
            CHECK(upload.error().code == Errc::contents_full);
            ++refused;
            continue;
        }
        contents.push_back(std::move(octets));
        uploads.push_back(std::move(*upload));
    }
    CHECK(refused == 2);
    REQUIRE(uploads.size() == 2);
    // In turn: each is at its end when there is only just enough for both.
    for (std::size_t at = 0; at < 10 * mb; at += mb)
        for (std::size_t i = 0; i < uploads.size(); ++i)
            REQUIRE(uploads[i]->append(BytesView{contents[i]}.substr(at, mb)).has_value());
    for (const auto& upload : uploads)
        CHECK(upload->finish().has_value());
}

TEST_CASE("room is kept for what was begun until it ends, in this process and in the next", "[contents]") {
    SmallDisk disk{20 * mb};
    const Bytes first = octets_of(15 * mb, 1), second = octets_of(10 * mb, 2);
    {
        auto upload = std::move(disk.begin(first).value());
        REQUIRE(upload->append(BytesView{first}.substr(0, 2 * mb)).has_value());
    }
    CHECK(disk.why_not(second) == Errc::contents_full);
    CHECK(disk.why_not(octets_of(5 * mb + 1, 3)) == Errc::contents_full);
    CHECK(disk.why_not(octets_of(4 * mb, 3)) == std::nullopt);
    disk.store.reset();
    disk.store = StoreFolder::open(disk.settings);
    CHECK(disk.why_not(second) == Errc::contents_full);
    // Begun anew, and with less: the rest is free again.
    {
        const auto upload = disk.store->upload(agency_a, sha256(first), 0, mb);
        CHECK(upload.has_value());
    }
    CHECK(disk.why_not(second) == std::nullopt);
}

TEST_CASE("an upload whose disk is filled by others stops, is held, and goes on", "[contents]") {
    SmallDisk disk{20 * mb};
    const Bytes octets = octets_of(15 * mb);
    auto upload = std::move(disk.begin(octets).value());
    disk.capacity = 12 * mb;
    std::size_t at = 0;
    Result<void> kept;
    for (; kept && at < octets.size(); at += mb)
        kept = upload->append(BytesView{octets}.substr(at, mb));
    REQUIRE(kept.has_error());
    CHECK(kept.error().code == Errc::contents_full);
    upload.reset();
    const std::uint64_t held = disk.store->progress(agency_a, sha256(octets))->offset;
    CHECK(held == at);
    const auto none = disk.store->upload(agency_a, sha256(octets), held, octets.size());
    REQUIRE(none.has_error());
    CHECK(none.error().code == Errc::contents_full);
    CHECK(disk.store->progress(agency_a, sha256(octets))->offset == held);
    disk.capacity = 20 * mb;
    upload = std::move(disk.store->upload(agency_a, sha256(octets), held, octets.size()).value());
    REQUIRE(upload->append(BytesView{octets}.substr(held)).has_value());
    CHECK(upload->finish().has_value());
}

namespace {

constexpr std::int64_t hour_ns = 3'600'000'000'000;

/// A store whose clock the test sets. What the system says of files goes by the system's.
struct OwnClock {
    OwnClock() {
        settings.unix_ns = [this] { return now; };
        store = StoreFolder::open(settings);
    }
    void restart() {
        store.reset();
        store = StoreFolder::open(settings);
    }
    std::size_t copies_swept() const {
        return store->sweep([](const Digest&, CopyId) { return false; }).copies;
    }

    StoreFolder folder;
    const std::int64_t truth = std::chrono::nanoseconds{std::chrono::system_clock::now().time_since_epoch()}.count();
    std::int64_t now = truth;
    FileContentStore::Settings settings = folder.settings();
    std::unique_ptr<FileContentStore> store;
};

}  // namespace

TEST_CASE("a copy that ends after the clock was put back is not taken for an old one", "[contents][clock]") {
    OwnClock trial;
    trial.now -= 5 * hour_ns;
    const Bytes octets = octets_of(1000);
    const auto copy = put_whole(*trial.store, agency_a, octets);
    REQUIRE(copy.has_value());
    CHECK(trial.copies_swept() == 0);
    CHECK(get_whole(*trial.store, record_of(octets, *copy, agency_a)).has_value());
    // For the next process it is one of an earlier one, as soon as the clock is beyond it.
    trial.restart();
    CHECK(trial.copies_swept() == 0);
    trial.now = trial.truth + hour_ns;
    trial.restart();
    CHECK(trial.copies_swept() == 1);
}

TEST_CASE("a copy left from a time when the clock was ahead waits until it has passed", "[contents][clock]") {
    OwnClock trial;
    trial.now += 5 * hour_ns;
    REQUIRE(put_whole(*trial.store, agency_a, octets_of(1000)).has_value());
    trial.now = trial.truth;
    trial.restart();
    CHECK(trial.copies_swept() == 0);
    trial.now += 6 * hour_ns;
    CHECK(trial.copies_swept() == 0);
    trial.restart();
    CHECK(trial.copies_swept() == 1);
}

TEST_CASE("an interrupted upload is dropped by the clock, later when it was put back", "[contents][clock]") {
    OwnClock trial;
    const Bytes octets = octets_of(1000);
    {
        auto upload = trial.store->upload(agency_a, sha256(octets), 0, 1000);
        REQUIRE((*upload)->append(BytesView{octets}.substr(0, 10)).has_value());
    }
    const auto uploads_swept = [&] { return trial.store->sweep([](auto&&...) { return true; }).uploads; };
    for (const int hours : {0, -100, 71}) {
        trial.now = trial.truth + hours * hour_ns;
        CHECK(uploads_swept() == 0);
    }
    CHECK(trial.store->progress(agency_a, sha256(octets))->offset == 10);
    trial.now = trial.truth + 73 * hour_ns;
    CHECK(uploads_swept() == 1);
    CHECK_FALSE(trial.store->progress(agency_a, sha256(octets)).has_value());
}

TEST_CASE("a store belongs to one ledger, and neither may be missing", "[contents]") {
    const StoreFolder folder;
    const Bytes octets = octets_of(1000);
    // What a disk may lack that is mounted later is no mistake of the settings.
    const auto is_refused = [](const Result<void>& bound, Errc code = Errc::folder_unusable) {
        REQUIRE_FALSE(bound.has_value());
        CHECK(bound.error().code == code);
        CHECK(bound.error().field == "contents.folder");
    };
    SECTION("both new") {
        CHECK(folder.open()->belong_to("one", false).has_value());
        REQUIRE(put_whole(*folder.open(), agency_a, octets).has_value());
        CHECK(folder.open()->belong_to("one", true).has_value());
        CHECK(folder.open()->belong_to("one", false).has_value());
        is_refused(folder.open()->belong_to("other", true), Errc::setting_invalid);
        is_refused(folder.open()->belong_to("other", false));
    }
    SECTION("a ledger that knows contents, a store that has none") { is_refused(folder.open()->belong_to("one", true)); }
    SECTION("a store of an older version") {
        REQUIRE(put_whole(*folder.open(), agency_a, octets).has_value());
        is_refused(folder.open()->belong_to("one", false));
        CHECK(folder.open()->belong_to("one", true).has_value());
        is_refused(folder.open()->belong_to("other", true), Errc::setting_invalid);
    }
    SECTION("a disk that is not mounted, after all was well") {
        CHECK(folder.open()->belong_to("one", false).has_value());
        std::filesystem::remove_all(folder.path() / "contents");
        is_refused(folder.open()->belong_to("one", true));
    }
}

}  // namespace hub::test
