#pragma once
// A table for a spreadsheet.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace hub::http {

/// UTF-8 with a mark in front, as Excel wants it; lines end with CR LF. What foreign text begins with is never a formula.
class CsvLines {
public:
    void add(std::string_view text);
    void add(std::uint64_t number) { add(std::to_string(number)); }
    void end();
    std::string text() && { return std::move(text_); }

private:
    std::string text_ = "\xEF\xBB\xBF";
    bool is_first_ = true;
};

}  // namespace hub::http
