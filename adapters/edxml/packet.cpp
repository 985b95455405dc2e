#include "adapters/edxml/packet.hpp"

#include <charconv>

namespace hub::edxml {

std::string Staff::line() const {
    std::string out;
    for (const std::string* part : {&department, &staff, &mobile, &email})
        if (!part->empty())
            out += (out.empty() ? "" : ", ") + *part;
    return out;
}

std::optional<std::string> iso_date(std::string_view text) {
    int numbers[3] = {};
    constexpr std::size_t sizes[3] = {4, 2, 2};
    for (std::size_t i = 0; i < 3; ++i) {
        if (text.size() < sizes[i] || (i < 2 && (text.size() == sizes[i] || text[sizes[i]] != '/')))
            return std::nullopt;
        const auto digits = text.substr(0, sizes[i]);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), numbers[i]);
        if (error != std::errc{} || end != digits.data() + digits.size())
            return std::nullopt;
        text.remove_prefix(std::min(text.size(), sizes[i] + 1));
    }
    if (!text.empty())
        return std::nullopt;
    using namespace std::chrono;
    const year_month_day day{year{numbers[0]}, month{static_cast<unsigned>(numbers[1])},
                             std::chrono::day{static_cast<unsigned>(numbers[2])}};
    if (!day.ok() || numbers[0] < 1900 || numbers[0] > 2199)
        return std::nullopt;
    char iso[16];
    std::snprintf(iso, sizeof iso, "%04d-%02d-%02d", numbers[0], numbers[1], numbers[2]);
    return std::string{iso};
}

}  // namespace hub::edxml
