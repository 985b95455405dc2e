// What the connector says of its work: as text and back, between versions that know more or less of it.

#include "hub/core/axis_figures.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace std::chrono_literals;

namespace {

constexpr Instant heard_at{1'790'000'000s};

AxisFigures busy() {
    AxisFigures figures;
    figures.of(AxisCall::list) = {heard_at - 5s, heard_at - 1h};
    figures.of(AxisCall::send) = {std::nullopt, heard_at - 2s};
    figures.unclear = {2, heard_at - 10min};
    figures.out = {5, heard_at - 20min};
    figures.in = {3, heard_at - 1s};
    figures.not_given = 1;
    figures.clock_ahead = -3s;
    return figures;
}

}  // namespace

TEST_CASE("what the connector says of its work is read as it was said") {
    CHECK(parse_axis_figures(text_of(busy()), heard_at) == busy());
    CHECK(parse_axis_figures(text_of(AxisFigures{}), heard_at) == AxisFigures{});
}

TEST_CASE("a connector of an earlier version says nothing, one of a later version more") {
    CHECK(parse_axis_figures("", heard_at) == std::nullopt);
    CHECK(parse_axis_figures("anything else", heard_at) == std::nullopt);
    CHECK(parse_axis_figures(text_of(busy()) + " weather=fine", heard_at) == busy());
}

TEST_CASE("no time is later than now, and what is no number is none") {
    AxisFigures ahead;
    ahead.of(AxisCall::get).succeeded_at = heard_at + 1h;
    CHECK(parse_axis_figures(text_of(ahead), heard_at)->of(AxisCall::get).succeeded_at == heard_at);
    const auto read = parse_axis_figures("list=x/-1 get unclear=-2@soon out=@ in=7 clock_ahead=99999999999999", heard_at);
    REQUIRE(read);
    AxisFigures expected;
    expected.in.count = 7;
    CHECK(*read == expected);
}
