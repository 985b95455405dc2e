// What ledgers promise about reports: each figure of documents that are known one by one, and the same of many that are
// not, whichever ledger counts.

#include "tests/contract/ledgers.hpp"

#include "hub/core/limits.hpp"
#include "hub/ledger/migrations.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace hub;
using test::code;
using test::Memory;
using test::Sqlite;

namespace {

std::chrono::local_days day(std::string_view text) { return parse_day(text).value(); }

/// A time of Vietnam.
Instant in_vietnam(std::string_view date, int hour, int minute = 0) {
    return Instant{day(date).time_since_epoch() + std::chrono::hours{hour} + std::chrono::minutes{minute}}
           - WorkingCalendar::zone;
}

class Filler {
public:
    explicit Filler(Ledger& ledger) : writer{ledger} {}

    void accept(const std::string& sender, Instant when, std::vector<std::string> receivers,
                Business business = Business::fresh, Urgency urgency = Urgency::normal) {
        EnvelopeRecord& record = writer.accept(sender, ++count_, std::move(receivers));
        set(record, when, business, urgency);
    }
    void refuse(const std::string& sender, Instant when, Errc why) {
        writer.refuse(sender, ++count_, {why, "field", {}});
        set(writer.batch.envelopes.back(), when, Business::fresh, Urgency::normal);
    }
    void move(std::uint64_t delivery, Station station, Instant when, std::optional<Change> change = {}) {
        const Carriage carriage = rank_of(station) < rank_of(Station::retrieved) ? Carriage::in_inbox : Carriage::taken;
        writer.batch.stations.push_back({DeliverySeq{delivery}, station, when, carriage, change});
    }
    void commit() { REQUIRE(writer.commit().has_value()); }

    test::Writer writer;

private:
    static void set(EnvelopeRecord& record, Instant when, Business business, Urgency urgency) {
        EnvelopeHeader header = *record.header;
        header.business = business;
        header.urgency = urgency;
        record.header = std::make_shared<const EnvelopeHeader>(std::move(header));
        record.accepted_at = when;
    }
    std::uint64_t count_ = 0;
};

/// Monday the 2nd to Wednesday the 4th of November 2026. One delivery each, but the second has two.
void fill_november(Ledger& ledger) {
    Filler filler{ledger};
    // On the eve at 23:59, and the first of December: not of this month.
    filler.accept("H43", in_vietnam("2026-10-31", 23, 59), {"H43.01"});                            // 1
    filler.accept("H43", in_vietnam("2026-11-02", 8), {"H43.01", "H43.02"});                       // 2, 3
    filler.accept("H43", in_vietnam("2026-11-02", 8, 1), {"H43.01"}, Business::replace);           // 4
    filler.accept("H43.01", in_vietnam("2026-11-02", 9), {"H43"}, Business::fresh, Urgency::express);  // 5
    filler.refuse("H43.01", in_vietnam("2026-11-02", 9, 1), Errc::receiver_unknown);
    filler.refuse("H43.01", in_vietnam("2026-11-03", 9), Errc::receiver_unknown);
    filler.refuse("H43", in_vietnam("2026-11-03", 9), Errc::signature_invalid);
    filler.accept("H43.02", in_vietnam("2026-11-04", 10), {"G22@AXIS", "G23@AXIS"});               // 6, 7
    filler.accept("H43.02", in_vietnam("2026-11-04", 15), {"H43.01"});                             // 8
    filler.accept("H43.02", in_vietnam("2026-11-04", 15, 1), {"H43.01"});                          // 9
    filler.accept("H43.02", in_vietnam("2026-11-04", 15, 2), {"H43.01"}, Business::recall);        // 10
    filler.accept("H43", in_vietnam("2026-12-01", 0), {"H43.01"});                                 // 11
    // 2: each in time. 3: taken late, 01 and 03 in time.
    filler.move(2, Station::retrieved, in_vietnam("2026-11-02", 8, 30));
    filler.move(2, Station::arrived, in_vietnam("2026-11-02", 17));
    filler.move(2, Station::finished, in_vietnam("2026-11-03", 12));
    filler.move(3, Station::retrieved, in_vietnam("2026-11-02", 8, 31));
    filler.move(3, Station::arrived, in_vietnam("2026-11-02", 9));
    filler.move(3, Station::registered, in_vietnam("2026-11-02", 9));
    // 4: 01 in time, 02 late by a minute.
    filler.move(4, Station::retrieved, in_vietnam("2026-11-02", 8, 20));
    filler.move(4, Station::arrived, in_vietnam("2026-11-02", 10));
    filler.move(4, Station::rejected, in_vietnam("2026-11-03", 12, 1));
    // 5: urgent, 01 late, then 03 within its hour.
    filler.move(5, Station::retrieved, in_vietnam("2026-11-02", 9, 10));
    filler.move(5, Station::arrived, in_vietnam("2026-11-03", 8));
    filler.move(5, Station::registered, in_vietnam("2026-11-03", 9));
    // 6: could not be stored. 7: a status by name alone, at once. 8: in the inbox. 9: asked back before it was taken.
    filler.move(6, Station::failed, in_vietnam("2026-11-04", 10, 5));
    filler.move(7, Station::withdrawn, in_vietnam("2026-11-04", 10, 5));
    filler.move(8, Station::queued, in_vietnam("2026-11-04", 15, 1));
    filler.move(9, Station::queued, in_vietnam("2026-11-04", 15, 2), Change{Business::recall, ChangeState::asked});
    // 10: taken, and with that all is done, whatever else is said of it.
    filler.move(10, Station::retrieved, in_vietnam("2026-11-04", 15, 3));
    filler.commit();
}

ReportQuery november(ReportBy by) {
    return {.from = day("2026-11-01"), .to = day("2026-11-30"), .by = by, .agency = {}, .now = in_vietnam("2026-11-04", 15, 30)};
}

const ReportRow& row_of(const PeriodReport& report, std::string_view period, std::string_view agency) {
    for (const ReportRow& row : report.rows)
        if (row.period == day(period) && row.agency == code(agency))
            return row;
    FAIL("no row " << period << " " << agency);
    return report.rows.front();
}

}  // namespace

