#pragma once
// Inboxes that are filled apart from all others: those that an operator has paused or limited, and those that were let
// go again, for as long as there is a backlog. What goes to them waits in the ledger and is drawn from there, inbox by
// inbox, as much as each may have: nothing of it takes room in memory or keeps another agency waiting.

#include "hub/core/ledger.hpp"

#include <map>
#include <vector>

namespace hub {

class QueueGates {
public:
    explicit QueueGates(const std::vector<QueueControl>& controls);

    /// A queue that is let go or limited no more stays apart until rejoin().
    void set(const QueueControl& control, Instant now);
    void rejoin(const AgencyCode& inbox);
    void tick(Instant now);
    /// Everything is drawn from the beginning.
    void rewind();

    bool is_paused(const AgencyCode& inbox) const;
    bool is_apart(const AgencyCode& inbox) const { return gates_.contains(inbox); }
    bool are_all_plain() const noexcept { return gates_.empty(); }
    /// Whom a walk through everything need not look at.
    const std::vector<AgencyCode>& apart() const noexcept { return apart_; }
    const std::vector<AgencyCode>& paused() const noexcept { return paused_; }
    /// What is urgent waits behind no limit and no backlog, but counts.
    bool lets_pass(const AgencyCode& inbox, Urgency urgency) const {
        return !is_apart(inbox) || (urgency != Urgency::normal && !is_paused(inbox));
    }
    void count(const AgencyCode& inbox);

    struct Turn {
        AgencyCode inbox;
        std::size_t count = 0;                      ///< How many it may have now.
        DeliverySeq from{};
        bool is_draining = false;                   ///< It has no limit, but a backlog.
    };
    /// Once with every tick for each that may have something; `is_draining`: of those alone, at any time.
    std::vector<Turn> turns(bool is_draining);
    /// Drawn up to there; 0: to the end, and from the beginning next time.
    void drawn(const AgencyCode& inbox, DeliverySeq through);

private:
    struct Gate {
        bool is_paused = false;
        std::uint32_t per_minute = 0;               ///< 0: no limit.
        std::int64_t credit = 0;                    ///< In parts of which one delivery costs `cost`.
        Instant credited_at;
        DeliverySeq from{};
        bool has_turn = false;
    };
    static constexpr std::int64_t cost = 60'000;    ///< Of a delivery: the milliseconds of a minute.
    void list();

    std::map<AgencyCode, Gate> gates_;
    std::vector<AgencyCode> apart_, paused_;
};

}  // namespace hub
