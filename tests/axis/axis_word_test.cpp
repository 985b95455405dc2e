// What the connector tells the hub of the way to the axis, and when.

#include "adapters/axis/axis_word.hpp"

#include "tests/support/codes.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace std::chrono_literals;
using test::code;

namespace {

constexpr Instant began{10'000'000ms};

/// The code that is said, or nothing.
std::string said(axis::AxisWord& word, std::optional<Instant> down_since, Instant now, bool is_connected = true) {
    const auto outgoing = word.next(code("AXIS"), down_since, is_connected, now);
    return outgoing ? outgoing->status->code : std::string{};
}

}  // namespace

TEST_CASE("how the axis is is said every ten seconds, and at once when it changes") {
    axis::AxisWord word;
    CHECK(said(word, {}, began) == "axis-up");
    CHECK(said(word, {}, began + 9999ms).empty());
    CHECK(said(word, {}, began + 10s) == "axis-up");
    CHECK(said(word, began + 11s, began + 11s) == "axis-down");
    CHECK(said(word, began + 11s, began + 12s).empty());
    CHECK(said(word, {}, began + 13s) == "axis-up");
    // The clock was set back.
    CHECK(said(word, {}, began) == "axis-up");
}

TEST_CASE("what is told of the work is what state.json shows") {
    axis::Figures figures;
    figures.departing = {.waiting = 4, .unclear = 1, .oldest = began, .oldest_unclear = began + 1s};
    figures.arriving = 3;
    figures.arriving_since = began + 2s;
    figures.fetches_refused = 2;
    figures.axis_clock_ahead = -3s;
    figures.calls[static_cast<std::size_t>(AxisCall::send)] = {began, began + 3s};
    const AxisFigures told = axis::told_figures(figures);
    CHECK(told.out == AxisFigures::Backlog{4, began});
    CHECK(told.unclear == AxisFigures::Backlog{1, began + 1s});
    CHECK(told.in == AxisFigures::Backlog{3, began + 2s});
    CHECK(told.not_given == 2);
    CHECK(told.clock_ahead == -3s);
    CHECK(told.of(AxisCall::send).failed_at == began + 3s);
    CHECK(parse_axis_figures(text_of(told), began + 1h) == told);
}

TEST_CASE("without the broker nothing is said, and with it at once") {
    axis::AxisWord word;
    CHECK(said(word, {}, began, false).empty());
    CHECK(said(word, {}, began) == "axis-up");
    CHECK(said(word, {}, began + 1s, false).empty());
    CHECK(said(word, {}, began + 2s) == "axis-up");
}

TEST_CASE("the hub reads since when it is down") {
    axis::AxisWord word;
    const auto outgoing = word.next(code("AXIS"), began - 1h, true, began);
    REQUIRE(outgoing);
    EnvelopeHeader header{.id = kit::new_envelope_id().value(), .kind = outgoing->kind, .sender = outgoing->sender};
    header.status = outgoing->status;
    CHECK(tells_of_axis(header));
    CHECK(axis_down_since(*header.status, began) == began - 1h);
    // Its clock may be ahead.
    CHECK(axis_down_since(*header.status, began - 2h) == began - 2h);
    header.status->reported_at = "yesterday";
    CHECK(axis_down_since(*header.status, began) == began);
    header.status->code = "axis-up";
    CHECK_FALSE(axis_down_since(*header.status, began));
    header.status->code = "03";
    CHECK_FALSE(tells_of_axis(header));
}