TEMPLATE_TEST_CASE("a report counts each known document where it belongs", "[ledger][report]", Memory, Sqlite) {
    TestType made;
    fill_november(made.ledger());
    const DeadlineRules rules;
    const auto report = made.reports()->report(november(ReportBy::month), rules).value();
    CHECK_FALSE(report.counted_until);
    CHECK(report.rows.size() == 4);
    CHECK(report.refusals == std::map<std::string, std::uint64_t>{{"receiver_unknown", 2}, {"signature_invalid", 1}});

    const ReportRow& h43 = row_of(report, "2026-11-01", "H43");
    CHECK(h43.sent == SentCounts{2, 0, 1, {.deliveries = 3, .fetched = 3, .rejected = 1, .finished = 1, .on_time = 1,
                                           .late = 2, .late_retrieval = 1, .late_decision = 1}});
    CHECK(h43.received == DeliveryCounts{.deliveries = 1, .fetched = 1, .late = 1, .late_arrival = 1});

    const ReportRow& first = row_of(report, "2026-11-01", "H43.01");
    CHECK(first.sent == SentCounts{1, 0, 2, {.deliveries = 1, .fetched = 1, .late = 1, .late_arrival = 1}});
    // 2, 4, 8, 9 and 10: of 8, due at 15:30 sharp, overdue says so by now; of 9 nothing but the answer is owed.
    CHECK(first.received == DeliveryCounts{.deliveries = 5, .waiting = 2, .fetched = 3, .rejected = 1, .finished = 1,
                                           .on_time = 2, .late = 2, .open = 1, .late_retrieval = 1, .late_decision = 1});

    const ReportRow& second = row_of(report, "2026-11-01", "H43.02");
    CHECK(second.sent == SentCounts{4, 1, 0, {.deliveries = 5, .waiting = 2, .failed = 1, .fetched = 2, .withdrawn = 1,
                                              .on_time = 2, .late = 1, .open = 1, .late_retrieval = 1}});
    CHECK(second.received == DeliveryCounts{.deliveries = 1, .fetched = 1, .late = 1, .late_retrieval = 1});

    // By who takes it, not by who is written on it; what has failed is not delivered, and nobody's delay.
    CHECK(row_of(report, "2026-11-01", "AXIS").received
          == DeliveryCounts{.deliveries = 2, .failed = 1, .fetched = 1, .withdrawn = 1, .on_time = 1});
}

