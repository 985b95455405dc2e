// By when what is due: working time over nights, weekends and holidays, and each station's duty.

#include "hub/core/deadline.hpp"
#include "hub/core/vietnamese_holidays.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace std::chrono_literals;

/// "2026-11-27 16:50" on a clock in Vietnam.
Instant local(std::string_view text) {
    const auto day = parse_day(text.substr(0, 10));
    const auto time = parse_time_of_day(text.substr(11));
    REQUIRE((day && time));
    return Instant{day->time_since_epoch() + *time - WorkingCalendar::zone};
}

WorkingCalendar::Days days_of_2026() {
    WorkingCalendar::Days days;
    for (const char* holiday : {"2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-04-30", "2026-05-01"})
        days.holidays.insert(*parse_day(holiday));
    days.worked.insert(*parse_day("2026-02-28"));
    return days;
}

}  // namespace

TEST_CASE("a day and a time of day are read, or nothing is") {
    CHECK(parse_day("2026-02-28"));
    CHECK(parse_time_of_day("24:00") == Minutes{1440});
    for (const char* wrong : {"", "2026-02-30", "2026-2-3", "26-02-2026", "2026/02/03", "2026-02-3x", "-026-02-03", "2026-13-01"})
        CHECK_FALSE(parse_day(wrong));
    for (const char* wrong : {"", "7:30", "24:01", "12:60", "-1:30", "12:3x", "12.30", "12:300"})
        CHECK_FALSE(parse_time_of_day(wrong));
}

TEST_CASE("working time leaves out nights, noon, weekends and holidays") {
    struct Row { const char* from; int minutes; const char* until; };
    const auto row = GENERATE(values<Row>({
        {"2026-11-27 08:00", 30, "2026-11-27 08:30"},
        {"2026-11-27 11:20", 30, "2026-11-27 13:50"},      // over noon
        {"2026-11-27 11:00", 30, "2026-11-27 11:30"},      // to the last minute of the morning
        {"2026-11-27 16:50", 30, "2026-11-30 07:50"},      // Friday evening to Monday
        {"2026-11-27 05:00", 30, "2026-11-27 08:00"},      // before work
        {"2026-11-27 23:59", 30, "2026-11-30 08:00"},
        {"2026-11-28 09:00", 30, "2026-11-30 08:00"},      // Saturday
        {"2026-02-13 16:45", 30, "2026-02-23 07:45"},      // Tết
        {"2026-02-27 16:45", 30, "2026-02-28 07:45"},      // a Saturday that is worked
        {"2026-04-29 13:30", 960, "2026-05-05 14:30"},     // 3.5 hours, 7.5 on the fourth of May, and 5
        {"2026-11-27 08:00", 0, "2026-11-27 08:00"},
    }));
    CAPTURE(row.from, row.minutes);
    const WorkingCalendar calendar{days_of_2026()};
    CHECK(calendar.after(local(row.from), Minutes{row.minutes}) == local(row.until));
}

TEST_CASE("a deadline is never early by a part of a minute") {
    const WorkingCalendar calendar;
    CHECK(calendar.after(local("2026-11-27 08:00") + 1ms, Minutes{30}) == local("2026-11-27 08:31"));
}

TEST_CASE("a time of day so many working days on") {
    struct Row { const char* from; unsigned days; const char* time; const char* until; };
    const auto row = GENERATE(values<Row>({
        {"2026-11-26 09:00", 0, "17:00", "2026-11-26 17:00"},
        {"2026-11-26 17:01", 0, "17:00", "2026-11-27 17:00"},      // after work: the next day
        {"2026-11-26 09:00", 1, "12:00", "2026-11-27 12:00"},
        {"2026-11-27 09:00", 1, "12:00", "2026-11-30 12:00"},      // Friday
        {"2026-11-27 18:00", 1, "12:00", "2026-12-01 12:00"},
        {"2026-11-28 09:00", 1, "12:00", "2026-12-01 12:00"},      // Saturday counts as Monday
        {"2026-02-13 09:00", 1, "12:00", "2026-02-23 12:00"},
        {"2026-11-27 16:00", 0, "12:00", "2026-11-27 16:00"},      // not before it began
    }));
    CAPTURE(row.from, row.days);
    const WorkingCalendar calendar{days_of_2026()};
    CHECK(calendar.on_day_after(local(row.from), row.days, *parse_time_of_day(row.time)) == local(row.until));
}

