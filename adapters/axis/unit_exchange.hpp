#pragma once
// UnitSync at work within the connector: the lists are read by a thread of its own, pages go to the kit one after the
// other. Called by the connector's thread, which never waits for the axis.

#include "adapters/axis/unit_sync.hpp"

#include <atomic>
#include <thread>

namespace hub::axis {

class UnitExchange {
public:
    /// `agency`: the axis participant. `sync` and `kit` must outlive it; its end ends a reading that is under way.
    UnitExchange(AgencyCode agency, UnitSync& sync, vxp::ClientSettings client, kit::Kit& kit);

    /// Begins a reading when one is due and `may_read`; submits the next page. A fault is the file's, and only a new
    /// start helps.
    Result<void> turn(Instant now, bool may_read);
    /// False: this envelope was no page.
    Result<bool> on_receipt(const EnvelopeId& envelope, bool is_accepted, Instant now);
    bool is_reading() const noexcept { return reading_.joinable(); }
    /// As of the last turn without a reading under way.
    const UnitSync::State& state() const noexcept { return state_; }

private:
    void read(Instant now);
    void take_reading();
    Result<void> submit_next();

    const AgencyCode agency_;
    UnitSync& sync_;
    const vxp::ClientSettings client_;
    kit::Kit& kit_;
    UnitSync::State state_;
    std::optional<vxp::Called<FetchedUnits>> fetched_;   ///< The reading thread's, until has_read_.
    std::atomic<bool> has_read_ = false;
    std::jthread reading_;
};

}  // namespace hub::axis
