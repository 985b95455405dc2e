#include "hub/ctl/contexts.hpp"

#include "tests/support/fresh_folder.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <cstdlib>

using namespace hub::ctl;

TEST_CASE("contexts come back as they were written, for their owner alone", "[contexts]") {
    const hub::test::FreshFolder folder;
    const auto file = folder.path() / "a" / "lgsp" / "contexts.json";
    CHECK(read_contexts(file, Lang::en)->by_name.empty());
    const Contexts written{"tỉnh", {{"tỉnh", {"https://hub.example", "/etc/ca.pem", "token"}}, {"b", {"http://127.0.0.1:1", "", ""}}}};
    REQUIRE(write_contexts(file, written, Lang::en).has_value());
    struct stat found {};
    REQUIRE(::stat(file.c_str(), &found) == 0);
    CHECK((found.st_mode & 0777) == 0600);
    const auto read = read_contexts(file, Lang::en);
    REQUIRE(read.has_value());
    CHECK(read->current == "tỉnh");
    REQUIRE(read->by_name.size() == 2);
    CHECK(read->by_name.at("tỉnh").ca_file == "/etc/ca.pem");
    CHECK(read->by_name.at("tỉnh").token == "token");
}

TEST_CASE("a token goes to its own address and nowhere else", "[contexts]") {
    const Contexts contexts{"a", {{"a", {"http://127.0.0.1:1", "", "one"}},
                                  {"b", {"http://127.0.0.1:1", "", "two"}},
                                  {"c", {"http://127.0.0.1:2", "", "three"}}}};
    CHECK(contexts.token_for("http://127.0.0.1:1") == "one");
    CHECK(contexts.token_for("http://127.0.0.1:2") == "three");
    for (const char* other : {"http://127.0.0.1:3", "https://127.0.0.1:1", "http://127.0.0.1:1/", "http://127.0.0.1:11", ""})
        CHECK(contexts.token_for(other).empty());
}

TEST_CASE("a damaged file is told, not used", "[contexts]") {
    const hub::test::FreshFolder folder;
    for (const char* content : {"", "{", "[]", "{}", R"({"contexts":[]})"}) {
        const auto file = folder.path() / "contexts.json";
        std::ofstream{file} << content;
        const auto read = read_contexts(file, Lang::en);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().field == file.string());
    }
    std::ofstream{folder.path() / "contexts.json"} << R"({"current":1,"contexts":{"a":1,"b":{"url":7,"token":null}}})";
    CHECK(read_contexts(folder.path() / "contexts.json", Lang::en)->by_name.size() == 1);
}
