#include "hub/http/csv_lines.hpp"

#include <algorithm>
#include <array>

namespace hub::http {
namespace {

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

}  // namespace

void CsvLines::add(std::string_view text) {
    text_ += (is_first_ ? "" : ",") + cell(text);
    is_first_ = false;
}

void CsvLines::end() {
    text_ += "\r\n";
    is_first_ = true;
}

}  // namespace hub::http
