#pragma once
// Which unit a code means, where its new and its old form are different units or the old one is several.

#include "hub/core/unit.hpp"

#include <algorithm>
#include <vector>

namespace hub::ledger {

/// Of those that have `code` in one form or the other: the open one whose present code it is, the one open one that
/// had it, a closed one. Nullopt when several open ones had it.
inline std::optional<Unit> meant_by(const AgencyCode& code, const std::vector<Unit>& candidates) {
    const Unit* present = nullptr;
    const Unit* closed = nullptr;
    std::vector<const Unit*> had;
    for (const Unit& unit : candidates) {
        if (unit.code == code)
            present = &unit;
        else if (!unit.is_closed)
            had.push_back(&unit);
        else if (!closed || unit.version > closed->version)
            closed = &unit;
    }
    if (present && !present->is_closed)
        return *present;
    if (had.size() > 1)
        return std::nullopt;
    const Unit* const meant = !had.empty() ? had.front() : present ? present : closed;
    return meant ? std::optional{*meant} : std::nullopt;
}

}  // namespace hub::ledger
