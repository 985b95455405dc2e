#include "hub/ctl/qr_text.hpp"

#include <boost/json.hpp>

namespace hub::ctl {
namespace {

constexpr std::ptrdiff_t margin = 2;   // Four in the standard; half of it is enough for every camera.

/// Outside of what there is all is light.
bool is_dark(const std::vector<boost::json::value>& rows, std::ptrdiff_t x, std::ptrdiff_t y) {
    if (x < 0 || y < 0 || y >= static_cast<std::ptrdiff_t>(rows.size()))
        return false;
    const boost::json::value& row = rows[static_cast<std::size_t>(y)];
    const auto column = static_cast<std::size_t>(x);
    return row.is_string() && column < row.get_string().size() && row.get_string()[column] == '1';
}

}  // namespace

std::string qr_text(const std::vector<boost::json::value>& rows) {
    std::string out;
    const auto size = static_cast<std::ptrdiff_t>(rows.size());
    if (size == 0)
        return out;
    for (std::ptrdiff_t y = -margin; y < size + margin; y += 2) {
        for (std::ptrdiff_t x = -margin; x < size + margin; ++x) {
            const bool upper = is_dark(rows, x, y), lower = is_dark(rows, x, y + 1);
            out += upper ? (lower ? " " : "▄") : (lower ? "▀" : "█");
        }
        out += '\n';
    }
    return out;
}

}  // namespace hub::ctl
