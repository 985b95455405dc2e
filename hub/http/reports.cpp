#include "hub/http/reports.hpp"

#include "hub/http/json.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/query.hpp"
#include "hub/http/report_csv.hpp"
#include "hub/telemetry/remedy.hpp"

#include <boost/json.hpp>

namespace hub::http {
namespace {

namespace json = boost::json;

struct Question {
    ReportQuery query;
    bool is_csv = false;
    bool is_of_another = false;                ///< A clerk asks for an agency that is not its own.
};

/// Dates of any other time are mistakes, and their instants need not fit.
std::optional<std::chrono::local_days> day_of(std::string_view text) {
    const auto day = parse_day(text);
    const auto is_sane = [](std::chrono::local_days date) {
        const std::chrono::year_month_day parts{date};
        return parts.year() >= std::chrono::year{1970} && parts.year() < std::chrono::year{3000};
    };
    return day && is_sane(*day) ? day : std::nullopt;
}

std::optional<ReportBy> parse_by(std::string_view text) {
    return text == "day"     ? std::optional{ReportBy::day}
           : text == "month" ? std::optional{ReportBy::month}
                             : std::nullopt;
}

Result<Question> question_of(const Call& call, const Directory& directory) {
    Query asked{call};
    Question question;
    ReportQuery& query = question.query;
    query.now = call.now;
    const std::chrono::local_days today{std::chrono::floor<std::chrono::days>((call.now + WorkingCalendar::zone).time_since_epoch())};
    const auto from = asked.parsed("from", day_of), to = asked.parsed("to", day_of);
    query.to = to.value_or(today);
    query.by = asked.parsed("by", parse_by).value_or(query.by);
    question.is_csv = asked.is_csv();
    query.agency = asked.agency("agency", directory);
    if (const auto trouble = asked.trouble())
        return *trouble;
    const std::chrono::year_month_day last{query.to};
    query.from = from.value_or(std::chrono::local_days{last.year() / last.month() / 1});
    if (const Scope scope = call.caller.scope(); scope) {
        question.is_of_another = query.agency && *query.agency != *scope;
        query.agency = *scope;
    }
    return question;
}

json::object json_of(const DeliveryCounts& counts) {
    const std::uint64_t due = counts.on_time + counts.late;
    return {{"count", counts.deliveries},
            {"waiting", counts.waiting},
            {"failed", counts.failed},
            {"fetched", counts.fetched},
            {"rejected", counts.rejected},
            {"finished", counts.finished},
            {"withdrawn", counts.withdrawn},
            {"on_time", counts.on_time},
            {"late", counts.late},
            {"open", counts.open},
            {"late_retrieval", counts.late_retrieval},
            {"late_arrival", counts.late_arrival},
            {"late_decision", counts.late_decision},
            {"share_on_time", due ? json::value(static_cast<double>(counts.on_time) / static_cast<double>(due))
                                  : json::value(nullptr)}};
}

struct Sums {
    SentCounts sent;
    DeliveryCounts received;

    void add(const ReportRow& row) {
        sent += row.sent;
        received += row.received;
    }
    void write(json::object& out) const {
        out["sent"] = json::object{{"documents", sent.documents},
                                   {"changes", sent.changes},
                                   {"refused", sent.refused},
                                   {"deliveries", json_of(sent.deliveries)}};
        out["received"] = json_of(received);
    }
};

json::array refusals_of(const PeriodReport& report) {
    json::array out;
    for (const auto& [code, count] : report.refusals) {
        const Words words = words_of_name(code).value_or(Words{});
        out.push_back(json::object{{"code", json_text(code)},
                                   {"title_vi", json_text(words.title_vi)},
                                   {"title_en", json_text(words.title_en)},
                                   {"count", count}});
    }
    return out;
}

json::object json_of(const PeriodReport& report, const ReportQuery& query, const Directory& directory) {
    Sums total;
    std::map<std::chrono::local_days, Sums> periods;
    std::map<AgencyCode, Sums> agencies;
    for (const ReportRow& row : report.rows) {
        total.add(row);
        periods[row.period].add(row);
        agencies[row.agency].add(row);
    }
    json::object all;
    total.write(all);
    json::array by_period, by_agency;
    for (const auto& [period, sums] : periods) {
        json::object row{{"period", json_text(period_text(period, query.by))}};
        sums.write(row);
        by_period.push_back(std::move(row));
    }
    for (const auto& [code, sums] : agencies) {
        const Agency* const agency = directory.find(code);
        json::object row{{"agency", json_text(code.text())}, {"name", json_text(agency ? agency->name : "")}};
        sums.write(row);
        by_agency.push_back(std::move(row));
    }
    return {{"from", json_text(period_text(query.from, ReportBy::day))},
            {"to", json_text(period_text(query.to, ReportBy::day))},
            {"by", query.by == ReportBy::day ? "day" : "month"},
            {"agency", query.agency ? json::value(json_text(query.agency->text())) : json::value(nullptr)},
            {"as_of", time_text(query.now)},
            {"is_cut", report.counted_until.has_value()},
            {"counted_until", report.counted_until ? json::value(time_text(*report.counted_until)) : json::value(nullptr)},
            {"total", std::move(all)},
            {"periods", std::move(by_period)},
            {"agencies", std::move(by_agency)},
            {"refusals", refusals_of(report)}};
}

Response report(Sources& sources, const Call& call) {
    const auto question = question_of(call, *sources.directory);
    if (!question)
        return problem(question.error(), call.language());
    const ReportQuery& query = question->query;
    if (const auto sound = check(query); !sound)
        return problem(400, call_problems::period_unusable, sound.error().field, sound.error().peer_text, call.language());
    // What lies outside of what a clerk may see is as if it were not there.
    const auto made = question->is_of_another ? Result<PeriodReport>{PeriodReport{}}
                                              : sources.reports->report(query, sources.deadlines, call.request.stop);
    if (!made)
        return problem(made.error(), call.language());
    // Mistyped, it would be reported on as one that sends and gets nothing. A unit outside has rows or has never been met.
    if (query.agency && !question->is_of_another && made->rows.empty() && !sources.directory->find(*query.agency))
        return problem({Errc::not_found, "agency", query.agency->text()}, call.language());
    if (!question->is_csv)
        return json_response(json_of(*made, query, *sources.directory));
    const std::string name = "report_" + period_text(query.from, ReportBy::day) + "_" + period_text(query.to, ReportBy::day);
    return {200, "text/csv; charset=utf-8",
            csv_of(*made, query.by, *sources.directory, call.language().starts_with("vi")),
            {{"Content-Disposition", "attachment; filename=\"" + name + ".csv\""}}};
}

}  // namespace

std::vector<Route> report_routes(Sources& sources) {
    // A year takes seconds: neither who asks for something else nor who signs in may wait for it.
    return {with_query(
        {"GET", "/v1/reports", Right::read, [&](const Call& call) { return report(sources, call); }, Where::long_aside})};
}

}  // namespace hub::http
