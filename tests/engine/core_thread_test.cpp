// The core's thread, once the core cannot go on.

#include "hub/core_thread.hpp"

#include "tests/engine/hub_bench.hpp"

#include <catch2/catch.hpp>

using namespace hub;

TEST_CASE("nobody waits for room in the inbox of a core that has failed", "[core_thread]") {
    test::HubBench bench;
    BoundedQueue<Event> events{2};
    CoreThread core{*bench.relay, *bench.engine, events, [&] { return bench.now; }, [](const Relay::Counters&) {}};
    events.push(LedgerCommitted{Fault{Errc::ledger_corrupt, "disk", {}}});
    core.join();
    REQUIRE(core.failure());
    CHECK(core.failure()->code == Errc::ledger_corrupt);
    REQUIRE_FALSE(events.push(Tick{}));
    CHECK(events.size() == 0);
}
