// Whom the content store turns away: told when it begins, now and then while it lasts, and when it is over.

#include "hub/core/content_refusals.hpp"

#include "tests/support/codes.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace std::chrono_literals;
using test::code;
using Stranger = ContentRefusals::Stranger;

namespace {

constexpr Instant start{std::chrono::days{20'000}};

struct Trial {
    ContentRefusals refusals;
    Instant now = start;

    std::optional<ContentRefusal> refuse(const char* agency = "H43.01", Errc why = Errc::quota_exceeded,
                                         std::optional<Instant> until = {}) {
        return refusals.refused(code(agency), why, until, now);
    }
    /// As an adapter does it: every half minute. How often it was told.
    int refuse_for(std::chrono::minutes span) {
        int told = 0;
        for (const Instant end = now + span; now < end; now += 30s) {
            told += refuse().has_value();
            CHECK(refusals.ended(now).empty());
        }
        return told;
    }
};

}  // namespace

TEST_CASE("an agency that is refused again and again is told of once a day", "[refusals]") {
    Trial trial;
    const auto first = trial.refuse();
    REQUIRE(first);
    CHECK(*first == ContentRefusal{code("H43.01"), Errc::quota_exceeded, start, 1, {}});
    CHECK(trial.refuse_for(24h) == 0);
    CHECK(trial.refuse_for(72h) == 3);
    const auto all = trial.refusals.snapshot();
    REQUIRE(all.current.size() == 1);
    CHECK(all.current[0].since == start);
    CHECK(all.current[0].count == 96 * 120 + 1);
    CHECK(all.refused == std::array<std::uint64_t, 4>{0, 0, 96 * 120 + 1, 0});
}

TEST_CASE("each agency and each reason is told by itself", "[refusals]") {
    Trial trial;
    const Instant until = start - 5h;
    CHECK(trial.refuse("H43.01"));
    CHECK(trial.refuse("H43.02"));
    CHECK(trial.refuse("H43.01", Errc::contents_full));
    CHECK(trial.refuse("H43.01", Errc::certificate_not_valid_now, until)->certificate_until == until);
    CHECK(trial.refuse("H43.01", Errc::sender_closed));
    CHECK_FALSE(trial.refuse("H43.01"));
    CHECK(trial.refusals.snapshot().current.size() == 5);
    CHECK(trial.refusals.snapshot().refused == std::array<std::uint64_t, 4>{1, 1, 3, 1});
}

TEST_CASE("what has not been refused for half an hour is over, and told once", "[refusals]") {
    Trial trial;
    trial.refuse();
    trial.refuse();
    trial.now += 30min - 1ms;
    CHECK(trial.refusals.ended(trial.now).empty());
    CHECK(trial.refusals.snapshot().current.size() == 1);
    trial.now += 1ms;
    const auto over = trial.refusals.ended(trial.now);
    REQUIRE(over.size() == 1);
    CHECK(over[0].count == 2);
    CHECK(trial.refusals.ended(trial.now).empty());
    CHECK(trial.refusals.snapshot().current.empty());
    SECTION("what begins again within the hour is not told, nor is its end") {
        CHECK_FALSE(trial.refuse());
        CHECK(trial.refusals.snapshot().current.size() == 1);
        trial.now += 30min;
        CHECK(trial.refusals.ended(trial.now).empty());
        CHECK(trial.refusals.snapshot().current.empty());
    }
    SECTION("later it is told anew") {
        trial.now += 30min;
        const auto told = trial.refuse();
        REQUIRE(told);
        CHECK(told->count == 1);
        CHECK(told->since == trial.now);
    }
}

TEST_CASE("strangers are counted, and told of once an hour by their number", "[refusals]") {
    Trial trial;
    CHECK(trial.refusals.turned_away(Stranger::certificate, trial.now) == 1);
    for (int i = 0; i < 100'000; ++i) {
        trial.now += 30ms;
        CHECK_FALSE(trial.refusals.turned_away(Stranger::certificate, trial.now));
    }
    CHECK(trial.refusals.turned_away(Stranger::handshake, trial.now) == 1);
    trial.now += 1h;
    CHECK(trial.refusals.turned_away(Stranger::certificate, trial.now) == 100'001);
    const auto all = trial.refusals.snapshot();
    CHECK(all.current.empty());
    CHECK(all.strangers == std::array<std::uint64_t, 2>{100'002, 1});
}

TEST_CASE("a clock that was set back silences nothing for long", "[refusals]") {
    Trial trial;
    trial.refuse();
    trial.now -= 24h;
    CHECK(trial.refuse());
    CHECK_FALSE(trial.refuse());
    trial.now -= 24h;
    CHECK(trial.refusals.ended(trial.now).size() == 1);
}
