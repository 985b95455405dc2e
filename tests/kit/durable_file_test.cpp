#include "adapters/kit/durable_file.hpp"

#include "tests/support/fresh_folder.hpp"
#include "tests/support/full_disk.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>

namespace {

using namespace hub;
using namespace hub::kit;
using namespace hub::test;

using Names = std::vector<std::string>;

const Bytes large(200'000, 'x');

}  // namespace

TEST_CASE("a file is written in full, and nothing is left beside it", "[durable]") {
    const FreshFolder folder;
    REQUIRE(write_durably(folder / "a.edxml", large).has_value());
    CHECK(read_file(folder / "a.edxml") == large);
    REQUIRE(write_durably(folder / "a.edxml", "").has_value());
    CHECK(read_file(folder / "a.edxml").empty());
    CHECK(names_in(folder.path()) == Names{"a.edxml"});
}

TEST_CASE("while it is written it has a hidden name", "[durable]") {
    const FreshFolder folder;
    // The way is barred under the name that the half-written file would have.
    std::filesystem::create_directory(folder / ".a.edxml.tmp");
    CHECK(write_durably(folder / "a.edxml", "new").has_error());
    CHECK(names_in(folder.path()) == Names{".a.edxml.tmp"});
}

TEST_CASE("a half that an earlier run left does not get into the file", "[durable]") {
    const FreshFolder folder;
    write_file(folder / ".a.edxml.tmp", large);
    REQUIRE(write_durably(folder / "a.edxml", "new").has_value());
    CHECK(read_file(folder / "a.edxml") == "new");
    CHECK(names_in(folder.path()) == Names{"a.edxml"});
}

TEST_CASE("a write that fails leaves the old file and no half", "[durable]") {
    const FreshFolder folder;
    REQUIRE(write_durably(folder / "a.edxml", "old").has_value());
    SECTION("the disk is full") {
        const auto written = [&] {
            const FullDisk full{100'000};
            return write_durably(folder / "a.edxml", large);
        }();
        CHECK(written.has_error());
        CHECK(read_file(folder / "a.edxml") == "old");
        CHECK(names_in(folder.path()) == Names{"a.edxml"});
    }
    SECTION("its place is taken by a folder") {
        std::filesystem::create_directory(folder / "b.edxml");
        CHECK(write_durably(folder / "b.edxml", "new").error().code == Errc::folder_unusable);
        CHECK(names_in(folder.path()) == Names{"a.edxml", "b.edxml"});
    }
}

TEST_CASE("of many files none is seen before all of them are written", "[durable]") {
    const FreshFolder folder;
    std::filesystem::create_directory(folder / "b");
    {
        DurableBatch given_up{Readers::owner};
        REQUIRE(given_up.add(folder / "a.json", "1").has_value());
    }
    CHECK(names_in(folder.path()) == Names{"b"});
    DurableBatch files{Readers::group};
    REQUIRE(files.add(folder / "a.json", "1").has_value());
    REQUIRE(files.add(folder / "b/c.json", "2").has_value());
    REQUIRE(files.add(folder / "a.json", "3").has_value());
    CHECK_FALSE(std::filesystem::exists(folder / "a.json"));
    REQUIRE(files.commit().has_value());
    CHECK(read_file(folder / "a.json") == "3");
    CHECK(read_file(folder / "b/c.json") == "2");
    CHECK(names_in(folder.path()) == Names{"a.json", "b"});
    CHECK(files.commit().has_value());
}

TEST_CASE("who may read a file is the owner, or its group too", "[durable]") {
    const FreshFolder folder;
    const auto rights_of = [&](const char* name) { return std::filesystem::status(folder / name).permissions(); };
    const mode_t before = ::umask(0022);
    REQUIRE(write_durably(folder / "own", "1").has_value());
    REQUIRE(write_durably(folder / "shared", "1", Readers::group).has_value());
    ::umask(before);
    using std::filesystem::perms;
    CHECK(rights_of("own") == (perms::owner_read | perms::owner_write));
    CHECK(rights_of("shared") == (perms::owner_read | perms::owner_write | perms::group_read));
}

TEST_CASE("moving takes the file to its new name", "[durable]") {
    const FreshFolder folder;
    write_file(folder / "out/a", "a");
    std::filesystem::create_directory(folder / "in");
    REQUIRE(move_durably(folder / "out/a", folder / "in/b").has_value());
    CHECK(names_in(folder / "out").empty());
    CHECK(read_file(folder / "in/b") == "a");
    CHECK(move_durably(folder / "out/a", folder / "in/b").error().code == Errc::not_found);
    CHECK(read_file(folder / "in/b") == "a");
}

TEST_CASE("reading has a bound", "[durable]") {
    const FreshFolder folder;
    write_file(folder / "a", large);
    CHECK(read_whole(folder / "a", large.size()).value() == large);
    CHECK(read_whole(folder / "a", large.size() - 1).error().code == Errc::packet_too_large);
    CHECK(read_whole(folder / "b", large.size()).error().code == Errc::not_found);
    CHECK(read_whole(folder.path(), large.size()).error().code == Errc::folder_unusable);
}

TEST_CASE("a folder that is gone is trouble of ours, not an answer to the sender", "[durable]") {
    const FreshFolder folder;
    // not_found would be of disposition reject: a document would be given up because a disk is not mounted.
    CHECK(write_durably(folder / "gone/a.edxml", "new").error().code == Errc::folder_unusable);
    write_file(folder / "a.edxml", "a");
    CHECK(move_durably(folder / "a.edxml", folder / "gone/a.edxml").error().code == Errc::folder_unusable);
    CHECK(read_file(folder / "a.edxml") == "a");
    CHECK(sync_folder(folder / "gone").error().code == Errc::folder_unusable);
}

TEST_CASE("linking gives a file a second name, whatever had it before", "[durable]") {
    const FreshFolder folder;
    write_file(folder / "spool/a", "new");
    std::filesystem::create_directory(folder / "kept");
    REQUIRE(link_durably(folder / "spool/a", folder / "kept/b").has_value());
    CHECK(read_file(folder / "spool/a") == "new");
    CHECK(read_file(folder / "kept/b") == "new");
    CHECK(std::filesystem::hard_link_count(folder / "kept/b") == 2);
    // The first name may go, and the one that is linked may be linked anew.
    REQUIRE(link_durably(folder / "spool/a", folder / "kept/b").has_value());
    std::filesystem::remove(folder / "spool/a");
    CHECK(read_file(folder / "kept/b") == "new");
    write_file(folder / "spool/c", "newer");
    REQUIRE(link_durably(folder / "spool/c", folder / "kept/b").has_value());
    CHECK(read_file(folder / "kept/b") == "newer");
}

TEST_CASE("a link that cannot be made says whose trouble it is, and takes nothing away", "[durable]") {
    const FreshFolder folder;
    write_file(folder / "a", "a");
    CHECK(link_durably(folder / "a", folder / "gone/b").error().code == Errc::folder_unusable);
    std::filesystem::create_directory(folder / "taken");
    CHECK(link_durably(folder / "a", folder / "taken").error().code == Errc::folder_unusable);
    CHECK(link_durably(folder / "none", folder / "b").error().code == Errc::not_found);
    CHECK(read_file(folder / "a") == "a");
    CHECK(names_in(folder.path()) == Names{"a", "taken"});
}
