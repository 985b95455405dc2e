#include "hub/http/rfc3339.hpp"

#include "hub/http/json.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace std::chrono_literals;

namespace {

constexpr Instant now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 25} + 1h};

std::string utc(std::string_view text) {
    const auto at = http::parse_time(text, now);
    return at ? http::time_text(*at) : "none";
}

}  // namespace

TEST_CASE("times are understood as they are written", "[time]") {
    const std::pair<std::string_view, std::string_view> times[]{
        {"2026-11-24", "2026-11-23T17:00:00.000Z"},
        {"2024-02-29", "2024-02-28T17:00:00.000Z"},
        {"2026-11-24T08:00:00Z", "2026-11-24T08:00:00.000Z"},
        {"2026-11-24T08:00:00+07:00", "2026-11-24T01:00:00.000Z"},
        {"2026-11-24T08:00:00-00:30", "2026-11-24T08:30:00.000Z"},
        {"2026-11-24T00:30:00+14:00", "2026-11-23T10:30:00.000Z"},
        {"2026-11-24T23:59:60Z", "2026-11-25T00:00:00.000Z"},
        {"2026-11-24T08:00:00.5Z", "2026-11-24T08:00:00.500Z"},
        {"2026-11-24T08:00:00.004Z", "2026-11-24T08:00:00.004Z"},
        {"2026-11-24T08:00:00.123456789+07:00", "2026-11-24T01:00:00.123Z"}};
    for (const auto& [text, at] : times) {
        INFO(text);
        CHECK(utc(text) == at);
    }
    // What the hub says of itself it understands.
    CHECK(utc(http::time_text(now + 7ms)) == http::time_text(now + 7ms));
}

TEST_CASE("an age is that long ago", "[time]") {
    const std::pair<std::string_view, std::string_view> ages[]{{"1d", "2026-11-24T01:00:00.000Z"},
                                                               {"30d", "2026-10-26T01:00:00.000Z"},
                                                               {"2h", "2026-11-24T23:00:00.000Z"},
                                                               {"90m", "2026-11-24T23:30:00.000Z"},
                                                               {"0m", "2026-11-25T01:00:00.000Z"}};
    for (const auto& [text, at] : ages) {
        INFO(text);
        CHECK(utc(text) == at);
    }
    CHECK(http::parse_time("999999d", now).has_value());
    for (const std::string_view wrong :
         {"d", "-1d", "1.5d", "1 d", "1s", "1dd", "1000000d", "+1d", "today", "m"}) {
        INFO(wrong);
        CHECK(utc(wrong) == "none");
    }
}

TEST_CASE("what is no time is told so, not guessed at", "[time]") {
    for (const std::string_view wrong : {"",
                                         "2026",
                                         "2026-11",
                                         "2026-11-2",
                                         "2026-1-02",
                                         " 2026-11-24",
                                         "2026-11-24 ",
                                         "-026-11-24",
                                         "+026-11-24",
                                         "2026-00-10",
                                         "2026-13-01",
                                         "2026-02-29",
                                         "2026-11-31",
                                         "24/11/2026",
                                         "2026-11-24T",
                                         "2026-11-24T08:00Z",
                                         "2026-11-24T08:00:00",
                                         "2026-11-24 08:00:00Z",
                                         "2026-11-24T24:00:00Z",
                                         "2026-11-24T-1:00:00Z",
                                         "2026-11-24T08:60:00Z",
                                         "2026-11-24T08:00:61Z",
                                         "2026-11-24T08:-1:00Z",
                                         "2026-11-24T08:00:00.Z",
                                         "2026-11-24T08:00:00.1",
                                         "2026-11-24T08:00:00z",
                                         "2026-11-24T08:00:00ZZ",
                                         "2026-11-24T08:00:00+7:00",
                                         "2026-11-24T08:00:00+-7:00",
                                         "2026-11-24T08:00:00 07:00",
                                         "2026-11-24T08:00:00+15:00",
                                         "2026-11-24T08:00:00+07:60",
                                         "2026-11-24T08:00:00+07:00x"}) {
        INFO(wrong);
        CHECK(utc(wrong) == "none");
    }
    constexpr std::string_view with_nul{"2026-11-24\0", 11};
    CHECK(utc(with_nul) == "none");
}
