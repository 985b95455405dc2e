#include "hub/http/phone_list.hpp"

#include "hub/core/envelope.hpp"
#include "hub/http/contacts.hpp"
#include "hub/http/csv_lines.hpp"
#include "hub/http/json.hpp"
#include "hub/http/overdue.hpp"
#include "hub/http/rfc3339.hpp"
#include "hub/telemetry/duty_words.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace hub::http {
namespace {

struct Caption {
    std::string_view vi;
    std::string_view en;
    std::string_view in(bool is_vietnamese) const noexcept { return is_vietnamese ? vi : en; }
};

constexpr std::array headings{
    Caption{"Mã đơn vị", "Agency"},     Caption{"Tên đơn vị", "Name"},          Caption{"Còn nợ", "Owes"},
    Caption{"Khẩn", "Urgent"},          Caption{"Số/ký hiệu", "Number"},        Caption{"Trích yếu", "Subject"},
    Caption{"Bên gửi", "Sender"},       Caption{"Nơi nhận", "Receiver"},        Caption{"Hạn", "Due"},
    Caption{"Trễ (giờ)", "Late (hours)"}, Caption{"Đã nhắc (lần)", "Reminded"}, Caption{"Nhắc lần cuối", "Last reminded"},
    Caption{"Mã phong bì", "Envelope"}, Caption{"Gọi cho", "Whom to call"},
};

void add_line(CsvLines& lines, const Overdue& row, const OverdueDelivery& late, const boost::json::object& reminded,
              const Sources& sources, Instant now, bool is_vietnamese) {
    const Agency* const agency = sources.directory->find(row.agency);
    const Instant due =
        sources.deadlines.term_of(row.duty, row.is_urgent).from(late.since, sources.deadlines.calendar);
    lines.add(row.agency.text());
    lines.add(agency ? agency->name : std::string{});
    lines.add(is_vietnamese ? duty_words(row.duty).vi : duty_words(row.duty).en);
    lines.add(row.is_urgent ? Caption{"có", "yes"}.in(is_vietnamese) : std::string_view{});
    lines.add(full_number(late.document.number, late.document.notation));
    lines.add(late.document.subject);
    lines.add(late.sender.text());
    lines.add(late.receiver.text());
    lines.add(hour_text(due));
    lines.add(static_cast<std::uint64_t>(std::max(std::chrono::floor<std::chrono::hours>(now - due).count(), 0l)));
    lines.add(reminded.at("count").to_number<std::uint64_t>());
    const auto last = reminded.at("last_at").is_string() ? parse_time(reminded.at("last_at").as_string(), now) : std::nullopt;
    lines.add(last ? hour_text(*last) : std::string{});
    lines.add(late.id ? late.id->text() : std::to_string(number(late.seq)));
    lines.add(agency ? contacts_line(*sources.directory, *agency, now) : std::string{});
    lines.end();
}

}  // namespace

std::string hour_text(Instant at) {
    std::string text = time_text(at + WorkingCalendar::zone).substr(0, 16);
    text[10] = ' ';
    return text;
}

Result<std::string> phone_list_of(const std::vector<Overdue>& overdue, const Reminders& reminders, Sources& sources,
                                  Instant now, bool is_vietnamese) {
    CsvLines lines;
    for (const Caption& heading : headings)
        lines.add(heading.in(is_vietnamese));
    lines.end();
    std::size_t left = phone_list_lines_max;
    const auto spans = late_spans(sources.deadlines, now);
    for (const Overdue& row : overdue) {
        const auto span = std::ranges::find_if(
            spans, [&](const LateSpan& each) { return each.duty == row.duty && each.is_urgent == row.is_urgent; });
        const auto found = sources.search->overdue_of(row.agency, *span, left + 1);
        if (!found)
            return found.error();
        for (std::size_t i = 0; i < std::min(left, found->size()); ++i) {
            const OverdueDelivery& late = (*found)[i];
            add_line(lines, row, late, reminded_row(reminders, row.agency, row.duty, late.since), sources, now, is_vietnamese);
        }
        if (found->size() > left) {
            lines.add(Caption{"CÒN NỮA: mỗi lần 2000 dòng", "THERE IS MORE: 2000 lines at a time"}.in(is_vietnamese));
            lines.end();
            break;
        }
        left -= found->size();
    }
    return std::move(lines).text();
}

}  // namespace hub::http
