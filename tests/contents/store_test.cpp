// The content store on a folder: each promise of hub/core/content.hpp.

#include "tests/contents/store_folder.hpp"

#include <catch2/catch.hpp>

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>

namespace hub::test {
namespace {

using contents::FileContentStore;

std::unique_ptr<ContentStore::Upload> begun(ContentStore& store, BytesView octets, std::uint64_t offset = 0) {
    auto upload = store.upload(agency_a, sha256(octets), offset, octets.size());
    REQUIRE(upload.has_value());
    return std::move(*upload);
}

unsigned mode_of(const std::filesystem::path& path) {
    struct stat found {};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    return found.st_mode & 0777U;
}

}  // namespace

TEST_CASE("what is put is got, whole and from anywhere", "[contents]") {
    const StoreFolder folder;
    const auto store = folder.open();
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, std::size_t{262'144}, std::size_t{9'000'001}}) {
        const Bytes octets = octets_of(size, size);
        const auto copy = put_whole(*store, agency_a, octets);
        REQUIRE(copy.has_value());
        const ContentRecord record = record_of(octets, *copy, agency_a);
        CHECK(get_whole(*store, record).value() == octets);
        auto reader = std::move(store->open(record).value());
        CHECK(reader->bytes() == size);
        const std::uint64_t middle = size / 2;
        CHECK(reader->read(middle, 1000).value() == octets.substr(middle, 1000));
        CHECK(reader->read(size, 1).value().empty());
        CHECK(reader->read(size + 1, 1).value().empty());
        CHECK_FALSE(store->progress(agency_a, record.digest).has_value());
    }
}

TEST_CASE("files and folders are the owner's only", "[contents]") {
    const StoreFolder folder;
    const auto store = folder.open();
    const Bytes octets = octets_of(1000), other = octets_of(1000, 2);
    const ContentRecord record = record_of(octets, put_whole(*store, agency_a, octets).value(), agency_a);
    CHECK(begun(*store, other)->append(other.substr(0, 10)).has_value());
    const auto place = place_of(folder.path(), record);
    const auto uploads = folder.path() / "contents" / "uploads" / "H43.01";
    CHECK(mode_of(place) == 0600);
    CHECK(mode_of(place.parent_path()) == 0700);
    CHECK(mode_of(uploads) == 0700);
    CHECK(mode_of(uploads / (sha256(other).text() + ".1000")) == 0600);
}

TEST_CASE("an interrupted upload goes on, in this process and in the next", "[contents]") {
    const StoreFolder folder;
    auto store = folder.open();
    const Bytes octets = octets_of(1'000'000);
    const Digest digest = sha256(octets);
    REQUIRE(begun(*store, octets)->append(octets.substr(0, 300'001)).has_value());
    CHECK(store->progress(agency_a, digest)->offset == 300'001);
    CHECK(store->progress(agency_a, digest)->total == octets.size());
    CHECK_FALSE(store->progress(agency_b, digest).has_value());

    REQUIRE(begun(*store, octets, 300'001)->append(octets.substr(300'001, 200'000)).has_value());
    store.reset();
    store = folder.open();
    CHECK(store->progress(agency_a, digest)->offset == 500'001);

    CopyId copy{};
    {
        auto upload = begun(*store, octets, 500'001);
        REQUIRE(upload->append(octets.substr(500'001)).has_value());
        copy = upload->finish().value();
    }
    CHECK(get_whole(*store, record_of(octets, copy, agency_a)).value() == octets);
}

TEST_CASE("an upload that has all its octets can be finished in the next process", "[contents]") {
    const StoreFolder folder;
    const Bytes octets = octets_of(600'000);
    REQUIRE(begun(*folder.open(), octets)->append(octets).has_value());
    const auto store = folder.open();
    const CopyId copy = begun(*store, octets, octets.size())->finish().value();
    CHECK(get_whole(*store, record_of(octets, copy, agency_a)).value() == octets);
}

TEST_CASE("a wrong offset or another length changes nothing", "[contents]") {
    const StoreFolder folder;
    const auto store = folder.open();
    const Bytes octets = octets_of(1000);
    const Digest digest = sha256(octets);
    CHECK(store->upload(agency_a, digest, 1, 1000).error().code == Errc::upload_offset_wrong);
    REQUIRE(begun(*store, octets)->append(octets.substr(0, 600)).has_value());
    CHECK(store->upload(agency_a, digest, 599, 1000).error().code == Errc::upload_offset_wrong);
    CHECK(store->upload(agency_a, digest, 601, 1000).error().code == Errc::upload_offset_wrong);
    CHECK(store->upload(agency_a, digest, 600, 1001).error().code == Errc::field_invalid);
    CHECK(store->upload(agency_b, digest, 600, 1000).error().code == Errc::upload_offset_wrong);
    {
        const auto upload = begun(*store, octets, 600);
        CHECK(upload->append(octets.substr(0, 401)).error().code == Errc::part_too_large);
        CHECK(upload->finish().error().code == Errc::upload_offset_wrong);
    }
    CHECK(store->progress(agency_a, digest)->offset == 600);

    // What somebody has cut off behind our back is not believed.
    std::filesystem::resize_file(folder.path() / "contents" / folder.files().at(0), 100);
    CHECK(store->upload(agency_a, digest, 600, 1000).error().code == Errc::upload_offset_wrong);
    CHECK(store->progress(agency_a, digest)->offset == 100);
    std::filesystem::remove(folder.path() / "contents" / folder.files().at(0));
    CHECK(store->upload(agency_a, digest, 100, 1000).error().code == Errc::upload_offset_wrong);
    CHECK_FALSE(store->progress(agency_a, digest).has_value());
    CHECK(store->used(agency_a) == 0);
}

TEST_CASE("offset 0 begins anew, also with another length", "[contents]") {
    const StoreFolder folder;
    const auto store = folder.open();
    const Bytes octets = octets_of(1000);
    const Digest digest = sha256(octets);
    {
        auto wrong = store->upload(agency_a, digest, 0, 2000);
        REQUIRE((*wrong)->append(octets_of(700, 2)).has_value());
    }
    CHECK(store->used(agency_a) == 2000);
    const auto upload = begun(*store, octets);
    CHECK(store->progress(agency_a, digest)->offset == 0);
    CHECK(store->used(agency_a) == 1000);
    CHECK(folder.files().size() == 1);
    REQUIRE(upload->append(octets).has_value());
    CHECK(upload->finish().has_value());
}

TEST_CASE("other octets than the digest's are dropped", "[contents]") {
    const StoreFolder folder;
    const auto store = folder.open();
    const Bytes octets = octets_of(1000);
    {
        const auto upload = begun(*store, octets);
        REQUIRE(upload->append(octets.substr(0, 999)).has_value());
        REQUIRE(upload->append("x").has_value());
        CHECK(upload->finish().error().code == Errc::part_digest_mismatch);
    }
    CHECK_FALSE(store->progress(agency_a, sha256(octets)).has_value());
    CHECK(folder.files().empty());
    CHECK(store->used(agency_a) == 0);
}

TEST_CASE("what is held is read again in the next process, not believed", "[contents]") {
    const StoreFolder folder;
    const Bytes octets = octets_of(1000);
    REQUIRE(begun(*folder.open(), octets)->append(octets.substr(0, 500)).has_value());
    flip_octet(folder.path() / "contents" / folder.files().at(0), 250);
    const auto store = folder.open();
    const auto upload = begun(*store, octets, 500);
    REQUIRE(upload->append(octets.substr(500)).has_value());
    CHECK(upload->finish().error().code == Errc::part_digest_mismatch);
    CHECK(folder.files().empty());
}

TEST_CASE("one at a time for an agency and a digest", "[contents]") {
    const StoreFolder folder;
    const auto store = folder.open();
    const Bytes octets = octets_of(1000);
    auto first = begun(*store, octets);
    CHECK(store->upload(agency_a, sha256(octets), 0, 1000).error().code == Errc::upload_busy);
    CHECK(store->upload(agency_b, sha256(octets), 0, 1000).has_value());
    first.reset();
    CHECK(store->upload(agency_a, sha256(octets), 0, 1000).has_value());
}

TEST_CASE("an agency's share counts what is used and what was begun", "[contents]") {
    const StoreFolder folder;
    auto settings = folder.settings();
    settings.agency_bytes_max = 10'000;
    settings.part_bytes_max = 9'000;
    settings.uploads_per_agency_max = 2;
    auto store = StoreFolder::open(settings);
    const auto begin = [&](std::uint64_t seed, std::uint64_t total) {
        const auto upload = store->upload(agency_a, sha256(octets_of(10, seed)), 0, total);
        return upload ? std::optional<Errc>{} : std::optional{upload.error().code};
    };
    CHECK(begin(1, 9'001) == Errc::part_too_large);
    CHECK(begin(1, UINT64_MAX) == Errc::part_too_large);
    store->set_used(agency_a, 4'000);
    CHECK(begin(1, 6'001) == Errc::quota_exceeded);
    CHECK(begin(1, 5'000) == std::nullopt);
    CHECK(begin(2, 1'001) == Errc::quota_exceeded);
    CHECK(begin(1, 6'000) == std::nullopt);  // Takes the place of the first.
    CHECK(store->upload(agency_b, sha256("b"), 0, 9'000).has_value());

    // Begun before the process ended counts after it.
    store.reset();
    store = StoreFolder::open(settings);
    CHECK(store->used(agency_a) == 6'000);
    store->set_used(agency_a, 3'000);
    CHECK(begin(2, 1'001) == Errc::quota_exceeded);
    store->give_back(agency_a, sha256("x"), 2'999);
    CHECK(begin(2, 1'001) == std::nullopt);
    CHECK(begin(3, 1) == Errc::quota_exceeded);  // Too many, however small.
    store->give_back(agency_a, sha256("x"), 5'000);
    CHECK(store->used(agency_a) == 7'001);

    // Finished is used.
    const Bytes octets = octets_of(500, 9);
    CHECK(put_whole(*store, agency_b, octets).has_value());
    CHECK(store->used(agency_b) == 9'500);
}

TEST_CASE("no room on the disk: nothing half-kept", "[contents]") {
    const StoreFolder folder;
    auto settings = folder.settings();
    SECTION("the reserve") {
        settings.disk_reserve_bytes = std::uint64_t{1} << 60;
        const auto store = StoreFolder::open(settings);
        CHECK(put_whole(*store, agency_a, octets_of(10)).error().code == Errc::contents_full);
        CHECK(folder.files().empty());
        CHECK(store->used(agency_a) == 0);
    }
    SECTION("while it is written") {
        const auto store = StoreFolder::open(settings);
        const Bytes octets = octets_of(3'000'000);
        rlimit before{};
        REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
        const auto old_action = ::signal(SIGXFSZ, SIG_IGN);
        const rlimit tiny{1'050'000, before.rlim_max};
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &tiny) == 0);
        const auto put = put_whole(*store, agency_a, octets);
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
        ::signal(SIGXFSZ, old_action);
        REQUIRE(put.has_error());
        CHECK(put.error().code == Errc::contents_full);
        // Up to the last whole append it is held, and goes on when there is room.
        CHECK(store->progress(agency_a, sha256(octets))->offset == 1'000'000);
        CHECK(std::filesystem::file_size(folder.path() / "contents" / folder.files().at(0)) == 1'000'000);
        const auto upload = begun(*store, octets, 1'000'000);
        REQUIRE(upload->append(octets.substr(1'000'000)).has_value());
        CHECK(upload->finish().has_value());
    }
}

TEST_CASE("one process at a time", "[contents]") {
    const StoreFolder folder;
    const auto store = folder.open();
    const auto second = FileContentStore::open(folder.settings());
    REQUIRE(second.has_error());
    CHECK(second.error().code == Errc::setting_invalid);
}

TEST_CASE("a folder that cannot be used is named with its reason", "[contents]") {
    const StoreFolder folder;
    auto settings = folder.settings();
    settings.folder = folder.path() / "file";
    std::ofstream{settings.folder} << "";
    const auto opened = FileContentStore::open(settings);
    REQUIRE(opened.has_error());
    CHECK(opened.error().code == Errc::setting_invalid);
    CHECK(opened.error().peer_text == (settings.folder / "uploads").string() + ": Not a directory");
}

TEST_CASE("a copy is removed and no other", "[contents]") {
    const StoreFolder folder;
    const auto store = folder.open();
    const Bytes octets = octets_of(1000);
    const ContentRecord first = record_of(octets, put_whole(*store, agency_a, octets).value(), agency_a);
    const ContentRecord second = record_of(octets, put_whole(*store, agency_b, octets).value(), agency_b);
    CHECK(first.copy != second.copy);
    auto reader = std::move(store->open(first).value());
    store->remove(first.digest, first.copy);
    store->remove(first.digest, first.copy);
    CHECK(reader->read(0, 1000).value() == octets);
    CHECK(get_whole(*store, first).error().code == Errc::part_damaged);
    CHECK(get_whole(*store, second).value() == octets);
}

TEST_CASE("a sweep removes what nobody knows and what nobody goes on with", "[contents]") {
    const StoreFolder folder;
    auto store = folder.open();
    const Bytes known = octets_of(1000, 1), unknown = octets_of(1000, 2), late = octets_of(1000, 3);
    const ContentRecord kept = record_of(known, put_whole(*store, agency_a, known).value(), agency_a);
    const ContentRecord lost = record_of(unknown, put_whole(*store, agency_a, unknown).value(), agency_a);
    REQUIRE(begun(*store, late)->append(late.substr(0, 10)).has_value());
    const auto is_known = [&](const Digest& digest, CopyId copy) {
        return digest == kept.digest && copy == kept.copy;
    };
    // Of this process: the ledger may be about to hear of it.
    CHECK(store->sweep(is_known).copies == 0);

    store.reset();
    store = folder.open();
    const ContentRecord fresh = record_of(late, put_whole(*store, agency_b, late).value(), agency_b);
    auto stranger = std::ofstream{folder.path() / "contents" / kept.digest.text().substr(0, 2) / "stranger"};
    auto swept = store->sweep(is_known);
    CHECK(swept.copies == 1);
    CHECK(swept.uploads == 0);
    CHECK(get_whole(*store, kept).has_value());
    CHECK(get_whole(*store, lost).error().code == Errc::part_damaged);
    CHECK(get_whole(*store, fresh).has_value());

    const auto upload = folder.path() / "contents" / "uploads" / "H43.01" / (fresh.digest.text() + ".1000");
    std::filesystem::last_write_time(upload,
                                     std::filesystem::file_time_type::clock::now() - std::chrono::hours{73});
    {
        const auto busy = begun(*store, late, 10);
        CHECK(store->sweep(is_known).uploads == 0);
    }
    CHECK(store->sweep(is_known).uploads == 1);
    CHECK_FALSE(store->progress(agency_a, fresh.digest).has_value());
    CHECK(store->used(agency_a) == 0);
    CHECK_FALSE(std::filesystem::exists(upload));
    CHECK(begun(*store, late)->append(late).has_value());
}

TEST_CASE("an upload that came in an earlier process and ends in this one is not swept", "[contents]") {
    const StoreFolder folder;
    const Bytes octets = octets_of(1000);
    REQUIRE(begun(*folder.open(), octets)->append(octets).has_value());
    const auto store = folder.open();
    const CopyId copy = begun(*store, octets, 1000)->finish().value();
    CHECK(store->sweep([](const Digest&, CopyId) { return false; }).copies == 0);
    CHECK(get_whole(*store, record_of(octets, copy, agency_a)).has_value());
}

TEST_CASE("damage is found, by a scan and by a reader", "[contents]") {
    using contents::ScanOutcome;
    const StoreFolder folder;
    auto settings = folder.settings();
    settings.scan_bytes_per_second = std::uint64_t{1} << 40;
    const auto store = StoreFolder::open(settings);
    const Bytes octets = octets_of(900'000);
    const ContentRecord record = record_of(octets, put_whole(*store, agency_a, octets).value(), agency_a);
    const auto place = place_of(folder.path(), record);
    CHECK(store->scan(record, {}).value() == ScanOutcome::whole);
    SECTION("an octet") {
        flip_octet(place, GENERATE(0U, 500'000U, 899'999U));
        CHECK(store->scan(record, {}).value() == ScanOutcome::damaged);
        CHECK(get_whole(*store, record).error().code == Errc::part_damaged);
    }
    SECTION("the size") {
        std::filesystem::resize_file(place, 899'999);
        CHECK(store->scan(record, {}).value() == ScanOutcome::damaged);
        CHECK(get_whole(*store, record).error().code == Errc::part_damaged);
    }
    SECTION("shorter while it is read") {
        auto reader = std::move(store->open(record).value());
        std::filesystem::resize_file(place, 10);
        CHECK(reader->read(0, 100).error().code == Errc::part_damaged);
    }
    SECTION("the file") {
        std::filesystem::remove(place);
        CHECK(store->scan(record, {}).value() == ScanOutcome::missing);
        CHECK(get_whole(*store, record).error().code == Errc::part_damaged);
    }
}

TEST_CASE("a scan stops when it is told to", "[contents]") {
    const StoreFolder folder;
    auto settings = folder.settings();
    settings.scan_bytes_per_second = 1;  // Would take days.
    const auto store = StoreFolder::open(settings);
    const Bytes octets = octets_of(900'000);
    const ContentRecord record = record_of(octets, put_whole(*store, agency_a, octets).value(), agency_a);
    std::stop_source stop;
    stop.request_stop();
    CHECK(store->scan(record, stop.get_token()).value() == contents::ScanOutcome::stopped);
    std::stop_source later;
    std::jthread other{[&] { later.request_stop(); }};
    CHECK(store->scan(record, later.get_token()).value() == contents::ScanOutcome::stopped);
}

TEST_CASE("a scan tells now and then how far it is, and is gone on with from there", "[contents]") {
    using contents::ScanOutcome;
    using State = FileContentStore::ScanState;
    const StoreFolder folder;
    auto settings = folder.settings();
    settings.scan_bytes_per_second = std::uint64_t{1} << 40;
    const auto store = StoreFolder::open(settings);
    const Bytes octets = octets_of(40'000'000);
    const ContentRecord record = record_of(octets, put_whole(*store, agency_a, octets, 1 << 20).value(), agency_a);
    std::vector<State> notes;
    const auto note = [&](const State& state) { notes.push_back(state); };
    CHECK(store->scan(record, {}, {}, note).value() == ScanOutcome::whole);
    REQUIRE(notes.size() == 2);
    CHECK(notes[0].octets == FileContentStore::scan_noted_bytes);
    const State half = notes[1];
    notes.clear();
    SECTION("whole") { CHECK(store->scan(record, {}, half, note).value() == ScanOutcome::whole); }
    SECTION("damaged behind it") {
        flip_octet(place_of(folder.path(), record), half.octets + 5);
        CHECK(store->scan(record, {}, half, note).value() == ScanOutcome::damaged);
    }
    SECTION("damaged before it, since it was read: for the next scan") {
        flip_octet(place_of(folder.path(), record), 5);
        CHECK(store->scan(record, {}, half, note).value() == ScanOutcome::whole);
        CHECK(store->scan(record, {}).value() == ScanOutcome::damaged);
    }
    CHECK(notes.empty());
}

TEST_CASE("opening asks for nothing but the uploads", "[contents]") {
    const StoreFolder folder;
    { const auto store = folder.open(); }
    // A folder that cannot be read is not missed: nobody looks at the copies.
    std::ofstream{folder.path() / "contents" / "ab"};
    std::ofstream{folder.path() / "contents" / "uploads" / "stray"};
    std::filesystem::create_directories(folder.path() / "contents" / "uploads" / "H43.01");
    std::ofstream{folder.path() / "contents" / "uploads" / "H43.01" / "stray"};
    std::ofstream{folder.path() / "contents" / "uploads" / "H43.01" / (sha256("x").text() + ".3")} << "four";
    const auto store = folder.open();
    CHECK_FALSE(store->progress(agency_a, sha256("x")).has_value());
    CHECK(store->used(agency_a) == 0);
}

TEST_CASE("many threads put the same content and different ones", "[contents]") {
    const StoreFolder folder;
    const auto store = folder.open();
    const Bytes same = octets_of(300'000);
    std::mutex mutex;
    std::set<CopyId> copies;
    std::size_t busy = 0;
    {
        std::vector<std::jthread> threads;
        for (std::uint64_t i = 0; i < 8; ++i)
            threads.emplace_back([&, i] {
                const AgencyCode agency = agency_named("H43.0" + std::to_string(i % 4));
                const auto own = put_whole(*store, agency, octets_of(200'000, i + 10), 10'000);
                const auto shared = put_whole(*store, agency, same, 10'000);
                const std::scoped_lock lock{mutex};
                for (const auto& put : {own, shared}) {
                    if (put)
                        copies.insert(*put);
                    else if (put.error().code == Errc::upload_busy)
                        ++busy;
                }
            });
    }
    CHECK(copies.size() + busy == 16);
    CHECK(copies.size() >= 12);
    CHECK(folder.files().size() == copies.size());
}

}  // namespace hub::test
