#include "hub/http/throttle.hpp"

#include "hub/http/caller_network.hpp"
#include "hub/http/connection_counts.hpp"
#include "hub/http/door.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace std::chrono_literals;

namespace {

Instant at(std::chrono::milliseconds ms) { return Instant{ms}; }

}  // namespace

TEST_CASE("so many at once, then one in each interval", "[throttle]") {
    http::Throttle throttle{3, 10s};
    for (int i = 0; i < 3; ++i)
        CHECK_FALSE(throttle.take("a", at(100s)));
    CHECK(throttle.take("a", at(100s)) == 10s);
    CHECK(throttle.take("a", at(109s)) == 1s);
    CHECK_FALSE(throttle.take("b", at(109s)));
    CHECK_FALSE(throttle.take("a", at(110s)));
    CHECK(throttle.take("a", at(110s)) == 10s);
    throttle.forget("a");
    CHECK_FALSE(throttle.take("a", at(110s)));
    // However long it did not ask, it has no more than a burst.
    for (int i = 0; i < 3; ++i)
        CHECK_FALSE(throttle.take("b", at(1000h)));
    CHECK(throttle.take("b", at(1000h)));
}

TEST_CASE("a clock that is set back makes nobody wait for long", "[throttle]") {
    http::Throttle throttle{2, 10s};
    CHECK_FALSE(throttle.take("a", at(1000h)));
    CHECK_FALSE(throttle.take("a", at(1000h)));
    CHECK(throttle.take("a", at(1h)) <= 10s);
    CHECK_FALSE(throttle.take("a", at(1h + 10s)));
}

TEST_CASE("keys are bounded, and those whose count is full are forgotten", "[throttle]") {
    http::Throttle throttle{1, 10s};
    for (std::size_t i = 0; i < http::Throttle::keys_max; ++i)
        REQUIRE_FALSE(throttle.take(std::to_string(i), at(0s)));
    CHECK(throttle.take("one more", at(1s)) == 10s);
    CHECK_FALSE(throttle.take("one more", at(10s)));
}

TEST_CASE("an address has a number of guesses for all users together", "[throttle]") {
    http::Guesses guesses;
    const Instant now = at(0s);
    for (int i = 0; i < 20; ++i)
        CHECK_FALSE(guesses.take("user" + std::to_string(i), "192.0.2.1", now));
    CHECK(guesses.take("user99", "192.0.2.1", now) == 6s);
    CHECK_FALSE(guesses.take("user99", "192.0.2.2", now));
    CHECK_FALSE(guesses.take("user99", "192.0.2.1", now + 6s));
    // What comes too often gets no entry of its own, but is counted.
    std::uint64_t entries = 0, told = 0;
    for (int i = 0; i < 1000; ++i)
        if (const auto before = guesses.note_refused(now + std::chrono::milliseconds{i * 100})) {
            ++entries;
            told += *before;
        }
    CHECK(entries == 19);
    CHECK(entries + told >= 900);
}

TEST_CASE("who has all of an IPv6 network has one number of guesses", "[throttle]") {
    http::Guesses guesses;
    for (int i = 0; i < 20; ++i)
        CHECK_FALSE(guesses.take("user" + std::to_string(i), "2001:db8:0:1::" + std::to_string(i), at(0s)));
    CHECK(guesses.take("user99", "2001:db8:0:1:ffff::9", at(0s)) == 6s);
    CHECK_FALSE(guesses.take("user99", "2001:db8:0:2::9", at(0s)));
    CHECK(http::caller_network("2001:db8:0:1:ffff::9") == "2001:db8:0:1::/64");
    CHECK(http::caller_network("::ffff:192.0.2.1") == "192.0.2.1");
    CHECK(http::caller_network("nobody") == "nobody");
    for (const char* here : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"})
        CHECK(http::is_this_machine(here));
    for (const char* elsewhere : {"192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1", "nobody"})
        CHECK_FALSE(http::is_this_machine(elsewhere));
}

TEST_CASE("one address cannot take the places of all", "[throttle]") {
    using Place = http::ConnectionCounts::Place;
    http::ConnectionCounts counts{{.in_all = 5, .nameless_per_address = 2, .per_name = 1}};
    Place one{counts, "192.0.2.1"};
    const Place two{counts, "192.0.2.1"};
    CHECK((one && two));
    CHECK_FALSE(Place{counts, "192.0.2.1"});
    const Place other{counts, "192.0.2.2"};
    const Place uncounted{counts, {}};
    CHECK((other && uncounted));
    // Once it is known whose it is, its address has room again.
    CHECK(one.take_name("H43.01"));
    const Place third{counts, "192.0.2.1"};
    CHECK(third);
    CHECK_FALSE(Place{counts, {}});
    CHECK_FALSE(Place{counts, "192.0.2.3"});
}

TEST_CASE("strangers at one address do not lock out who has signed in there", "[throttle]") {
    http::Guesses guesses;
    const Instant now = at(0s);
    guesses.succeeded("an", "192.0.2.1");
    for (int i = 0; i < 20; ++i)
        CHECK_FALSE(guesses.take("user" + std::to_string(i), "192.0.2.1", now));
    CHECK(guesses.take("binh", "192.0.2.1", now));
    CHECK_FALSE(guesses.take("an", "192.0.2.1", now));
}
