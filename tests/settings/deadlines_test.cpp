// The sections [deadlines] and [calendar].

#include "hub/core/vietnamese_holidays.hpp"
#include "tests/settings/trial_folder.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

using namespace hub;
using namespace hub::test;

namespace {

DeadlineRules rules_of(const TrialFolder& folder, const std::string& sections) {
    const LoadedSettings loaded = folder.load(TrialFolder::hub_toml() + sections);
    INFO(lines_of(loaded.mistakes));
    REQUIRE(loaded.settings);
    return loaded.settings->deadlines;
}

std::string mistakes_of(const TrialFolder& folder, const std::string& sections) {
    return lines_of(folder.load(TrialFolder::hub_toml() + sections).mistakes);
}

}  // namespace

TEST_CASE("terms and working time arrive as they were written", "[settings]") {
    const TrialFolder folder;
    const DeadlineRules rules = rules_of(folder, R"(
[deadlines]
retrieval = "45m"
arrival = "2d 08:30"
[calendar]
hours = ["08:00-12:00"]
weekdays = ["sat"]
holidays = [2026-11-28]
worked = [2026-11-29]
)");
    CHECK(rules.retrieval == Term{.working = Minutes{45}});
    CHECK(rules.arrival == Term{.working_days = 2, .time_of_day = Minutes{510}});
    CHECK(rules.decision == DeadlineRules{}.decision);
    CHECK_FALSE(rules.calendar.is_working_day(*parse_day("2026-11-28")));
    CHECK(rules.calendar.is_working_day(*parse_day("2026-11-29")));
    CHECK(rules.calendar.is_working_day(*parse_day("2026-12-05")));
    CHECK_FALSE(rules.calendar.is_working_day(*parse_day("2026-12-07")));
    // Sunday the 29th, 11:30 there: half an hour of it is left, the rest is on the next Saturday.
    const Instant start{parse_day("2026-11-29")->time_since_epoch() + Minutes{11 * 60 + 30} - WorkingCalendar::zone};
    CHECK(rules.retrieval.from(start, rules.calendar) == start + Minutes{6 * 24 * 60 - 3 * 60 - 15});
}

TEST_CASE("without them the usual terms hold", "[settings]") {
    const TrialFolder folder;
    const DeadlineRules rules = rules_of(folder, "");
    CHECK(rules.retrieval == DeadlineRules{}.retrieval);
    CHECK(rules.calendar.is_working_day(*parse_day("2026-11-27")));
    CHECK_FALSE(rules.calendar.is_working_day(*parse_day("2027-09-02")));
    CHECK(rules_of(folder, "[calendar]\nholidays = []\n").calendar.is_working_day(*parse_day("2027-09-02")));
}

TEST_CASE("the example has all holidays of its year", "[settings]") {
    const TrialFolder folder;
    std::ifstream file{std::filesystem::path{LGSP_SOURCE_DIR} / "config/hub.example.toml"};
    const std::string example{std::istreambuf_iterator<char>{file}, {}};
    const auto from = example.find("[calendar]"), to = example.find("[log]");
    REQUIRE((from < to && to != std::string::npos));
    const DeadlineRules rules = rules_of(folder, example.substr(from, to - from));
    CHECK(rules.calendar.holidays_of(std::chrono::year{2027}) == holidays_of_a_year);
}

TEST_CASE("a wrong term or day is one mistake with key and form", "[settings]") {
    const TrialFolder folder;
    for (const char* wrong : {"30", "m", "-1m", "99999m", "1d", "1d 24:01", "d 12:00", "61d 12:00", "1d  12:00", "30M", ""}) {
        const std::string said = mistakes_of(folder, "[deadlines]\nretrieval = \"" + std::string{wrong} + "\"\n");
        CAPTURE(wrong, said);
        CHECK(said.find("deadlines.retrieval:") != std::string::npos);
    }
    for (const char* wrong : {"hours = [\"08:00\"]", "hours = []", "hours = [\"10:00-09:00\"]",
                              "hours = [\"08:00-10:00\", \"09:00-11:00\"]", "weekdays = []", "weekdays = [\"monday\"]",
                              "holidays = [\"2026-09-02\"]", "holidays = 3", "worked = [1]", "hours = [7]"}) {
        const std::string said = mistakes_of(folder, "[calendar]\n" + std::string{wrong} + "\n");
        CAPTURE(wrong, said);
        CHECK(said.find("calendar." + std::string{wrong}.substr(0, std::string_view{wrong}.find(' '))) != std::string::npos);
    }
}
