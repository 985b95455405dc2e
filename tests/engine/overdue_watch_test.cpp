// What has become late is noted once: over restarts, and whatever becomes of terms and holidays.

#include "hub/overdue_watch.hpp"

#include "hub/ledger/sqlite_ledger.hpp"
#include "tests/contract/ledgers.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using namespace std::chrono_literals;
using test::at;
using test::code;

namespace {

/// Every minute is worked, and everything may take an hour.
DeadlineRules hourly() {
    WorkingCalendar::Days days;
    days.is_working_weekday.fill(true);
    days.hours = {{Minutes{0}, Minutes{24 * 60}}};
    DeadlineRules rules{.calendar = WorkingCalendar{days}};
    for (Term* term : {&rules.retrieval, &rules.arrival, &rules.decision, &rules.urgent_decision, &rules.change_answer})
        *term = {.working = Minutes{60}};
    return rules;
}

struct Watched {
    test::FreshFolder folder;
    std::unique_ptr<ledger::SqliteLedger> ledger = ledger::SqliteLedger::open(folder.path()).value();
    test::Writer writer{*ledger};
    std::unique_ptr<LedgerSearch> search = ledger->search();
    DeadlineRules rules = hourly();

    /// "H43.01 retrieval 2", for each that is told.
    std::vector<std::string> told(Instant now) {
        std::vector<std::string> lines;
        for (const Overdue& late : OverdueWatch::look(folder.path() / "overdue", rules, *search, now).value())
            lines.push_back(late.agency.text() + ' ' + std::string{name_of(late.duty)} + ' ' + std::to_string(late.count));
        return lines;
    }
    using Lines = std::vector<std::string>;
};

}  // namespace

TEST_CASE("a document that becomes late is told once", "[overdue]") {
    Watched hub;
    // What was late before anybody looked is not news.
    hub.writer.accept("H43", 1, {"H43.01"});
    REQUIRE(hub.writer.commit().has_value());
    CHECK(hub.told(at(0) + 2h).empty());
    hub.writer.accept("H43", 2, {"H43.01", "H43.02"}).accepted_at = at(0) + 3h;
    hub.writer.accept("H43", 3, {"H43.01"}).accepted_at = at(0) + 3h;
    REQUIRE(hub.writer.commit().has_value());
    CHECK(hub.told(at(0) + 3h + 59min).empty());
    CHECK(hub.told(at(0) + 4h + 1min) == Watched::Lines{"H43.01 retrieval 2", "H43.02 retrieval 1"});
    CHECK(hub.told(at(0) + 4h + 1min).empty());
    CHECK(hub.told(at(0) + 9h).empty());
    // Fetched late, and then not answered: another duty.
    hub.writer.batch.stations.push_back({DeliverySeq{3}, Station::retrieved, at(0) + 10h, Carriage::taken, {}});
    REQUIRE(hub.writer.commit().has_value());
    CHECK(hub.told(at(0) + 11h + 1min) == Watched::Lines{"H43.02 arrival 1"});
}

TEST_CASE("neither a clock set back nor a longer term tells it again, a shorter one tells the rest", "[overdue]") {
    Watched hub;
    CHECK(hub.told(at(0)).empty());
    hub.writer.accept("H43", 1, {"H43.01"}).accepted_at = at(0) + 1h;
    hub.writer.accept("H43", 2, {"H43.02"}).accepted_at = at(0) + 2h;
    REQUIRE(hub.writer.commit().has_value());
    CHECK(hub.told(at(0) + 2h + 1min) == Watched::Lines{"H43.01 retrieval 1"});
    CHECK(hub.told(at(0) + 1h).empty());
    CHECK(hub.told(at(0) + 2h + 1min).empty());
    hub.rules.retrieval = {.working = Minutes{180}};
    CHECK(hub.told(at(0) + 3h).empty());
    hub.rules.retrieval = {.working = Minutes{30}};
    CHECK(hub.told(at(0) + 3h) == Watched::Lines{"H43.02 retrieval 1"});
}

TEST_CASE("a start with the clock a year ahead silences nothing once it is right", "[overdue][clock]") {
    Watched hub;
    CHECK(hub.told(at(0)).empty());
    CHECK(hub.told(at(0) + std::chrono::days{365}).empty());
    // Begins anew: nothing is told yet.
    CHECK(hub.told(at(0) + 1h).empty());
    hub.writer.accept("H43", 1, {"H43.01"}).accepted_at = at(0) + 2h;
    REQUIRE(hub.writer.commit().has_value());
    CHECK(hub.told(at(0) + 2h + 59min).empty());
    CHECK(hub.told(at(0) + 3h + 1min) == Watched::Lines{"H43.01 retrieval 1"});
    CHECK(hub.told(at(0) + 3h + 2min).empty());
}

TEST_CASE("what is kept of it is read again, and what is damaged tells nothing twice or too much", "[overdue]") {
    OverdueBorders borders;
    CHECK(borders.advance(hourly(), at(0) + 5h).empty());
    CHECK(OverdueBorders::parse(borders.text()) == borders);
    for (const char* damaged : {"", "x", "1 0", "9 0 5\n", "1 7 5\n"})
        CHECK(OverdueBorders::parse(damaged) == OverdueBorders{});
}
