#include "hub/http/csv_lines.hpp"

namespace hub::http {
namespace {

/// A cell that a spreadsheet would take for a formula stays text.
std::string cell(std::string_view text) {
    const bool is_formula = !text.empty() && std::string_view{"=+-@\t\r"}.find(text.front()) != std::string_view::npos;
    const std::string shown = (is_formula ? "'" : "") + std::string{text};
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
