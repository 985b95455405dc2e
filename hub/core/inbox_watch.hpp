#pragma once
// Which inboxes have lost what they held: a queue may be purged, deleted or cut by a policy, and nobody tells the hub.
// A count of an inbox is a glimpse, taken while adapters fetch and what they say of it is under way. Lost is what every
// count of a minute misses.

#include "hub/core/step.hpp"

#include <map>
#include <optional>

namespace hub {

class InboxWatch {
public:
    /// True: the inbox is to be filled again, and taken for filled from now on. An agency that takes nothing of what it
    /// was filled with has to wait, longer each time, up to an hour.
    Result<bool> is_lost(const InboxCounted& counted, Instant now, LedgerView& view);
    bool is_paused(const AgencyCode& agency, Instant now) const;

    /// A count from which nothing can be concluded: what is missing must be missed for its whole time again.
    void break_off(const AgencyCode& agency) { lacks_.erase(agency); }
    void break_off() { lacks_.clear(); }

private:
    struct Lack {
        Instant since;
        std::optional<Instant> unread_since;         ///< Nullopt: an adapter was connected at the last count.
    };
    struct Filling {
        Instant at;                                  ///< The last one.
        unsigned times = 0;                          ///< Of which nothing has come.
    };

    Result<void> forget_what_helped(const AgencyCode& agency, LedgerView& view);

    std::map<AgencyCode, Lack> lacks_;
    std::map<AgencyCode, Filling> fillings_;
};

}  // namespace hub
