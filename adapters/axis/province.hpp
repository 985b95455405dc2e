#pragma once
// Which units are the province's own: what comes for them is handed on, and nothing of theirs goes out. Immutable;
// any thread.

#include "hub/core/ids.hpp"

#include <vector>

namespace hub::axis {

class Province {
public:
    /// Each code stands for itself and for all below it. Both forms of a code must be named: none is computed.
    explicit Province(std::vector<AgencyCode> codes) : codes_{std::move(codes)} {}

    bool is_inside(const AgencyCode& code) const;
    /// In their order.
    std::vector<AgencyCode> inside(const std::vector<AgencyCode>& codes) const;
    std::vector<AgencyCode> outside(const std::vector<AgencyCode>& codes) const;

private:
    std::vector<AgencyCode> codes_;
};

}  // namespace hub::axis
