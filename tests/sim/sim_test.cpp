#include "tests/sim/world.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>

using namespace hub;

namespace {

std::size_t seeds_wanted() {
    const char* text = std::getenv("LGSP_SIM_SEEDS");
    return text ? static_cast<std::size_t>(std::strtoul(text, nullptr, 10)) : 2000;
}

std::uint64_t first_seed() {
    const char* text = std::getenv("LGSP_SIM_FIRST_SEED");
    return text ? std::strtoull(text, nullptr, 10) : 1;
}

void check_seed(const sim::Plan& plan) {
    sim::World world{plan};
    const auto violations = world.run();
    std::string all;
    for (const std::string& violation : violations)
        all += violation + "\n";
    INFO("seed " << plan.seed << ": " << all);
    if (!violations.empty())
        std::cerr << "failing seed " << plan.seed << ":\n" << all;
    CHECK(violations.empty());
}

}  // namespace

TEST_CASE("nothing is lost, doubled or forged, whatever fails and when", "[sim]") {
    const std::size_t seeds = seeds_wanted();
    std::cout << "seeds " << first_seed() << " to " << first_seed() + seeds - 1 << "\n";
    for (std::size_t i = 0; i < seeds; ++i)
        check_seed({.seed = first_seed() + i, .documents = 6, .faults = {}});
}

TEST_CASE("a storm of crashes", "[sim]") {
    constexpr std::size_t plain_seeds_for_a_storm = 33;
    const std::size_t storms = std::max<std::size_t>(1, seeds_wanted() / plain_seeds_for_a_storm);
    for (std::uint64_t seed = 1; seed <= storms; ++seed)
        check_seed({.seed = seed,
                    .documents = 10,
                    .faults = {.crash_per_mille = 40,
                               .bus_loss_per_mille = 30,
                               .inbound_loss_per_mille = 30,
                               .wipe_per_mille = 5,
                               .nack_per_mille = 60,
                               .resend_per_mille = 100,
                               .slow_commit_per_mille = 600}});
}

TEST_CASE("inboxes that are purged again and again", "[sim]") {
    constexpr std::size_t plain_seeds_for_this = 20;
    const std::size_t seeds = std::max<std::size_t>(1, seeds_wanted() / plain_seeds_for_this);
    for (std::uint64_t seed = 1; seed <= seeds; ++seed)
        check_seed({.seed = seed, .documents = 6, .faults = {.purge_per_mille = 6, .garbled_per_mille = 200}});
}

TEST_CASE("the same seed gives the same run", "[sim]") {
    for (const std::uint64_t seed : {7u, 8u, 9u}) {
        sim::World first{{.seed = seed, .documents = 6, .faults = {}}};
        sim::World second{{.seed = seed, .documents = 6, .faults = {}}};
        CHECK(first.run() == second.run());
        CHECK(first.trace_hash() == second.trace_hash());
    }
}
