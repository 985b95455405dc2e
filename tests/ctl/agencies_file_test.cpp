#include "hub/ctl/dev_broker.hpp"
#include "hub/ctl/files.hpp"
#include "tests/support/fresh_folder.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::ctl;
using test::FreshFolder;

namespace {

std::string codes(const std::vector<std::string>& given, const std::filesystem::path& file = {}) {
    const auto agencies = agencies_of(given, file, Lang::en);
    if (!agencies)
        return "exit " + std::to_string(static_cast<int>(agencies.error().exit)) + " " +
               agencies.error().code;
    std::string text;
    for (const AgencyCode& agency : *agencies)
        text += (text.empty() ? "" : " ") + agency.text();
    return text;
}

std::filesystem::path file_with(const FreshFolder& folder, std::string_view content) {
    const auto file = folder.path() / "agencies.toml";
    REQUIRE(write_file(file, content, 0644, Overwrite::yes, Lang::en).has_value());
    return file;
}

}  // namespace

TEST_CASE("agencies come from the command line, then from the file, each once", "[agencies]") {
    FreshFolder folder;
    const auto file =
        file_with(folder, "[[agency]]\ncode = \"H43.02\"\nname = \"B\"\n[[agency]]\ncode = \"H43.01\"\n");
    CHECK(codes({"H43", "H43.01"}) == "H43 H43.01");
    CHECK(codes({"H43", "H43"}) == "H43");
    CHECK(codes({}, file) == "H43.02 H43.01");
    CHECK(codes({"H43.01", "H43"}, file) == "H43.01 H43 H43.02");
    CHECK(codes({}, std::filesystem::path{LGSP_SOURCE_DIR} / "config" / "agencies.example.toml")
              .starts_with("H43 H43.01"));
}

TEST_CASE("names that are not an agency's are refused", "[agencies]") {
    for (const char* wrong : {"", "no code!", "null", "..", "a/b", "H43..01", "hub", "broker", "ca", "guest",
                              "012345678901234567890123456789012345"}) {
        INFO(wrong);
        CHECK(codes({"H43", wrong}) == "exit 2 field_invalid");
    }
    const auto vi = agencies_of({"no code!"}, {}, Lang::vi).error();
    CHECK(vi.field == "agencies");
    CHECK(vi.detail == "no code!");
    CHECK(vi.title == "Mã đơn vị không hợp lệ");
    FreshFolder folder;
    CHECK(codes({}, file_with(folder, "[[agency]]\ncode = \"hub\"\n")) == "exit 2 field_invalid");
}

TEST_CASE("none at all is a mistake of the caller", "[agencies]") {
    CHECK(codes({}) == "exit 2 usage");
    FreshFolder folder;
    CHECK(codes({}, file_with(folder, "agency = []\n")) == "exit 2 usage");
}

TEST_CASE("a file that is no directory of agencies is told with its place", "[agencies]") {
    FreshFolder folder;
    for (const char* wrong :
         {"", "agency = 1\n", "[agency]\ncode = \"H43\"\n", "[[agency]]\nname = \"A\"\n",
          "[[agency]]\ncode = 43\n", "agency = [1]\n", "[[agency]]\ncode = \"H43\n", "\x00\xFF"}) {
        INFO(wrong);
        CHECK(codes({"H43"}, file_with(folder, wrong)) == "exit 1 setting_invalid");
    }
    const auto wrong =
        agencies_of({}, file_with(folder, "[[agency]]\ncode = \"H43\"\ncode = \"H44\"\n"), Lang::en);
    REQUIRE_FALSE(wrong.has_value());
    CHECK(wrong.error().field == (folder.path() / "agencies.toml").string());
    CHECK(wrong.error().detail.find("line 3") != std::string::npos);
    CHECK(codes({}, folder.path() / "absent.toml") == "exit 1 file_not_found");
}
