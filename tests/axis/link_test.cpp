#include "adapters/axis/link.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace {

using namespace hub;
using namespace hub::axis;
using namespace std::chrono_literals;

Instant at(std::chrono::seconds since) { return Instant{since}; }

}  // namespace

TEST_CASE("waits double up to sixteen times the first, a fifth about it", "[axis][link]") {
    const std::chrono::milliseconds wanted[] = {30s, 60s, 120s, 240s, 480s, 480s, 480s};
    for (unsigned failures = 1; failures <= 7; ++failures) {
        const auto wait = retry_wait(30s, failures, "an id");
        CHECK(wait >= wanted[failures - 1] * 8 / 10);
        CHECK(wait <= wanted[failures - 1] * 12 / 10);
        CHECK(wait == retry_wait(30s, failures, "an id"));
    }
    CHECK(retry_wait(30s, 4'000'000'000U, "an id") <= 576s);
    std::set<std::chrono::milliseconds> waits;
    for (int i = 0; i < 50; ++i)
        waits.insert(retry_wait(30s, 1, std::to_string(i)));
    CHECK(waits.size() > 25);
}

TEST_CASE("the axis is down after three failures in a row, told once, and back with the first word", "[axis][link]") {
    Link link{30s};
    CHECK(link.failed(at(0s)) == Link::Change::none);
    CHECK(link.failed(at(1s)) == Link::Change::none);
    CHECK(link.heard() == Link::Change::none);
    CHECK(link.failed(at(2s)) == Link::Change::none);
    CHECK(link.failed(at(3s)) == Link::Change::none);
    CHECK(permit_of(link, at(3s)) == Permit::all);
    CHECK(link.failed(at(4s)) == Link::Change::went_down);
    CHECK(link.down_since() == at(4s));
    CHECK(permit_of(link, at(4s)) == Permit::none);
    CHECK(permit_of(link, at(41s)) == Permit::probe);
    CHECK(link.failed(at(41s)) == Link::Change::none);
    CHECK(permit_of(link, at(42s)) == Permit::none);
    CHECK(link.heard() == Link::Change::came_back);
    CHECK(link.heard() == Link::Change::none);
    CHECK_FALSE(link.is_down());
}

TEST_CASE("what was under way when the axis went down is no further probe", "[axis][link]") {
    Link link{30s};
    for (int i = 0; i < 3; ++i)
        link.failed(at(0s));
    for (int i = 0; i < 20; ++i)
        link.failed(at(1s));
    CHECK(permit_of(link, at(37s)) == Permit::probe);
}