TEST_CASE("hours that make no sense are not taken, and a calendar of free days alone ends") {
    WorkingCalendar::Days days;
    days.hours = {{Minutes{600}, Minutes{500}}};
    CHECK_FALSE(WorkingCalendar::is_sound(days));
    CHECK(WorkingCalendar{days}.after(local("2026-11-27 08:00"), Minutes{30}) == local("2026-11-27 08:30"));
    days = {};
    days.is_working_weekday.fill(false);
    CHECK_FALSE(WorkingCalendar::is_sound(days));
    days = {};
    for (auto day = *parse_day("2026-01-01"); day < *parse_day("2027-01-01"); day += std::chrono::days{1})
        days.holidays.insert(day);
    CHECK(WorkingCalendar{days}.after(local("2026-03-02 08:00"), Minutes{30}) > local("2026-03-02 08:00"));
}

TEST_CASE("the holidays that the law fixes") {
    WorkingCalendar::Days days;
    days.holidays = holidays_fixed_by_law(days.is_working_weekday);
    const auto is_free = [&](const char* day) { return days.holidays.contains(*parse_day(day)); };
    for (const char* holiday : {"2026-01-01", "2026-02-16", "2026-02-17", "2026-02-19", "2026-04-26", "2026-04-30",
                                "2026-05-01", "2026-09-02", "2027-02-05", "2027-04-16", "2030-02-02", "2025-04-07"})
        CHECK(is_free(holiday));
    // In lieu: Hùng Kings' day of 2026 is a Sunday; of Tết 2027 two days are a weekend, and so is 1 May.
    for (const char* instead : {"2026-04-27", "2027-02-09", "2027-02-10", "2027-05-03"})
        CHECK(is_free(instead));
    // The year's decision says which.
    for (const char* announced : {"2026-02-20", "2026-09-01", "2026-09-03", "2027-02-11", "2027-05-04", "2041-01-01"})
        CHECK_FALSE(is_free(announced));
    const WorkingCalendar calendar{days};
    for (int year = 2025; year <= 2040; ++year)
        CHECK(calendar.holidays_of(std::chrono::year{year}) == holidays_of_a_year - 2);
    CHECK(calendar.holidays_of(std::chrono::year{2041}) == 0);
}

TEST_CASE("what is owed at each station") {
    const std::vector<std::pair<Station, Duty>> owed{
        {Station::accepted, Duty::retrieval}, {Station::queued, Duty::retrieval},   {Station::failed, Duty::none},
        {Station::retrieved, Duty::arrival},  {Station::arrived, Duty::decision},   {Station::registered, Duty::none},
        {Station::assigned, Duty::none},      {Station::in_hand, Duty::none},       {Station::rejected, Duty::none},
        {Station::finished, Duty::none},      {Station::withdrawn, Duty::none}};
    for (const auto& [station, duty] : owed) {
        for (const Business whole : {Business::fresh, Business::replace}) {
            CHECK(duty_of(station, {}, whole) == duty);
            CHECK(duty_of(station, {Business::recall, ChangeState::asked}, whole) == Duty::change_answer);
            CHECK(duty_of(station, {Business::recall, ChangeState::declined}, whole) == duty);
        }
        const Duty alone = duty == Duty::retrieval ? Duty::retrieval : Duty::none;
        CHECK(duty_of(station, {}, Business::recall) == alone);
        CHECK(duty_of(station, {}, Business::update) == alone);
    }
}

TEST_CASE("what has failed is not done, and owed by nobody until it is brought again") {
    for (const Business business : {Business::fresh, Business::recall}) {
        CHECK(undone_at(Station::failed, business) == Duty::retrieval);
        CHECK(duty_of(Station::failed, {}, business) == Duty::none);
        CHECK(duty_of(Station::failed, {Business::recall, ChangeState::asked}, business) == Duty::change_answer);
    }
}

