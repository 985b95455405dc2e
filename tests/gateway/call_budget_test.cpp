#include "adapters/gateway/call_budget.hpp"

#include <catch2/catch.hpp>

using hub::gateway::CallBudget;
using namespace std::chrono_literals;

TEST_CASE("a caller may call so often, and saves up ten seconds", "[gateway]") {
    CallBudget budget{{.calls_per_minute = 60, .calls_at_once_max = 100}};
    const CallBudget::Clock::time_point start{};
    for (int i = 0; i < 10; ++i)
        CHECK_FALSE(budget.enter("a", start));
    CHECK(budget.enter("a", start) == 1s);
    CHECK_FALSE(budget.enter("b", start));
    CHECK(budget.enter("a", start + 500ms) == 1s);
    CHECK_FALSE(budget.enter("a", start + 1s));
    CHECK(budget.enter("a", start + 1s));
    for (int i = 0; i < 10; ++i)
        CHECK_FALSE(budget.enter("a", start + 1h));
    CHECK(budget.enter("a", start + 1h));
}

TEST_CASE("a slow rate tells how long to wait", "[gateway]") {
    CallBudget budget{{.calls_per_minute = 6, .calls_at_once_max = 100}};
    CHECK_FALSE(budget.enter("a", {}));
    CHECK(budget.enter("a", {}) == 10s);
}

TEST_CASE("a caller may do so much at once", "[gateway]") {
    CallBudget budget{{.calls_per_minute = 6000, .calls_at_once_max = 2}};
    CHECK_FALSE(budget.enter("a", {}));
    CHECK_FALSE(budget.enter("a", {}));
    CHECK(budget.enter("a", {}) == 1s);
    CHECK_FALSE(budget.enter("b", {}));
    CHECK(budget.under_way() == 3);
    budget.leave("a");
    CHECK(budget.under_way() == 2);
    CHECK_FALSE(budget.enter("a", {}));
    budget.leave("nobody");
}
