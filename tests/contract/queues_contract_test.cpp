// What operators set for queues, and how what goes to them is found in the ledger.

#include "tests/contract/ledgers.hpp"

#include "hub/core/limits.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::at;
using test::code;
using test::Memory;
using test::Sqlite;

namespace {

constexpr DeliverySeq no_bound{UINT64_MAX >> 1};
using Numbers = std::vector<std::uint64_t>;

Numbers numbers(const DuePage& page) {
    Numbers found;
    for (const DueDelivery& due : page.deliveries)
        found.push_back(number(due.seq));
    return found;
}

}  // namespace

TEMPLATE_TEST_CASE("a queue stays as it was set last, until it is as any other", "[ledger][queues]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    const QueueWord word{"an", at(5), "đĩa đầy"};
    const QueueControl paused{code("H43.01"), word, std::nullopt, true};
    const QueueControl limited{code("H43.02"), std::nullopt, QueueLimit{30, word}, false};
    writer.batch.queues = {limited, paused};
    REQUIRE(writer.commit().has_value());
    const auto queues = [&] {
        auto found = under_test.ledger().view()->heads().value().queues;
        std::ranges::sort(found, {}, &QueueControl::agency);
        return found;
    };
    CHECK(queues() == std::vector{paused, limited});

    QueueControl both = limited;
    both.paused = QueueWord{"binh", at(7), "bảo trì"};
    writer.batch.queues = {both, {code("H43.01")}};
    REQUIRE(writer.commit().has_value());
    CHECK(queues() == std::vector{both});
}

TEMPLATE_TEST_CASE("what is due is found without the queues apart, and theirs alone", "[ledger][queues]", Memory, Sqlite) {
    TestType under_test;
    test::Writer writer{under_test.ledger()};
    for (std::uint64_t n = 1; n <= 4; ++n)
        writer.accept("H43", n, {"H43.01", "H43.02", "G22@AXIS"});
    writer.move(4, Station::queued, Carriage::in_inbox);
    writer.move(5, Station::queued, Carriage::in_inbox);
    REQUIRE(writer.commit().has_value());
    const auto view = under_test.ledger().view();
    const auto due = [&](DueScope scope, const std::vector<AgencyCode>& apart) {
        const auto page = view->due(scope, {}, no_bound, 100, apart).value();
        CHECK(page.is_last);
        return numbers(page);
    };
    CHECK(due(DueScope::held, {code("H43.01")}) == Numbers{2, 3, 6, 8, 9, 11, 12});
    CHECK(due(DueScope::held, {code("AXIS"), code("H43.01"), code("H43.77")}) == Numbers{2, 8, 11});
    CHECK(due(DueScope::not_taken, {code("H43.01")}) == Numbers{2, 3, 5, 6, 8, 9, 11, 12});

    CHECK(numbers(view->held(code("H43.01"), {}, 100).value()) == Numbers{1, 7, 10});
    const auto page = view->held(code("AXIS"), DeliverySeq{3}, 2).value();
    CHECK(numbers(page) == Numbers{6, 9});
    CHECK_FALSE(page.is_last);
    const auto rest = view->held(code("AXIS"), page.through, 2).value();
    CHECK(numbers(rest) == Numbers{12});
    CHECK(rest.is_last);
    CHECK(view->held(code("H43.77"), {}, 2).value().is_last);
}

TEST_CASE("a page of what is due passes by only so many of the queues apart", "[ledger][queues]") {
    Sqlite under_test;
    test::Writer writer{under_test.ledger()};
    std::vector<std::string> receivers(limits::due_skipped_max + 10, "H43.01");
    for (std::size_t i = 0; i < receivers.size(); i += 2)
        receivers[i] = "H43.02";
    writer.accept("H43", 1, receivers);
    writer.accept("H43", 2, {"H43.03"});
    REQUIRE(writer.commit().has_value());
    const auto view = under_test.ledger().view();
    const std::vector<AgencyCode> apart{code("H43.01"), code("H43.02")};
    const auto first = view->due(DueScope::held, {}, no_bound, 10, apart).value();
    CHECK(first.deliveries.empty());
    CHECK_FALSE(first.is_last);
    CHECK(number(first.through) == limits::due_skipped_max);
    const auto second = view->due(DueScope::held, first.through, no_bound, 10, apart).value();
    CHECK(numbers(second) == Numbers{receivers.size() + 1});
    CHECK(second.is_last);
}
