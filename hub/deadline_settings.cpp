#include "hub/deadline_settings.hpp"

#include "hub/core/vietnamese_holidays.hpp"

#include <algorithm>
#include <charconv>

namespace hub {
namespace {

using std::chrono::local_days;

constexpr std::array<std::string_view, 7> weekday_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr int working_minutes_max = 60 * 24 * 30;
constexpr unsigned working_days_max = 60;

std::optional<int> whole(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_whole = error == std::errc{} && end == text.data() + text.size() && value >= 0;
    return is_whole ? std::optional{value} : std::nullopt;
}

/// "07:30", as parse_time_of_day() reads it.
std::string words_of(Minutes time) {
    const auto digits = [](Minutes::rep number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return digits(time.count() / 60) + ":" + digits(time.count() % 60);
}

/// As parse_term() reads it.
std::string words_of(const Term& term) {
    return term.working ? std::to_string(term.working->count()) + "m"
                        : std::to_string(term.working_days) + "d " + words_of(term.time_of_day);
}

std::string joined(const std::vector<std::string>& words) {
    std::string all;
    for (const std::string& word : words)
        all += (all.empty() ? "" : ", ") + word;
    return all;
}

std::string hours_of(const WorkingCalendar::Days& days) {
    std::vector<std::string> spans;
    for (const WorkingCalendar::Span& span : days.hours)
        spans.push_back(words_of(span.from) + "-" + words_of(span.to));
    return joined(spans);
}

/// Monday first.
std::string weekdays_of(const WorkingCalendar::Days& days) {
    std::vector<std::string> names;
    for (std::size_t i = 1; i <= weekday_names.size(); ++i)
        if (const std::size_t day = i % weekday_names.size(); days.is_working_weekday[day])
            names.emplace_back(weekday_names[day]);
    return joined(names);
}

/// "30m" of working time, or "1d 12:00".
std::optional<Term> parse_term(std::string_view text) {
    if (text.ends_with('m')) {
        const auto minutes = whole(text.substr(0, text.size() - 1));
        return minutes && *minutes <= working_minutes_max ? std::optional{Term{.working = Minutes{*minutes}}} : std::nullopt;
    }
    const auto unit = text.find("d ");
    const auto days = unit == std::string_view::npos ? std::nullopt : whole(text.substr(0, unit));
    const auto time = days ? parse_time_of_day(text.substr(unit + 2)) : std::nullopt;
    if (!time || static_cast<unsigned>(*days) > working_days_max)
        return std::nullopt;
    return Term{.working_days = static_cast<unsigned>(*days), .time_of_day = *time};
}

void read_term(TomlSection& section, std::string_view key, Term& term) {
    const std::string given = section.text(key, words_of(term));
    if (const auto parsed = parse_term(given))
        term = *parsed;
    else
        section.refuse(key, shown(given) + ": must be working minutes (30m), or working days and a time (1d 12:00)",
                       shown(given) + ": phải là số phút làm việc (30m), hoặc số ngày làm việc kèm giờ (1d 12:00)");
}

std::optional<WorkingCalendar::Span> parse_span(std::string_view text) {
    const auto from = parse_time_of_day(text.substr(0, 5));
    const auto to = text.size() == 11 && text[5] == '-' ? parse_time_of_day(text.substr(6)) : std::nullopt;
    return from && to ? std::optional{WorkingCalendar::Span{*from, *to}} : std::nullopt;
}

void read_hours(TomlSection& section, WorkingCalendar::Days& days) {
    const auto items = section.items("hours", hours_of(days));
    if (!section.has("hours"))
        return;
    days.hours.clear();
    for (const TomlSection::Item& item : items) {
        const std::string text = item.node->value_exact<std::string>().value_or("");
        if (const auto span = parse_span(text))
            days.hours.push_back(*span);
        else
            section.refuse(item, shown(text) + ": must be from and to, 07:30-11:30",
                           shown(text) + ": phải là từ giờ đến giờ, 07:30-11:30");
    }
    if (!WorkingCalendar::is_sound(days))
        section.refuse("hours", "must be in order, apart, and not empty", "phải theo thứ tự, không chồng nhau, không rỗng");
}

void read_weekdays(TomlSection& section, WorkingCalendar::Days& days) {
    const auto items = section.items("weekdays", weekdays_of(days));
    if (!section.has("weekdays"))
        return;
    days.is_working_weekday.fill(false);
    for (const TomlSection::Item& item : items) {
        const std::string text = item.node->value_exact<std::string>().value_or("");
        const auto named = std::ranges::find(weekday_names, text);
        if (named != weekday_names.end())
            days.is_working_weekday[static_cast<std::size_t>(named - weekday_names.begin())] = true;
        else
            section.refuse(item, shown(text) + ": must be one of mon, tue, wed, thu, fri, sat, sun",
                           shown(text) + ": phải là một trong mon, tue, wed, thu, fri, sat, sun");
    }
    if (std::ranges::count(days.is_working_weekday, true) == 0)
        section.refuse("weekdays", "must name a day", "phải có ít nhất một ngày");
}

std::set<local_days> read_days(TomlSection& section, std::string_view key, std::string usual = {}) {
    std::set<local_days> days;
    for (const TomlSection::Item& item : section.items(key, std::move(usual))) {
        const auto date = item.node->value_exact<toml::date>();
        if (date)
            days.insert(local_days{std::chrono::year{date->year} / std::chrono::month{date->month}
                                   / std::chrono::day{date->day}});
        else
            section.refuse(item, "must be a date: 2026-09-02", "phải là ngày: 2026-09-02");
    }
    return days;
}

}  // namespace

DeadlineRules read_deadlines(TomlSection deadlines, TomlSection calendar) {
    DeadlineRules rules;
    read_term(deadlines, "retrieval", rules.retrieval);
    read_term(deadlines, "arrival", rules.arrival);
    read_term(deadlines, "decision", rules.decision);
    read_term(deadlines, "urgent_decision", rules.urgent_decision);
    read_term(deadlines, "change_answer", rules.change_answer);
    deadlines.refuse_unknown();
    WorkingCalendar::Days days;
    read_hours(calendar, days);
    read_weekdays(calendar, days);
    days.holidays = read_days(calendar, "holidays", "those that the law fixes");
    if (!calendar.has("holidays"))
        days.holidays = holidays_fixed_by_law(days.is_working_weekday);
    days.worked = read_days(calendar, "worked");
    calendar.refuse_unknown();
    rules.calendar = WorkingCalendar{std::move(days)};
    return rules;
}

}  // namespace hub
