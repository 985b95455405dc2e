#include "hub/ctl/files.hpp"

#include "tests/ctl/content.hpp"
#include "tests/support/fresh_folder.hpp"

#include <catch2/catch.hpp>

#include <iterator>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace hub;
using namespace hub::ctl;
using test::content_of;
using test::FreshFolder;

namespace fs = std::filesystem;

namespace {

mode_t mode_of(const fs::path& file) {
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

std::size_t entries_in(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator{folder}, {}));
}

}  // namespace

TEST_CASE("a file is there in full, with exactly its mode", "[files]") {
    FreshFolder folder;
    const mode_t usual = ::umask(0077);
    const std::string large(3'000'000, 'x');
    REQUIRE(write_file(folder.path() / "open", large, 0644, Overwrite::no, Lang::en).has_value());
    ::umask(0);
    REQUIRE(write_file(folder.path() / "secret", "secret", 0600, Overwrite::no, Lang::en).has_value());
    ::umask(usual);
    CHECK(mode_of(folder.path() / "open") == 0644);
    CHECK(mode_of(folder.path() / "secret") == 0600);
    CHECK(content_of(folder.path() / "open") == large);
    CHECK(entries_in(folder.path()) == 2);
    CHECK(content_of(folder.path() / "secret") == "secret");
}

TEST_CASE("an existing file is left alone unless asked otherwise", "[files]") {
    FreshFolder folder;
    const auto file = folder.path() / "file";
    REQUIRE(write_file(file, "first", 0644, Overwrite::no, Lang::en).has_value());
    const auto vi = write_file(file, "second", 0600, Overwrite::no, Lang::vi);
    REQUIRE_FALSE(vi.has_value());
    CHECK(vi.error().exit == Exit::failed);
    CHECK(vi.error().code == "file_exists");
    CHECK(vi.error().field == file.string());
    CHECK(vi.error().title == "Không ghi được tệp");
    CHECK(vi.error().remedy == "Dùng --force để ghi đè, hoặc chọn thư mục khác.");
    CHECK(content_of(file) == "first");
    CHECK(mode_of(file) == 0644);
    CHECK(entries_in(folder.path()) == 1);

    REQUIRE(write_file(file, "third", 0600, Overwrite::yes, Lang::en).has_value());
    CHECK(content_of(file) == "third");
    CHECK(mode_of(file) == 0600);
    CHECK(entries_in(folder.path()) == 1);
}

TEST_CASE("a link is replaced, what it points to is not", "[files]") {
    FreshFolder folder;
    REQUIRE(::mkfifo((folder.path() / "pipe").c_str(), 0600) == 0);
    CHECK_FALSE(write_file(folder.path() / "pipe", "ours", 0600, Overwrite::yes, Lang::en).has_value());
    CHECK(std::filesystem::is_fifo(folder.path() / "pipe"));
    REQUIRE(write_file(folder.path() / "target", "theirs", 0644, Overwrite::no, Lang::en).has_value());
    fs::create_symlink(folder.path() / "target", folder.path() / "link");
    CHECK_FALSE(write_file(folder.path() / "link", "ours", 0600, Overwrite::no, Lang::en).has_value());
    REQUIRE(write_file(folder.path() / "link", "ours", 0600, Overwrite::yes, Lang::en).has_value());
    CHECK(content_of(folder.path() / "target") == "theirs");
    CHECK_FALSE(fs::is_symlink(folder.path() / "link"));
    CHECK(content_of(folder.path() / "link") == "ours");
}

