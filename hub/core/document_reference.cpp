#include "hub/core/document_reference.hpp"

#include <charconv>
#include <chrono>

namespace hub {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    return first == std::string_view::npos ? std::string_view{} : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<int> whole_number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && value > 0 ? std::optional{value} : std::nullopt;
}

/// "2015/09/30", "2015-9-30", "30/09/2015" → "2015-09-30"; empty: no day.
std::string iso_day(std::string_view text) {
    const auto first = text.find_first_of("/-.");
    const auto second = first == std::string_view::npos ? first : text.find(text[first], first + 1);
    if (second == std::string_view::npos)
        return {};
    const auto year_first = first == 4;
    const auto year = whole_number(year_first ? text.substr(0, first) : text.substr(second + 1));
    const auto month = whole_number(text.substr(first + 1, second - first - 1));
    const auto day = whole_number(year_first ? text.substr(second + 1) : text.substr(0, first));
    constexpr int year_min = 1900, year_max = 9999;
    if (!year || !month || !day || *year < year_min || *year > year_max || *month > 12 || *day > 31)
        return {};
    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok())
        return {};
    const auto two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    return std::to_string(*year) + "-" + two(*month) + "-" + two(*day);
}

}  // namespace

DocumentReference parse_reference(std::string_view document_id) {
    DocumentReference found;
    found.document_id = document_id;
    const auto first = document_id.find(',');
    const auto second = first == std::string_view::npos ? first : document_id.find(',', first + 1);
    if (second == std::string_view::npos)
        return found;
    const auto issuer = trimmed(document_id.substr(0, first));
    const auto number = trimmed(document_id.substr(second + 1));
    std::string day = iso_day(trimmed(document_id.substr(first + 1, second - first - 1)));
    if (issuer.empty() || number.empty() || day.empty())
        return found;
    found.issuer = issuer;
    found.full_number = number;
    found.promulgated_on = std::move(day);
    return found;
}

DocumentReference reference_of(const EnvelopeHeader& header) {
    if (header.kind == Kind::document && header.business != Business::fresh)
        return parse_reference(header.business_refers_to);
    if (header.kind != Kind::status || !header.status)
        return {};
    const StatusReport& status = *header.status;
    DocumentReference found = parse_reference(status.answers_document_id);
    if (!status.answers_code.empty() && status.answers_code != found.full_number) {
        found.full_number = status.answers_code;
        found.promulgated_on.clear();
    }
    if (!status.answers_date.empty())
        found.promulgated_on = status.answers_date;
    return found;
}

DocumentReference reference_to(const DocumentName& document) {
    return {document.document_id, full_number(document.number, document.notation), document.promulgated_on, {}};
}

}  // namespace hub
