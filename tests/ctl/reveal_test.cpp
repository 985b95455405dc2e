// Which part of a document `lgsp reveal` takes.

#include "hub/ctl/reveal.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace hub::ctl;
namespace json = boost::json;

namespace {

json::value story_of(const std::vector<std::string>& names) {
    json::array parts;
    for (const std::string& name : names)
        parts.push_back(json::object{{"part", parts.size() + 1},
                                     {"name", name},
                                     {"media_type", "text/plain"},
                                     {"size_bytes", 5},
                                     {"sha256", "ab"}});
    return json::object{{"seq", 1}, {"parts", std::move(parts)}};
}

}  // namespace

TEST_CASE("the only part need not be named, of several one must be", "[reveal]") {
    const auto one = story_of({"a"}), two = story_of({"a", "b"});
    const auto name_of = [](const json::value& story, std::uint64_t number) {
        const auto part = part_of(story, number, Lang::en);
        REQUIRE(part.has_value());
        return std::string{part->at("name").as_string()};
    };
    CHECK(name_of(one, 0) == "a");
    CHECK(name_of(one, 1) == "a");
    CHECK(name_of(two, 2) == "b");
    const auto unnamed = part_of(two, 0, Lang::en);
    REQUIRE_FALSE(unnamed.has_value());
    CHECK(unnamed.error().exit == Exit::usage);
    CHECK(unnamed.error().code == "several_found");
    CHECK(unnamed.error().detail == "1 a, 2 b");
}

TEST_CASE("a part that is not there is not found", "[reveal]") {
    for (const auto& story : {story_of({"a"}), story_of({}), json::value(json::object{}), json::value(nullptr)}) {
        const auto absent = part_of(story, 2, Lang::vi);
        REQUIRE_FALSE(absent.has_value());
        CHECK(absent.error().exit == Exit::not_found);
    }
    CHECK(part_of(story_of({}), 0, Lang::vi).error().exit == Exit::not_found);
}
