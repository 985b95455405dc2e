#include "adapters/axis/province.hpp"

#include "hub/core/routing.hpp"

#include <algorithm>
#include <set>

namespace hub::axis {

std::optional<AgencyCode> Province::receiver(const AgencyCode& code, Instant now) const {
    if (!agencies_)
        return std::nullopt;
    const Agency* const named = agencies_->named(code, now);
    // The axis participant is ourselves.
    if ((named && named->is_axis) || is_outside(*agencies_, code, now))
        return std::nullopt;
    return receiver_of(*agencies_, code, now);
}

std::vector<AgencyCode> Province::inside(const std::vector<AgencyCode>& codes, Instant now) const {
    std::vector<AgencyCode> found;
    std::set<AgencyCode> seen;
    for (const AgencyCode& code : codes)
        if (auto its = receiver(code, now); its && seen.insert(std::move(*its)).second)
            found.push_back(code);
    return found;
}

std::vector<AgencyCode> Province::outside(const std::vector<AgencyCode>& codes, Instant now) const {
    std::vector<AgencyCode> found;
    std::ranges::copy_if(codes, std::back_inserter(found),
                         [&](const AgencyCode& code) { return !receiver(code, now); });
    return found;
}

}  // namespace hub::axis
