#pragma once
// Text for people: aligned columns that count Vietnamese letters as one, times of Vietnam.

#include "hub/ctl/outcome.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hub::ctl {

class Table {
public:
    explicit Table(std::vector<std::string> headings) { rows_.push_back(std::move(headings)); }
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    std::string text() const;

private:
    std::vector<std::vector<std::string>> rows_;
};

/// Columns on a terminal: combining marks take none.
std::size_t display_width(std::string_view utf8) noexcept;
/// Foreign text that is to go to a terminal: control characters, and marks that turn the direction of writing,
/// become blanks.
std::string printable(std::string_view utf8);
/// At most `columns` wide, an ellipsis where it was cut, and printable.
std::string shortened(std::string_view utf8, std::size_t columns);
/// "2026-11-24T01:02:03.004Z" → "2026-11-24 08:02:03" (UTC+7).
std::string local_time(std::string_view rfc3339);
/// 75 → "1 phút 15 giây", "1m15s".
std::string duration_text(std::int64_t seconds, Lang lang);

}  // namespace hub::ctl
