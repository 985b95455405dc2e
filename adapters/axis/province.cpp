#include "adapters/axis/province.hpp"

#include <algorithm>

namespace hub::axis {

bool Province::is_inside(const AgencyCode& code) const {
    for (std::optional<AgencyCode> up = code; up; up = up->parent())
        if (std::ranges::find(codes_, *up) != codes_.end())
            return true;
    return false;
}

std::vector<AgencyCode> Province::inside(const std::vector<AgencyCode>& codes) const {
    std::vector<AgencyCode> found;
    std::ranges::copy_if(codes, std::back_inserter(found), [&](const AgencyCode& code) { return is_inside(code); });
    return found;
}

std::vector<AgencyCode> Province::outside(const std::vector<AgencyCode>& codes) const {
    std::vector<AgencyCode> found;
    std::ranges::copy_if(codes, std::back_inserter(found), [&](const AgencyCode& code) { return !is_inside(code); });
    return found;
}

}  // namespace hub::axis
