#include "hub/http/report_csv.hpp"

#include "hub/http/csv_lines.hpp"
#include "hub/http/json.hpp"

#include <array>
#include <cstdio>

namespace hub::http {
namespace {

struct Heading {
    std::string_view vi;
    std::string_view en;
};

constexpr std::array report_headings{
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

void add(CsvLines& lines, const DeliveryCounts& counts, bool is_vietnamese) {
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
    CsvLines lines;
    const auto words = [&](const Heading& heading) { return is_vietnamese ? heading.vi : heading.en; };
    for (const Heading& heading : report_headings)
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
    return std::move(lines).text();
}

}  // namespace hub::http
