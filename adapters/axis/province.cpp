#include "adapters/axis/province.hpp"

#include "hub/core/routing.hpp"

#include <algorithm>
#include <set>

namespace hub::axis {
namespace {

AgencyCode level_1_of(AgencyCode code) {
    while (auto above = code.parent())
        code = std::move(*above);
    return code;
}

}  // namespace

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

bool Province::is_elsewhere(const AgencyCode& code, Instant now) const {
    if (!agencies_ || receiver(code, now))
        return !agencies_;
    const AgencyCode top = level_1_of(code);
    return std::ranges::none_of(agencies_->agencies(), [&](const Agency& agency) {
        return !agency.is_axis
               && (level_1_of(agency.code) == top || std::ranges::any_of(agency.aliases, [&](const Alias& alias) {
                       return level_1_of(alias.code) == top;
                   }));
    });
}

}  // namespace hub::axis
