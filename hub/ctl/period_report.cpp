#include "hub/ctl/period_report.hpp"

#include "hub/ctl/node.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <iostream>

namespace hub::ctl {
namespace {

namespace json = boost::json;

/// A year of a province takes the hub some seconds, and others may ask before.
constexpr std::chrono::seconds report_timeout{120};

std::string percent(double share, Lang lang) {
    std::array<char, 32> text{};
    (void)std::snprintf(text.data(), text.size(), "%.1f%%", 100.0 * share);
    std::string shown{text.data()};
    if (const auto point = shown.find('.'); lang == Lang::vi && point != std::string::npos)
        shown[point] = ',';
    return shown;
}

/// A number between 0 and 1, or nothing to divide by.
std::string percent(const json::value& row, std::string_view pointer, Lang lang) {
    boost::system::error_code error;
    const json::value* const share = row.find_pointer(pointer, error);
    return share && share->is_number() ? percent(share->to_number<double>(), lang) : "-";
}

Table table_of(Both first, Lang lang) {
    constexpr std::array headings{
        Both{"Gửi", "Sent"},          Both{"Trục từ chối", "Refused"}, Both{"Nhận", "Received"},
        Both{"Đã lấy", "Fetched"},    Both{"Chưa lấy", "Waiting"},     Both{"Lỗi", "Failed"},
        Both{"Từ chối", "Rejected"},  Both{"Xong", "Finished"},        Both{"Đúng hạn", "On time"},
        Both{"Trễ hạn", "Late"},      Both{"Chưa đến hạn", "Not due"}, Both{"Tỷ lệ đúng hạn", "Share on time"}};
    std::vector<std::string> names{pick(first, lang)};
    for (const Both& heading : headings)
        names.push_back(pick(heading, lang));
    return Table{std::move(names)};
}

void add(Table& table, std::string name, const json::value& row, Lang lang) {
    const Node node{&row};
    const Node sent = node["sent"], received = node["received"];
    std::vector<std::string> cells{std::move(name), sent["documents"].text(), sent["refused"].text()};
    for (const char* figure :
         {"count", "fetched", "waiting", "failed", "rejected", "finished", "on_time", "late", "open"})
        cells.push_back(received[figure].text());
    cells.push_back(percent(row, "/received/share_on_time", lang));
    table.add(std::move(cells));
}

const json::array& rows_of(const json::value& report, std::string_view key) {
    static const json::array none;
    const auto* object = report.if_object();
    const auto* rows = object ? object->if_contains(key) : nullptr;
    return rows && rows->is_array() ? rows->get_array() : none;
}

std::string refusals_text(const json::value& report, Lang lang) {
    const auto refusals = Node{&report}["refusals"].items();
    if (refusals.empty())
        return {};
    Table table{{pick({"Trục từ chối vì", "Refused because"}, lang), pick({"Mã", "Code"}, lang),
                 pick({"Số lượng", "Count"}, lang)}};
    for (const Node& refusal : refusals)
        table.add({refusal[lang == Lang::vi ? "title_vi" : "title_en"].text(), refusal["code"].text(), refusal["count"].text()});
    return "\n" + table.text();
}

bool has_term(const json::value& report, std::string_view term) {
    const json::array& terms = rows_of(report, "electronic_formula");
    return std::ranges::find(terms, json::value(term)) != terms.end();
}

std::string shares_text(const json::value& report, Lang lang) {
    const json::array& shares = rows_of(report, "electronic");
    if (shares.empty())
        return {};
    const bool is_paper_given = has_term(report, "paper"), is_sum = has_term(report, "refused");
    Table table{{pick({"Đơn vị", "Agency"}, lang), pick({"Gửi qua trục", "Through the hub"}, lang),
                 is_paper_given ? pick({"Chỉ gửi giấy", "On paper alone"}, lang) : pick({"Tổng số đi", "All sent"}, lang), pick({"Tỷ lệ điện tử", "Share electronic"}, lang)}};
    for (const json::value& share : shares) {
        const Node row{&share};
        table.add({row["agency"].text(), row["documents"].text(), row["total"].text(),
                   row["is_over"].is_true() ? pick({"tổng nhỏ hơn số đã đếm", "the total is smaller than what was counted"}, lang)
                                            : percent(share, "/share", lang)});
    }
    return "\n" + table.text()
           + pick({"Tỷ lệ điện tử = ", "Share electronic = "}, lang) + (is_sum ? "(" : "")
           + pick({"văn bản gửi qua trục ", "documents sent through the hub "}, lang)
           + (has_term(report, "changes") ? pick({"(kể cả thu hồi, cập nhật)", "(recalls and updates too)"}, lang)
                                          : pick({"(trừ thu hồi, cập nhật)", "(without recalls and updates)"}, lang))
           + (is_sum ? pick({" + văn bản trục từ chối)", " + documents that the hub refused)"}, lang) : std::string{})
           + (is_paper_given ? pick({" ÷ (số văn bản chỉ gửi giấy đã nhập + số ở tử số)", " ÷ (documents on paper alone, as given, + those above)"}, lang)
                             : pick({" ÷ tổng số đi đã nhập", " ÷ all sent, as given"}, lang))
           + pick({"; không tính văn bản mật.", "; secret documents in neither."}, lang) + "\n";
}

}  // namespace

Outcome<std::map<std::string, std::uint64_t>> totals_of(const std::vector<std::string>& words, Lang lang) {
    std::map<std::string, std::uint64_t> totals;
    for (const std::string& word : words) {
        const auto sign = word.find('=');
        std::uint64_t total = 0;
        const char* const end = word.data() + word.size();
        const char* const begin = sign == std::string::npos ? end : word.data() + sign + 1;
        const auto [stop, error] = std::from_chars(begin, end, total);
        if (sign == 0 || error != std::errc{} || stop != end || total == 0 || total > 1'000'000'000)
            return Problem{Exit::usage, "field_invalid", pick({"Tổng số văn bản không đúng", "Not a total of documents"}, lang),
                           pick({"Viết MÃ=SỐ, ví dụ H43.01=1200.", "Write CODE=NUMBER, such as H43.01=1200."}, lang),
                           "--total", word};
        totals[word.substr(0, sign)] = total;
    }
    return totals;
}

json::value with_shares(json::value report, const std::map<std::string, std::uint64_t>& totals,
                        const ShareFormula& formula) {
    json::array shares, terms;
    for (const auto& [term, is_in] : {std::pair{"changes", formula.with_changes}, {"refused", formula.with_refused},
                                      {"paper", formula.is_paper_given}})
        if (is_in)
            terms.emplace_back(term);
    for (const auto& [agency, total] : totals) {
        std::int64_t documents = 0;
        for (const json::value& row : rows_of(report, "agencies"))
            if (const Node node{&row}; node["agency"].text() == agency) {
                const Node sent = node["sent"];
                documents = sent["documents"].number() - (formula.with_changes ? 0 : sent["changes"].number())
                            + (formula.with_refused ? sent["refused"].number() : 0);
            }
        const bool is_cut = Node{&report}["is_cut"].is_true();
        const double all = static_cast<double>(total) + (formula.is_paper_given ? static_cast<double>(documents) : 0.0);
        shares.push_back(json::object{
            {"agency", agency},
            {"documents", documents},
            {"total", total},
            {"is_over", static_cast<double>(documents) > all},
            {"share", is_cut ? json::value(nullptr) : json::value(static_cast<double>(documents) / all)}});
    }
    if (!totals.empty() && report.is_object()) {
        report.as_object()["electronic"] = std::move(shares);
        report.as_object()["electronic_formula"] = std::move(terms);
    }
    return report;
}

std::string period_report_text(const json::value& report, Lang lang) {
    const Node node{&report};
    std::string out = pick({"Văn bản từ ", "Documents from "}, lang) + node["from"].text() + pick({" đến hết ", " to the end of "}, lang)
                      + node["to"].text() + (node["agency"].is_there() ? ", " + node["agency"].text() : "") + "\n";
    if (node["is_cut"].is_true())
        out += pick({"CHƯA ĐẾM HẾT: không đếm từ ", "NOT ALL WAS COUNTED: nothing from "}, lang)
               + local_time(node["counted_until"].text()) + pick({". Chọn kỳ ngắn hơn.", " on. Choose a shorter period."}, lang) + "\n";
    Table periods = table_of({"Kỳ", "Period"}, lang), agencies = table_of({"Đơn vị", "Agency"}, lang);
    for (const json::value& row : rows_of(report, "periods"))
        add(periods, Node{&row}["period"].text(), row, lang);
    if (const auto* total = report.is_object() ? report.get_object().if_contains("total") : nullptr)
        add(periods, pick({"Cộng", "Total"}, lang), *total, lang);
    for (const json::value& row : rows_of(report, "agencies")) {
        const Node agency{&row};
        const std::string name = agency["name"].text();
        add(agencies, agency["agency"].text() + (name.empty() ? "" : "  " + shortened(name, 40)), row, lang);
    }
    out += "\n" + periods.text() + "\n" + agencies.text() + refusals_text(report, lang) + shares_text(report, lang);
    return out + "\n"
           + pick({"Tỷ lệ đúng hạn = đúng hạn ÷ (đúng hạn + trễ hạn), theo thời hạn và lịch làm việc của trục.",
                   "Share on time = on time ÷ (on time + late), by the hub's terms and working calendar."},
                  lang)
           + "\n";
}

PeriodReportCommand::PeriodReportCommand(CLI::App& app, Commands& commands) {
    CLI::App* const command =
        commands.add(app, "report", "Báo cáo theo kỳ / what moved in a period",
                     "lgsp report --from 2026-11-01 --to 2026-11-30\n"
                     "  lgsp report --from 2026-01-01 --to 2026-12-31 --by month --csv > nam-2026.csv\n"
                     "  lgsp report --agency H43.01 --total H43.01=1200\n"
                     "  lgsp report --total H43.01=150 --formula paper,changes",
                     [this](const HubAddress& hub, const Style& style) { return run(hub, style); });
    const auto condition = [&](const char* flag, const char* key, const char* what) {
        command->add_option_function<std::string>(
            flag, [this, key](const std::string& value) { conditions_.emplace_back(key, value); }, what);
    };
    condition("--from", "from", "Từ ngày / first day: 2026-11-01 (mặc định đầu tháng / default the month's first)");
    condition("--to", "to", "Đến hết ngày / last day, included (mặc định hôm nay / default today)");
    condition("--by", "by", "day (tối đa 92 ngày / at most 92 days), month (366)");
    condition("--agency", "agency", "Chỉ đơn vị này gửi và nhận / only what it sent and received");
    CLI::Option* const total =
        command->add_option("--total", totals_, "MÃ=SỐ: tổng số văn bản đi, cả giấy / all documents it sent, on paper too");
    command->add_option("--formula", formula_,
                        "Tính cả / count too: changes (thu hồi, cập nhật), refused (trục từ chối); paper: --total là văn bản chỉ gửi giấy "
                        "/ --total is of those on paper alone")
        ->check(CLI::IsMember({"changes", "refused", "paper"}))
        ->delimiter(',')
        ->needs(total);
    command->add_flag("--csv", is_csv_, "Tệp CSV cho Excel / CSV for a spreadsheet")->excludes(total)->excludes(app.get_option("--json"));
}

int PeriodReportCommand::run(HubAddress hub, const Style& style) const {
    const auto totals = totals_of(totals_, style.lang);
    if (!totals)
        return fail(totals.error(), style);
    hub.timeout = report_timeout;
    std::string target = is_csv_ ? "/v1/reports?format=csv" : "/v1/reports";
    for (const auto& [key, value] : conditions_)
        target += (target.find('?') == std::string::npos ? '?' : '&') + key + "=" + encoded(value);
    if (is_csv_) {
        const auto text = get_csv(hub, target, style.lang);
        if (!text)
            return fail(text.error(), style);
        std::cout << *text;
        return static_cast<int>(Exit::ok);
    }
    const auto answer = get(hub, target, style.lang, "total");
    const auto has = [&](const char* term) { return std::ranges::find(formula_, term) != formula_.end(); };
    const ShareFormula formula{has("changes"), has("refused"), has("paper")};
    return answer ? print(with_shares(*answer, *totals, formula), period_report_text, style) : fail(answer.error(), style);
}

}  // namespace hub::ctl