TEMPLATE_TEST_CASE("a report by day has a row for each day of Vietnam and each agency", "[ledger][report]", Memory, Sqlite) {
    TestType made;
    fill_november(made.ledger());
    const DeadlineRules rules;
    ReportQuery query = november(ReportBy::day);
    query.from = day("2026-10-31");
    query.to = day("2026-12-01");
    const auto report = made.reports()->report(query, rules).value();
    std::vector<std::string> rows;
    for (const ReportRow& row : report.rows) {
        const std::chrono::year_month_day date{row.period};
        rows.push_back(std::to_string(static_cast<unsigned>(date.month())) + "-"
                       + std::to_string(static_cast<unsigned>(date.day())) + " " + row.agency.text() + " "
                       + std::to_string(row.sent.documents) + "/" + std::to_string(row.received.deliveries));
    }
    CHECK(rows == std::vector<std::string>{"10-31 H43 1/0", "10-31 H43.01 0/1", "11-2 H43 2/1", "11-2 H43.01 1/2",
                                           "11-2 H43.02 0/1", "11-3 H43 0/0", "11-3 H43.01 0/0", "11-4 AXIS 0/2",
                                           "11-4 H43.01 0/3", "11-4 H43.02 4/0", "12-1 H43 1/0", "12-1 H43.01 0/1"});
}

TEMPLATE_TEST_CASE("of one agency a report has its rows and its refusals", "[ledger][report]", Memory, Sqlite) {
    TestType made;
    fill_november(made.ledger());
    const DeadlineRules rules;
    ReportQuery query = november(ReportBy::month);
    const auto all = made.reports()->report(query, rules).value();
    query.agency = code("H43.01");
    const auto one = made.reports()->report(query, rules).value();
    REQUIRE(one.rows.size() == 1);
    CHECK(one.rows.front() == row_of(all, "2026-11-01", "H43.01"));
    CHECK(one.refusals == std::map<std::string, std::uint64_t>{{"receiver_unknown", 2}});
    query.agency = code("H43.99");
    CHECK(made.reports()->report(query, rules).value() == PeriodReport{});
}

TEMPLATE_TEST_CASE("a report that comes to its bound says from when on it counted nothing", "[ledger][report]", Memory,
                   Sqlite) {
    TestType made;
    fill_november(made.ledger());
    const DeadlineRules rules;
    ReportQuery query = november(ReportBy::month);
    // The two refusals of the 3rd came in one millisecond: both are counted.
    query.looked_at_max = 9;
    const auto report = made.reports()->report(query, rules).value();
    CHECK(report.counted_until == in_vietnam("2026-11-04", 10));
    CHECK(report.refusals.size() == 2);
    CHECK(row_of(report, "2026-11-01", "H43").sent.documents == 2);
    CHECK(report.rows.size() == 3);
    CHECK(row_of(report, "2026-11-01", "H43.02").sent == SentCounts{});
}

TEMPLATE_TEST_CASE("a period that ends before it begins, or is too long, is no report", "[ledger][report]", Memory, Sqlite) {
    TestType made;
    const DeadlineRules rules;
    const auto refused = [&](std::string_view from, std::string_view to, ReportBy by) {
        const auto report = made.reports()->report({.from = day(from), .to = day(to), .by = by, .agency = {}, .now = {}}, rules);
        return !report && report.error().code == Errc::field_invalid && report.error().field == "to";
    };
    CHECK(refused("2026-11-02", "2026-11-01", ReportBy::day));
    CHECK_FALSE(refused("2026-11-01", "2026-11-01", ReportBy::day));
    CHECK_FALSE(refused("2026-08-01", "2026-10-31", ReportBy::day));
    CHECK(refused("2026-08-01", "2026-11-01", ReportBy::day));
    CHECK_FALSE(refused("2024-01-01", "2024-12-31", ReportBy::month));
    CHECK(refused("2024-01-01", "2025-01-01", ReportBy::month));
}