TEST_CASE("how near its end a term is") {
    struct Row { Duty duty; bool is_urgent; const char* since; const char* now; const char* due; Lateness level; };
    const auto row = GENERATE(values<Row>({
        // Friday 27 November 2026.
        {Duty::retrieval, false, "2026-11-27 09:00", "2026-11-27 09:14", "2026-11-27 09:30", Lateness::ok},
        {Duty::retrieval, false, "2026-11-27 09:00", "2026-11-27 09:15", "2026-11-27 09:30", Lateness::due_soon},
        {Duty::retrieval, false, "2026-11-27 09:00", "2026-11-27 09:30", "2026-11-27 09:30", Lateness::late},
        {Duty::retrieval, false, "2026-11-27 09:00", "2026-11-29 23:00", "2026-11-27 09:30", Lateness::late},
        {Duty::retrieval, false, "2026-11-27 09:00", "2026-11-30 09:29", "2026-11-27 09:30", Lateness::late},
        {Duty::retrieval, false, "2026-11-27 09:00", "2026-11-30 09:30", "2026-11-27 09:30", Lateness::very_late},
        {Duty::arrival, false, "2026-11-27 09:00", "2026-11-27 15:59", "2026-11-27 17:00", Lateness::ok},
        {Duty::arrival, false, "2026-11-27 09:00", "2026-11-27 16:00", "2026-11-27 17:00", Lateness::due_soon},
        {Duty::arrival, false, "2026-11-27 09:00", "2026-11-30 16:59", "2026-11-27 17:00", Lateness::late},
        {Duty::decision, false, "2026-11-26 09:00", "2026-11-27 12:00", "2026-11-27 12:00", Lateness::late},
        {Duty::decision, true, "2026-11-26 09:00", "2026-11-26 09:30", "2026-11-26 10:00", Lateness::due_soon},
        {Duty::change_answer, false, "2026-11-26 09:00", "2026-11-27 15:00", "2026-11-27 17:00", Lateness::ok},
        // Over Tết, from the 16th to the 20th.
        {Duty::retrieval, false, "2026-02-13 16:00", "2026-02-22 12:00", "2026-02-13 16:30", Lateness::late},
        {Duty::retrieval, false, "2026-02-13 16:00", "2026-02-23 16:30", "2026-02-13 16:30", Lateness::very_late},
    }));
    CAPTURE(row.since, row.now);
    DeadlineRules rules;
    rules.calendar = WorkingCalendar{days_of_2026()};
    const Deadline deadline = deadline_of({row.duty, row.is_urgent, local(row.since)}, rules, local(row.now));
    CHECK(deadline.due_at == local(row.due));
    CHECK(name_of(deadline.level) == name_of(row.level));
}

TEST_CASE("the newest start that is very late now is late by a working day") {
    const DeadlineRules rules;
    const auto now = GENERATE(local("2026-11-26 09:17"), local("2026-11-29 12:00"), local("2026-11-30 07:31"));
    for (const Duty duty : {Duty::retrieval, Duty::arrival, Duty::decision, Duty::change_answer}) {
        const Term& term = rules.term_of(duty, false);
        const auto level = [&](Instant since) { return deadline_of({duty, false, since}, rules, now).level; };
        const Instant border = latest_very_late_start(term, rules.calendar, now);
        CHECK(level(border) == Lateness::very_late);
        CHECK(level(border + 1ms) != Lateness::very_late);
        CHECK(border < latest_late_start(term, rules.calendar, now));
    }
}

TEST_CASE("how long a duty may take") {
    const DeadlineRules rules;
    const Instant since = local("2026-11-26 10:00");
    const auto due = [&](Duty duty, bool is_urgent) { return rules.term_of(duty, is_urgent).from(since, rules.calendar); };
    CHECK(due(Duty::retrieval, false) == local("2026-11-26 10:30"));
    CHECK(due(Duty::arrival, false) == local("2026-11-26 17:00"));
    CHECK(due(Duty::decision, false) == local("2026-11-27 12:00"));
    CHECK(due(Duty::decision, true) == local("2026-11-26 11:00"));
    CHECK(due(Duty::change_answer, true) == local("2026-11-27 17:00"));
}

TEST_CASE("the newest start that is late now") {
    const DeadlineRules rules;
    const auto latest = [&](Duty duty, const char* now) {
        return latest_late_start(rules.term_of(duty, false), rules.calendar, local(now));
    };
    CHECK(latest(Duty::retrieval, "2026-11-26 10:30") == local("2026-11-26 10:00"));
    // What came in the night counts from the morning on.
    CHECK(latest(Duty::retrieval, "2026-11-26 08:00") == local("2026-11-26 07:30"));
    CHECK(latest(Duty::retrieval, "2026-11-26 07:59") == local("2026-11-25 16:59"));
    CHECK(latest(Duty::decision, "2026-11-27 12:00") == local("2026-11-26 17:00"));
    CHECK(latest(Duty::decision, "2026-11-27 11:59") == local("2026-11-25 17:00"));
    // The border itself, whatever the time.
    const Instant now = GENERATE(local("2026-11-26 09:17"), local("2026-11-29 12:00"), local("2026-11-30 07:31"));
    for (const Duty duty : {Duty::retrieval, Duty::arrival, Duty::decision, Duty::change_answer}) {
        const Term& term = rules.term_of(duty, false);
        const Instant border = latest_late_start(term, rules.calendar, now);
        CHECK(term.from(border, rules.calendar) <= now);
        CHECK(term.from(border + 1ms, rules.calendar) > now);
    }
    CHECK(latest_late_start(Term{.working = Minutes{10'000'000}}, rules.calendar, now) == now - std::chrono::days{366});
}
