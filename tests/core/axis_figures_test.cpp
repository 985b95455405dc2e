// What the connector says of its work: as text and back, between versions that know more or less of it.

#include "hub/core/axis_figures.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace std::chrono_literals;

namespace {

constexpr Instant now{1'790'000'000s};

AxisFigures busy() {
    AxisFigures figures;
    figures.of(AxisCall::list) = {now - 5s, now - 1h};
    figures.of(AxisCall::send) = {std::nullopt, now - 2s};
    figures.unclear = {2, now - 10min};
    figures.out = {5, now - 20min};
    figures.in = {3, now - 1s};
    figures.not_given = 1;
    figures.clock_ahead = -3s;
    return figures;
}

}  // namespace

TEST_CASE("what the connector says of its work is read as it was said") {
    CHECK(parse_axis_figures(text_of(busy()), now) == busy());
    CHECK(parse_axis_figures(text_of(AxisFigures{}), now) == AxisFigures{});
}

TEST_CASE("a connector of an earlier version says nothing, one of a later version more") {
    CHECK(parse_axis_figures("", now) == std::nullopt);
    CHECK(parse_axis_figures("anything else", now) == std::nullopt);
    CHECK(parse_axis_figures(text_of(busy()) + " weather=fine", now) == busy());
}

TEST_CASE("no time is later than now, and what is no number is none") {
    AxisFigures ahead;
    ahead.of(AxisCall::get).succeeded_at = now + 1h;
    CHECK(parse_axis_figures(text_of(ahead), now)->of(AxisCall::get).succeeded_at == now);
    const auto read = parse_axis_figures("list=x/-1 get unclear=-2@soon out=@ in=7 clock_ahead=99999999999999", now);
    REQUIRE(read);
    AxisFigures expected;
    expected.in.count = 7;
    CHECK(*read == expected);
}