TEST_CASE("what cannot be written or read is told with its path", "[files]") {
    FreshFolder folder;
    const auto absent = folder.path() / "absent" / "file";
    const auto written = write_file(absent, "x", 0644, Overwrite::no, Lang::en);
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().code == "file_not_found");
    CHECK(written.error().field == absent.string());
    CHECK(written.error().title == "Cannot write the file");

    const auto read = read_file(absent, 10, Lang::en);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == "file_not_found");
    CHECK(read.error().title == "Cannot read the file");
    CHECK(read.error().remedy == "Check the path.");
    CHECK(read_file(absent, 10, Lang::vi).error().title == "Không đọc được tệp");

    const auto folder_read = read_file(folder.path(), 10, Lang::en);
    REQUIRE_FALSE(folder_read.has_value());
    CHECK(folder_read.error().code == "file_unusable");

    // Onto a folder: the half-made file is taken away again.
    fs::create_directory(folder.path() / "folder");
    CHECK_FALSE(write_file(folder.path() / "folder", "x", 0644, Overwrite::yes, Lang::en).has_value());
    CHECK_FALSE(write_file(folder.path() / "folder", "x", 0644, Overwrite::no, Lang::en).has_value());
    CHECK(entries_in(folder.path()) == 1);
}

TEST_CASE("no more is read than was allowed", "[files]") {
    FreshFolder folder;
    const auto file = folder.path() / "file";
    REQUIRE(write_file(file, std::string(100, 'x'), 0644, Overwrite::no, Lang::en).has_value());
    CHECK(read_file(file, 100, Lang::en).has_value());
    const auto over = read_file(file, 99, Lang::en);
    REQUIRE_FALSE(over.has_value());
    CHECK(over.error().code == "file_unusable");
    CHECK_FALSE(read_file("/dev/zero", 1'000'000, Lang::en).has_value());
}

TEST_CASE("folders are made with what leads to them", "[files]") {
    FreshFolder folder;
    const auto deep = folder.path() / "a" / "b" / "c";
    REQUIRE(make_folder(deep, Lang::en).has_value());
    CHECK(make_folder(deep, Lang::en).has_value());
    CHECK(fs::is_directory(deep));
    REQUIRE(write_file(folder.path() / "file", "", 0644, Overwrite::no, Lang::en).has_value());
    const auto made = make_folder(folder.path() / "file" / "x", Lang::en);
    REQUIRE_FALSE(made.has_value());
    CHECK(made.error().title == "Cannot make the folder");
}

TEST_CASE("of a file whose process ends in the middle nothing is left", "[files]") {
    FreshFolder folder;
    const int probe = ::open(folder.path().c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (probe < 0)
        return;
    (void)::close(probe);
    const pid_t child = ::fork();
    if (child == 0) {
        const auto file = NewFile::begin(folder.path() / "file", 0644, Overwrite::no, Lang::en);
        const bool is_begun = file.has_value() && (*file)->append("half").has_value();
        ::_exit(is_begun ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(entries_in(folder.path()) == 0);
}

TEST_CASE("only a regular file of a bounded size is copied", "[files]") {
    FreshFolder folder;
    const auto copied = [&](const fs::path& from, std::uint64_t bytes_max) {
        return copy_file(from, folder.path() / "copy", 0644, Overwrite::no, bytes_max, Lang::en);
    };
    const auto pipe = folder.path() / "pipe", file = folder.path() / "file";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    REQUIRE(write_file(file, "12345", 0644, Overwrite::no, Lang::en).has_value());
    for (const fs::path& irregular : {pipe, fs::path{"/dev/zero"}, folder.path()}) {
        const auto refused = copied(irregular, 100);
        REQUIRE_FALSE(refused.has_value());
        CHECK(refused.error().code == "file_unusable");
        CHECK(refused.error().title == "This is no regular file");
        CHECK(refused.error().field == irregular.string());
    }
    const auto over = copied(file, 4);
    REQUIRE_FALSE(over.has_value());
    CHECK(over.error().title == "The file is too large");
    CHECK(over.error().detail == "bytes at most: 4");
    CHECK_FALSE(fs::exists(folder.path() / "copy"));
    REQUIRE(copied(file, 5).has_value());
    CHECK(content_of(folder.path() / "copy") == "12345");
    CHECK(entries_in(folder.path()) == 3);
}
