#include "hub/check.hpp"

#include "tests/settings/trial_folder.hpp"

#include <boost/json/parse.hpp>

#include <catch2/catch.hpp>

#include <iostream>
#include <sstream>

namespace {

using namespace hub;
using namespace hub::test;

const SettingsMistakes two{{"hub.toml", 7, "broker.url", "missing", "thiếu"},
                           {"agencies.toml", 0, "", "there is no such \"file\"", "không có tệp này"}};

/// What check_settings() prints.
struct Printed {
    int exit = 0;
    std::string text;
};

Printed check(const std::filesystem::path& file, bool is_json) {
    std::ostringstream out;
    std::streambuf* const before = std::cout.rdbuf(out.rdbuf());
    const int exit = check_settings(file.string(), is_json, LogLanguage::en);
    std::cout.rdbuf(before);
    return {exit, out.str()};
}

}  // namespace

TEST_CASE("mistakes read like a compiler's, in the language asked for", "[check]") {
    const std::string en = mistakes_as_text(two, settings_example, LogLanguage::en);
    CHECK(en.starts_with("hub.toml:7: broker.url: missing\nagencies.toml: there is no such \"file\"\n2 mistakes."));
    const std::string vi = mistakes_as_text(two, settings_example, LogLanguage::vi);
    CHECK(vi.starts_with("hub.toml:7: broker.url: thiếu\nagencies.toml: không có tệp này\n2 lỗi."));
}

TEST_CASE("mistakes as JSON carry both languages", "[check]") {
    const auto document = boost::json::parse(mistakes_as_json(two)).as_object();
    CHECK_FALSE(document.at("ok").as_bool());
    const auto& list = document.at("mistakes").as_array();
    REQUIRE(list.size() == 2);
    CHECK(list[0].at("line").as_int64() == 7);
    CHECK(list[0].at("key").as_string() == "broker.url");
    CHECK(list[1].at("problem_en").as_string() == "there is no such \"file\"");
    CHECK(list[1].at("problem_vi").as_string() == "không có tệp này");
}

TEST_CASE("checking ends with 0 or 78", "[check]") {
    const TrialFolder folder;
    const auto good = check(folder.write("hub.toml", TrialFolder::hub_toml()), false);
    CHECK(good.exit == 0);
    CHECK(good.text == "The configuration is valid.\n");
    const auto bad = check(folder.write("bad.toml", with(TrialFolder::hub_toml(), "[http]", "[htpt]")), true);
    CHECK(bad.exit == 78);
    CHECK(boost::json::parse(bad.text).at("mistakes").as_array().size() == 1);
    CHECK(check(folder.path() / "absent.toml", false).exit == 78);
}
