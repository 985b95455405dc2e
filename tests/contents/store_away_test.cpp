// A store whose disk is away for a while: nothing is condemned, nothing is written in its place, and it heals by itself.

#include "hub/contents/file_content_store.hpp"
#include "hub/contents/file_reader.hpp"
#include "tests/contents/store_folder.hpp"

#include <catch2/catch.hpp>

#include <fcntl.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

namespace {

using namespace hub;
using namespace hub::test;
namespace fs = std::filesystem;
using contents::ScanOutcome;

const std::string ledger_id = "a-ledger";

struct AwayTrial {
    StoreFolder folder;
    fs::path place = folder.path() / "contents";
    fs::path elsewhere = folder.path() / "elsewhere";
    std::unique_ptr<contents::FileContentStore> store = folder.open();
    AgencyCode agency = agency_named("H43.01");
    Bytes octets = octets_of(900'000);
    ContentRecord record = record_of(octets, put_whole(*store, agency, octets).value(), agency);

    AwayTrial() { REQUIRE(store->belong_to(ledger_id, true).has_value()); }
    /// As an umount shows it: another folder, empty.
    void take_away() {
        fs::rename(place, elsewhere);
        fs::create_directory(place);
    }
    void bring_back() {
        fs::remove_all(place);
        fs::rename(elsewhere, place);
    }
    Errc why_not_opened() { return store->open(record).error().code; }
};

}  // namespace

TEST_CASE("of a store that is away nothing is condemned, and nothing is written in its place", "[contents]") {
    AwayTrial trial;
    CHECK(trial.store->probe().has_value());
    trial.take_away();
    CHECK(trial.why_not_opened() == Errc::folder_unusable);
    CHECK(trial.store->scan(trial.record, {}).error().code == Errc::folder_unusable);
    CHECK(trial.store->probe().error().code == Errc::folder_unusable);
    CHECK(put_whole(*trial.store, trial.agency, octets_of(10, 2)).error().code == Errc::folder_unusable);
    CHECK(fs::is_empty(trial.place));
    trial.bring_back();
    CHECK(trial.store->probe().has_value());
    CHECK(trial.store->open(trial.record).has_value());
    CHECK(trial.store->scan(trial.record, {}).value() == ScanOutcome::whole);
    CHECK(put_whole(*trial.store, trial.agency, octets_of(10, 2)).has_value());
}

TEST_CASE("an upload that the disk's absence interrupts goes on where it was", "[contents]") {
    AwayTrial trial;
    const Bytes octets = octets_of(1000, 3);
    {
        auto upload = trial.store->upload(trial.agency, sha256(octets), 0, octets.size());
        REQUIRE(upload.has_value());
        REQUIRE((*upload)->append(BytesView{octets}.substr(0, 600)).has_value());
        trial.take_away();
        REQUIRE((*upload)->append(BytesView{octets}.substr(600)).has_value());
        CHECK((*upload)->finish().error().code == Errc::folder_unusable);
    }
    CHECK(trial.store->upload(trial.agency, sha256(octets), 1000, 1000).error().code == Errc::folder_unusable);
    trial.bring_back();
    CHECK(trial.store->progress(trial.agency, sha256(octets)).value().offset == 1000);
    auto upload = trial.store->upload(trial.agency, sha256(octets), 1000, 1000);
    REQUIRE(upload.has_value());
    CHECK((*upload)->finish().has_value());
}

TEST_CASE("a store that comes back under another number is known by its ledger, and locked again", "[contents]") {
    AwayTrial trial;
    trial.take_away();
    fs::copy(trial.elsewhere, trial.place, fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    CHECK(trial.store->open(trial.record).has_value());
    CHECK(trial.store->probe().has_value());
    CHECK(contents::FileContentStore::open(trial.folder.settings()).error().code == Errc::setting_invalid);
    // There, and not what it was: that is the copy's own matter.
    fs::remove(place_of(trial.folder.path(), trial.record));
    CHECK(trial.why_not_opened() == Errc::part_damaged);
}

TEST_CASE("a store of another ledger in its place is not taken for it", "[contents]") {
    AwayTrial trial;
    trial.take_away();
    std::ofstream{trial.place / "ledger"} << "another-ledger\n";
    CHECK(trial.why_not_opened() == Errc::folder_unusable);
}

TEST_CASE("a folder without its mark is away, also when it is the very same one", "[contents]") {
    AwayTrial trial;
    fs::rename(trial.place / "ledger", trial.folder.path() / "ledger");
    fs::remove(place_of(trial.folder.path(), trial.record));
    CHECK(trial.why_not_opened() == Errc::folder_unusable);
    fs::rename(trial.folder.path() / "ledger", trial.place / "ledger");
    CHECK(trial.why_not_opened() == Errc::part_damaged);
}

TEST_CASE("a store that takes nothing says so, and takes it when it can again", "[contents]") {
    AwayTrial trial;
    // In the way of everything that is put, also for a user who may write anywhere.
    const fs::path uploads = trial.place / "uploads";
    fs::remove_all(uploads);
    std::ofstream{uploads} << "not a folder";
    CHECK(trial.store->probe().error().code == Errc::folder_unusable);
    CHECK(put_whole(*trial.store, trial.agency, octets_of(10, 2)).error().code == Errc::folder_unusable);
    CHECK(trial.store->open(trial.record).has_value());
    fs::remove(uploads);
    CHECK(trial.store->probe().has_value());
    CHECK(put_whole(*trial.store, trial.agency, octets_of(10, 2)).has_value());
}

TEST_CASE("a copy that cannot be opened in a store that works is that copy's own matter", "[contents]") {
    AwayTrial trial;
    // A file in the place of the copies' folder: in the way for a user who may read anything, too.
    const auto copies = place_of(trial.folder.path(), trial.record).parent_path();
    const auto aside = trial.folder.path() / "aside";
    fs::rename(copies, aside);
    std::ofstream{copies} << "not a folder";
    CHECK(trial.why_not_opened() == Errc::internal);
    CHECK(trial.store->scan(trial.record, {}).error().code == Errc::internal);
    CHECK(trial.store->probe().has_value());
    fs::remove(copies);
    fs::rename(aside, copies);
    CHECK(trial.store->open(trial.record).has_value());
}

TEST_CASE("what an error of one copy means is told by the store", "[contents]") {
    using contents::FileReader;
    const StoreFolder made;
    contents::Folder folder{made.settings()};
    const auto place = folder.settings.folder;
    fs::create_directories(place);
    folder.lock = contents::File{::open(place.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    REQUIRE(folder.probe().has_value());
    for (const int error : {EIO, EUCLEAN})
        CHECK(FileReader::fault_of_copy(folder, error).code == Errc::part_damaged);
    for (const int error : {EACCES, EPERM, ENOTDIR, ELOOP})
        CHECK(FileReader::fault_of_copy(folder, error).code == Errc::internal);
    CHECK(FileReader::fault_of_copy(folder, EACCES).peer_text == "Permission denied");
    // Of a store that is away nothing is condemned.
    fs::rename(place, made.path() / "elsewhere");
    for (const int error : {EIO, EUCLEAN, EACCES, ENOTDIR})
        CHECK(FileReader::fault_of_copy(folder, error).code == Errc::folder_unusable);
    // The hub's own want says nothing about it.
    CHECK(FileReader::fault_of_copy(folder, EMFILE).code == Errc::internal);
}
