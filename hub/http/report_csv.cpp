#include "hub/http/report_csv.hpp"

#include "hub/http/json.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace hub::http {
namespace {

struct Heading {
    std::string_view vi;
    std::string_view en;
};

constexpr std::array headings{
    Heading{"Kỳ", "Period"},
    Heading{"Mã đơn vị", "Agency"},
    Heading{"Tên đơn vị", "Name"},
    Heading{"Gửi: văn bản", "Sent: documents"},
    Heading{"Gửi: trong đó thu hồi, cập nhật", "Sent: of these recalls and updates"},
    Heading{"Gửi: bị trục từ chối", "Sent: refused by the hub"},
};
constexpr std::array delivery_headings{
    Heading{"lượt", "deliveries"},       Heading{"chưa lấy", "waiting"},
    Heading{"lỗi", "failed"},            Heading{"đã lấy", "fetched"},
    Heading{"bị từ chối (02)", "rejected (02)"}, Heading{"hoàn thành (06)", "finished (06)"},
    Heading{"đã lấy lại (15)", "withdrawn (15)"}, Heading{"đúng hạn", "on time"},
    Heading{"trễ hạn", "late"},          Heading{"chưa đến hạn", "not due yet"},
    Heading{"tỷ lệ đúng hạn", "share on time"},
};

/// What a spreadsheet takes for the beginning of a formula; some take the wide letters too.
bool begins_formula(std::string_view text) noexcept {
    constexpr std::array beginnings{"=", "+", "-", "@", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};
    return std::ranges::any_of(beginnings, [&](std::string_view beginning) { return text.starts_with(beginning); });
}

/// Stays text. What is behind a semicolon, a tab or a line's end may become a cell of its own: where the system's list
/// separator is a semicolon, quotes within a line are not looked at.
std::string harmless(std::string_view text) {
    std::string out = text.starts_with('\t') || text.starts_with('\r') ? "'" : "";
    bool is_beginning = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (is_beginning && begins_formula(text.substr(i)))
            out += '\'';
        const bool is_between = std::string_view{";\t\r\n"}.find(text[i]) != std::string_view::npos;
        is_beginning = is_between || (is_beginning && (text[i] == ' ' || text[i] == '"'));
        out += text[i];
    }
    return out;
}

std::string cell(std::string_view text) {
    const std::string shown = harmless(text);
    if (shown.find_first_of(",\";\r\n") == std::string::npos)
        return shown;
    std::string quoted = "\"";
    for (const char c : shown)
        quoted.append(c == '"' ? 2 : 1, c);
    return quoted + '"';
}

/// As a spreadsheet of that language reads it.
std::string share_text(const DeliveryCounts& counts, bool is_vietnamese) {
    const std::uint64_t due = counts.on_time + counts.late;
    if (due == 0)
        return {};
    std::array<char, 16> text{};
    (void)std::snprintf(text.data(), text.size(), "%.1f%%",
                        100.0 * static_cast<double>(counts.on_time) / static_cast<double>(due));
    std::string shown{text.data()};
    if (const auto point = shown.find('.'); is_vietnamese && point != std::string::npos)
        shown[point] = ',';
    return shown;
}

class Lines {
public:
    void add(std::string_view text) {
        text_ += (is_first_ ? "" : ",") + cell(text);
        is_first_ = false;
    }
    void add(std::uint64_t number) { add(std::to_string(number)); }
    void end() {
        text_ += "\r\n";
        is_first_ = true;
    }
    std::string text_ = "\xEF\xBB\xBF";

private:
    bool is_first_ = true;
};

void add(Lines& lines, const DeliveryCounts& counts, bool is_vietnamese) {
    for (const std::uint64_t figure : {counts.deliveries, counts.waiting, counts.failed, counts.fetched, counts.rejected,
                                       counts.finished, counts.withdrawn, counts.on_time, counts.late, counts.open})
        lines.add(figure);
    lines.add(share_text(counts, is_vietnamese));
}

}  // namespace

std::string period_text(std::chrono::local_days period, ReportBy by) {
    const std::chrono::year_month_day date{period};
    std::array<char, 48> text{};
    (void)std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return std::string{text.data()}.substr(0, by == ReportBy::day ? 10 : 7);
}

std::string csv_of(const PeriodReport& report, ReportBy by, const Directory& directory, bool is_vietnamese) {
    Lines lines;
    const auto words = [&](const Heading& heading) { return is_vietnamese ? heading.vi : heading.en; };
    for (const Heading& heading : headings)
        lines.add(words(heading));
    for (const Heading& side : {Heading{"Gửi: ", "Sent: "}, Heading{"Nhận: ", "Received: "}})
        for (const Heading& heading : delivery_headings)
            lines.add(std::string{words(side)} + std::string{words(heading)});
    lines.end();
    for (const ReportRow& row : report.rows) {
        const Agency* const agency = directory.find(row.agency);
        lines.add(period_text(row.period, by));
        lines.add(row.agency.text());
        lines.add(agency ? agency->name : std::string{});
        for (const std::uint64_t figure : {row.sent.documents, row.sent.changes, row.sent.refused})
            lines.add(figure);
        add(lines, row.sent.deliveries, is_vietnamese);
        add(lines, row.received, is_vietnamese);
        lines.end();
    }
    if (report.counted_until) {
        lines.add(std::string{words({"KHÔNG ĐẾM từ ", "NOT COUNTED from "})} + time_text(*report.counted_until));
        lines.end();
    }
    return std::move(lines.text_);
}

}  // namespace hub::http