TEST_CASE("what the terms say of each start is what the calendar says", "[report]") {
    DeadlineRules rules;
    WorkingCalendar::Days days;
    days.holidays = {day("2026-11-04"), day("2026-11-05")};
    rules.calendar = WorkingCalendar{days};
    const Instant now = in_vietnam("2026-11-12", 10);
    TermKeeper keeper{rules, now};
    std::mt19937_64 random{3};
    const auto pick = [&](int below) { return static_cast<int>(random() % static_cast<unsigned>(below)); };
    std::size_t late = 0;
    for (int i = 0; i < 20'000; ++i) {
        const Duty duty = static_cast<Duty>(1 + pick(3));
        const bool is_urgent = pick(2) == 0;
        const Instant start = in_vietnam("2026-11-01", 0) + std::chrono::minutes{pick(12 * 24 * 60)};
        const Instant due = rules.term_of(duty, is_urgent).from(start, rules.calendar);
        // Beside the border as often as anywhere.
        const Instant end = pick(2) == 0 ? std::max(start, due + std::chrono::milliseconds{pick(3) - 1})
                                         : start + std::chrono::minutes{pick(4 * 24 * 60)};
        using Verdict = TermKeeper::Verdict;
        CHECK(keeper.verdict(duty, is_urgent, start, end) == (end > due ? Verdict::late : Verdict::kept));
        CHECK(keeper.verdict(duty, is_urgent, start, {}) == (due <= now ? Verdict::late : Verdict::open));
        late += end > due;
    }
    CHECK(late > 3000);
    CHECK(late < 17'000);
}

namespace {

constexpr Station stations[]{Station::queued, Station::failed, Station::retrieved, Station::arrived, Station::registered,
                             Station::in_hand, Station::rejected, Station::finished, Station::withdrawn};

/// The same for the same seed: some hundred documents over two months, and what becomes of them.
void fill_at_random(Ledger& ledger, std::uint64_t seed) {
    std::mt19937_64 random{seed};
    const auto pick = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
    const std::vector<std::string> agencies{"H43", "H43.01", "H43.02", "H43.03", "AXIS"};
    const std::vector<std::string> receivers{"H43", "H43.01", "H43.02", "H43.03", "G22@AXIS", "G23@AXIS"};
    Filler filler{ledger};
    Instant now = in_vietnam("2026-10-15", 0);
    std::vector<Station> present;
    const auto random_moves = [&](std::size_t count) {
        for (std::size_t i = 0; i < count && !present.empty(); ++i) {
            const std::size_t one = pick(present.size());
            Station& station = present[one];
            const Station next = stations[pick(std::size(stations))];
            const bool is_retry = station == Station::failed && pick(3) == 0;
            if (!is_retry && rank_of(next) <= rank_of(station))
                continue;
            station = is_retry ? Station::accepted : next;
            if (pick(6) == 0)
                filler.move(one + 1, station, now, Change{Business::recall, static_cast<ChangeState>(1 + pick(3))});
            else
                filler.move(one + 1, station, now);
        }
        filler.commit();
    };
    for (int i = 0; i < 400; ++i) {
        now += std::chrono::seconds{pick(4) == 0 ? 0 : pick(25'000)};
        if (pick(8) == 0) {
            filler.refuse(agencies[pick(agencies.size())], now, pick(2) == 0 ? Errc::receiver_unknown : Errc::signature_invalid);
            continue;
        }
        std::vector<std::string> to;
        for (const std::string& receiver : receivers)
            if (pick(3) == 0)
                to.push_back(receiver);
        present.resize(present.size() + to.size(), Station::accepted);
        filler.accept(agencies[pick(agencies.size())], now, std::move(to), static_cast<Business>(pick(4)),
                      static_cast<Urgency>(pick(5)));
        random_moves(pick(6));
    }
    now += std::chrono::hours{3};
    random_moves(500);
}

}  // namespace

TEMPLATE_TEST_CASE("a report that is not waited for ends", "[ledger][report]", Memory, Sqlite) {
    TestType made;
    fill_november(made.ledger());
    const auto reports = made.reports();
    std::stop_source nobody_waits;
    nobody_waits.request_stop();
    const auto report = reports->report(november(ReportBy::month), {}, nobody_waits.get_token());
    REQUIRE_FALSE(report.has_value());
    CHECK(report.error().code == Errc::timed_out);
    CHECK(reports->report(november(ReportBy::month), {}).value().rows.size() == 4);
}

TEST_CASE("both ledgers report the same of the same", "[ledger][report]") {
    const std::uint64_t seed = GENERATE(1u, 2u, 3u, 4u, 5u, 6u);
    INFO("seed " << seed);
    Memory memory;
    Sqlite sqlite;
    fill_at_random(memory.ledger(), seed);
    fill_at_random(sqlite.ledger(), seed);
    const DeadlineRules rules;
    for (const ReportBy by : {ReportBy::day, ReportBy::month})
        for (const char* agency : {"", "H43.01", "AXIS"})
            for (const std::uint64_t bound : {std::uint64_t{200}, limits::report_looked_at_max}) {
                ReportQuery query{.from = day("2026-10-20"), .to = day("2026-12-31"), .by = by, .agency = {},
                                  .now = in_vietnam("2026-12-20", 9), .looked_at_max = bound};
                if (*agency)
                    query.agency = code(agency);
                const auto expected = memory.reports()->report(query, rules).value();
                CHECK(expected.rows.size() >= (bound == 200 ? 1u : by == ReportBy::day ? 20u : 2u));
                CHECK(sqlite.reports()->report(query, rules).value() == expected);
                CHECK(expected.counted_until.has_value() == (bound == 200));
                for (const ReportRow& row : expected.rows)
                    for (const DeliveryCounts& counts : {row.sent.deliveries, row.received}) {
                        CHECK(counts.waiting + counts.failed + counts.fetched == counts.deliveries);
                        CHECK(counts.on_time + counts.late + counts.open + counts.failed == counts.deliveries);
                    }
            }
}

TEST_CASE("a ledger of an earlier version tells by its entries when its receivers had done what they owed", "[sqlite][report]") {
    test::FreshFolder folder;
    {
        auto database = ledger::Database::open((folder.path() / "ledger.sqlite").string(),
                                               ledger::Database::Mode::read_write).value();
        REQUIRE(ledger::migrate(database, ledger::migrations().first(12)).has_value());
        const std::string accepted = std::to_string(in_vietnam("2026-11-02", 8).time_since_epoch().count());
        const auto entry = [&](int seq, int hour, int event, int receiver) {
            return "INSERT INTO entries (seq, at, kind, envelope, event, receiver) VALUES (" + std::to_string(seq) + ", "
                   + std::to_string(in_vietnam("2026-11-02", hour).time_since_epoch().count()) + ", 3, 1, " + std::to_string(event) + ", "
                   + std::to_string(receiver) + ");";
        };
        // To H43.01, late to take it and then in time; to H43.02, which has said nothing yet.
        const std::string rows =
            "INSERT INTO agencies (number, code) VALUES (1, 'H43'), (2, 'H43.01'), (3, 'H43.02');"
            "INSERT INTO envelopes (seq, sender, kind, urgency, business, accepted_at, first_delivery, receivers, header_digest)"
            " VALUES (1, 1, 1, 0, 0, " + accepted + ", 1, 2, x'00');"
            "INSERT INTO deliveries (seq, envelope, receiver, station, changed_at, carriage, owes, owed_since) VALUES"
            " (1, 1, 2, 15, " + accepted + ", 2, 0, " + accepted + "), (2, 1, 3, 1, " + accepted + ", 1, 1, " + accepted + ");"
            + entry(1, 9, 1, 2) + entry(2, 10, 3, 2) + entry(3, 11, 5, 2) + entry(4, 14, 8, 2) + entry(5, 9, 0, 3);
        REQUIRE(database.execute(rows.c_str()).has_value());
    }
    const auto made = ledger::SqliteLedger::open(folder.path()).value();
    ReportQuery query = november(ReportBy::month);
    query.now = in_vietnam("2026-11-02", 8, 20);
    const auto report = made->reports()->report(query, {}).value();
    CHECK(row_of(report, "2026-11-01", "H43.01").received
          == DeliveryCounts{.deliveries = 1, .fetched = 1, .finished = 1, .late = 1, .late_retrieval = 1});
    CHECK(row_of(report, "2026-11-01", "H43.02").received == DeliveryCounts{.deliveries = 1, .waiting = 1, .open = 1});
}
