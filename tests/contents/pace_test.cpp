#include "hub/http/pace.hpp"

#include <catch2/catch.hpp>

namespace hub::http {
namespace {

using namespace std::chrono_literals;

constexpr Pace::TimePoint start{1h};
constexpr std::size_t a_quarter = Pace::bytes_per_second / 4;

TEST_CASE("without short documents nobody waits") {
    Pace pace;
    for (int i = 0; i < 3; ++i)
        CHECK(pace.turn(a_quarter, false, start) == start);
}

TEST_CASE("while short documents come all connections together keep the pace") {
    Pace pace;
    CHECK(pace.turn(a_quarter, true, start) == start);
    CHECK(pace.turn(a_quarter, true, start) == start + 250ms);
    CHECK(pace.turn(a_quarter, false, start + 50ms) == start + 500ms);
    SECTION("nobody saves up turns") { CHECK(pace.turn(a_quarter, true, start + 900ms) == start + 900ms); }
    SECTION("a while after the last of them nobody waits any more") {
        CHECK(pace.turn(a_quarter, false, start + 999ms) == start + 999ms);
        CHECK(pace.turn(a_quarter, false, start + 999ms) == start + 1249ms);
        CHECK(pace.turn(a_quarter, false, start + 1000ms) == start + 1000ms);
    }
}

}  // namespace
}  // namespace hub::http
