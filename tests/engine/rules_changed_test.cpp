// Settings that are read again while the relay works: the next event counts by them.

#include "tests/engine/operated_hub.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::code;
using test::HubBench;

namespace {

std::shared_ptr<const Directory> agencies(std::vector<std::string_view> codes) {
    std::vector<Agency> all;
    for (const std::string_view each : codes)
        all.push_back({.code = code(each)});
    return std::make_shared<const Directory>(Directory::build(std::move(all), {code("H43")}).value());
}

const std::vector<std::string_view> old_ones{"H43", "H43.01"}, with_new_one{"H43", "H43.01", "H43.07"};

struct ChangedHub : HubBench {
    ChangedHub() {
        directory = agencies(old_ones);
        start();
        REQUIRE(take(BusUp{}).has_value());
        settle();
    }
    void give(const Event& event) {
        REQUIRE(take(event).has_value());
        settle();
    }
    std::uint64_t accepted() const { return relay->counters().accepted; }
    std::uint64_t refused() const { return relay->counters().refused; }
};

}  // namespace

TEST_CASE("a new agency gets and sends documents from the change on", "[engine]") {
    ChangedHub hub;
    hub.give(hub.delivered(HubBench::document(1, {code("H43.07")}), "one"));
    CHECK(hub.refused() == 1);
    hub.give(RulesChanged{agencies(with_new_one), {}, {}, {}});
    hub.give(hub.delivered(HubBench::document(2, {code("H43.07")}), "two"));
    REQUIRE(hub.bus.envelopes.size() == 1);
    CHECK(hub.bus.envelopes.front().inbox == code("H43.07"));
    EnvelopeHeader own = HubBench::document(3, {code("H43.01")});
    own.sender = code("H43.07");
    hub.give(hub.delivered(std::move(own), "three", "H43.07"));
    CHECK(hub.accepted() == 2);
}

TEST_CASE("what was on its way to an agency that is taken out goes on", "[engine]") {
    ChangedHub hub;
    hub.give(RulesChanged{agencies(with_new_one), {}, {}, {}});
    hub.give(hub.delivered(HubBench::document(1, {code("H43.07")}), "one"));
    REQUIRE(hub.bus.envelopes.size() == 1);
    hub.give(RulesChanged{agencies(old_ones), {}, {}, {}});
    hub.give(Confirmed{hub.bus.envelopes.front().id});
    CHECK(hub.relay->counters().confirmed == 1);
    hub.give(hub.delivered(HubBench::document(2, {code("H43.07")}), "two"));
    CHECK(hub.refused() == 1);
}

TEST_CASE("an agency that is closed says what it has taken, and nothing else", "[engine]") {
    test::OperatedHub hub;
    hub.accept(1);
    std::vector<Agency> agencies = hub.directory->agencies();
    std::ranges::find(agencies, code("H43.01"), &Agency::code)->closed_at = hub.now;
    hub.now += std::chrono::seconds{1};
    auto closed = Directory::build(std::move(agencies), {code("H43")}).value();
    REQUIRE(hub.take(RulesChanged{std::make_shared<const Directory>(std::move(closed)), {}, {}, {}}).has_value());
    hub.acknowledge(1, true, 1);
    CHECK(hub.relay->counters().refused == 0);
    EnvelopeHeader own = HubBench::document(3, {code("H43")});
    own.sender = code("H43.01");
    REQUIRE(hub.take(hub.delivered(std::move(own), "three", "H43.01")).has_value());
    hub.settle();
    CHECK(hub.relay->counters().refused == 1);
}
