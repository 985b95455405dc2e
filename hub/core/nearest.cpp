#include "hub/core/nearest.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace hub {
namespace {

constexpr std::size_t letters_wrong_max = 2;
constexpr std::size_t typed_bytes_max = 64;           // Nothing that has a name is longer.

/// How many letters must be changed to make one of the other; two that have changed places count as one.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1), above(row), two_above(row);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        two_above = std::exchange(above, row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], two_above[j - 2] + 1);
        }
    }
    return row.back();
}

}  // namespace

std::optional<std::string> nearest_of(std::span<const std::string> known, std::string_view typed) {
    if (typed.size() > typed_bytes_max)
        return std::nullopt;
    std::size_t least = std::min(letters_wrong_max, typed.size() / 2) + 1;
    std::optional<std::string> nearest;
    for (const std::string& name : known)
        if (const std::size_t wrong = distance(name, typed); wrong < least) {
            least = wrong;
            nearest = name;
        }
    return nearest;
}

}  // namespace hub
