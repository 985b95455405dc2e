// How a connection to the broker stands, for those who look at it.

#include "hub/amqp/link.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace std::chrono_literals;

namespace {

bool stands(const amqp::Link& link, amqp::LinkState state, const std::string& trouble) {
    const amqp::LinkStatus status = link.status();
    return status.state == state && link.state() == state && status.trouble == trouble;
}

}  // namespace

TEST_CASE("each wait is at most twice the longest before it, up to ten seconds, and at least half of that") {
    amqp::BackOff back_off;
    for (const auto longest : {100ms, 200ms, 400ms, 800ms, 1600ms, 3200ms, 6400ms, 10'000ms, 10'000ms}) {
        const auto wait = back_off.next();
        CHECK(wait >= longest / 2);
        CHECK(wait <= longest);
    }
    back_off.reset();
    CHECK(back_off.next() <= 100ms);
}

TEST_CASE("a link says why it is down or blocked, and nothing while it is up") {
    amqp::Link link;
    CHECK(stands(link, amqp::LinkState::connecting, ""));
    link.went_down(Fault{Errc::broker_unreachable, "connect", "refused"});
    CHECK(stands(link, amqp::LinkState::connecting, "connect: refused"));
    link.came_up();
    CHECK(stands(link, amqp::LinkState::up, ""));
    link.set_blocked(true, "low on memory");
    CHECK(stands(link, amqp::LinkState::blocked, "low on memory"));
    link.set_blocked(false, {});
    CHECK(stands(link, amqp::LinkState::up, ""));
    link.went_down({});
    CHECK(stands(link, amqp::LinkState::connecting, ""));
}
