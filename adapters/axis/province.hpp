#pragma once
// Who is inside the province, by the agencies that the hub has: what comes for them is handed on. Immutable; any
// thread.

#include "hub/core/directory.hpp"

#include <memory>

namespace hub::axis {

class Province {
public:
    /// Nobody is inside.
    Province() = default;
    explicit Province(std::shared_ptr<const Directory> agencies) : agencies_{std::move(agencies)} {}

    /// Whom the hub takes this code for at `now`: the own code of an agency, or the code itself where the agency above
    /// takes documents for it. Nullopt: for nobody inside.
    std::optional<AgencyCode> receiver(const AgencyCode& code, Instant now) const;
    /// As written, in their order; of several codes of one receiver the first.
    std::vector<AgencyCode> inside(const std::vector<AgencyCode>& codes, Instant now) const;
    std::vector<AgencyCode> outside(const std::vector<AgencyCode>& codes, Instant now) const;
    /// Nobody inside takes it, and nobody inside stands under the same code of level 1: it is no unit of the province that
    /// the hub does not know.
    bool is_elsewhere(const AgencyCode& code, Instant now) const;

private:
    std::shared_ptr<const Directory> agencies_;
};

}  // namespace hub::axis
