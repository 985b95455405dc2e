// What of a file is still read when something in it is no TOML, or stands twice.

#include "tests/settings/trial_folder.hpp"

#include "hub/toml_section.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::test;
using Catch::Matchers::Equals;

/// What is said of the settings with that in place of this.
std::string said_with(std::string_view from, std::string_view to) {
    const TrialFolder folder;
    const LoadedSettings loaded = folder.load(with(TrialFolder::hub_toml(), from, to));
    CHECK_FALSE(loaded.settings);
    return lines_of(loaded.mistakes);
}

}  // namespace

TEST_CASE("what stands twice is told with its key, beside all other mistakes", "[settings]") {
    const TrialFolder folder;
    std::string text = with(TrialFolder::hub_toml(), "verify_threads = 3", "verify_threads = 0");
    text = with(text, "queue_type = \"quorum\"", "queue_type = \"quorum\"\nqueue_type = \"classic\"");
    text = with(text, "language = \"en\"", "language = \"fr\"");
    folder.write("agencies.toml",
                 with(with(TrialFolder::agencies_toml(), "name = \"B\"", "name = \"B\"\nname = \"C\""), "axis = true",
                      "axis = 1"));
    CHECK_THAT(lines_of(folder.load(text).mistakes),
               Equals("hub.toml:5: hub.verify_threads: 0: must be a whole number from 1 to 64\n"
                      "hub.toml:13: broker.queue_type: stands in line 12 already\n"
                      "hub.toml:23: log.language: \"fr\": must be one of \"vi\", \"en\"\n"
                      "agencies.toml:13: agency[1].name: stands in line 12 already\n"
                      "agencies.toml:20: agency[2].axis: must be true or false\n"));
}

TEST_CASE("of a table that stands twice both halves are looked at", "[settings]") {
    CHECK_THAT(said_with("format = \"json\"", "[http]\nlisten = \"nowhere\"\ncolour = 1\n[log]\nformat = \"yaml\""),
               Equals("hub.toml:21: http: stands in line 16 already\n"
                      "hub.toml:22: http.listen: stands in line 17 already\n"
                      "hub.toml:23: http.colour: no such setting\n"
                      "hub.toml:24: log: stands in line 19 already\n"
                      "hub.toml:25: log.format: \"yaml\": must be one of \"text\", \"json\"\n"));
}

TEST_CASE("a value over many lines that stands twice is taken for one", "[settings]") {
    CHECK_THAT(said_with("verify_threads = 3", "province_codes = [\n  \"H43\",\n]\nverify_threads = 0"),
               Equals("hub.toml:5: hub.province_codes: stands in line 3 already\n"
                      "hub.toml:8: hub.verify_threads: 0: must be a whole number from 1 to 64\n"));
}

TEST_CASE("a value that is no TOML is one mistake, and the others are told beside it", "[settings]") {
    const auto value = GENERATE(values<std::string_view>(
        {"H43.LGSP", "\"H43.LGSP", "", "007", "\"H43.LGSP\" LGSP", "{ a = 1, a = 2 }"}));
    const TrialFolder folder;
    std::string text = with(TrialFolder::hub_toml(), "\"H43.LGSP\"", value);
    text = with(text, "verify_threads = 3", "verify_threads = 0");
    const LoadedSettings loaded = folder.load(text);
    INFO(lines_of(loaded.mistakes));
    REQUIRE(loaded.mistakes.size() == 2);
    CHECK(loaded.mistakes[0].line == 2);
    CHECK(loaded.mistakes[0].problem_en.starts_with("not TOML: "));
    CHECK(loaded.mistakes[1].key == "hub.verify_threads");
}

TEST_CASE("what cannot be made sense of is told alone, and that nothing else was looked at", "[settings]") {
    const auto wrong = GENERATE(values<std::pair<std::string_view, std::string_view>>({
        {"[http]", "http"},                                     // Whose keys these are nobody knows.
        {"[http]", "[http"},
        {"[\"H43\", \"000.00.00.H43\"]", "[\"H43\", \"000.00.00.H43\""},  // All that follows is in the list.
    }));
    const std::string said = said_with(wrong.first, wrong.second);
    INFO(said);
    CHECK(std::ranges::count(said, '\n') == 1);
    CHECK(said.find("not TOML: ") != std::string::npos);
    CHECK(said.find("until this is right nothing else of the file is looked at") != std::string::npos);
}
