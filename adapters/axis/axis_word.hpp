#pragma once
// What the connector tells the hub of the way to the axis (hub/core/axis_link.hpp): every few seconds, and at once when
// it has changed. Pure.

#include "adapters/axis/connector.hpp"

#include "hub/core/axis_link.hpp"

namespace hub::axis {

/// As the hub is told them.
AxisFigures told_figures(const Figures& figures);

class AxisWord {
public:
    static constexpr std::chrono::seconds every{10};

    /// What is to be said now, if something is. Said to nobody while the hub's broker is away: then it is due at once.
    std::optional<kit::Outgoing> next(const AgencyCode& agency, std::optional<Instant> down_since, bool is_connected,
                                      Instant now);

private:
    std::optional<Instant> said_at_;
    bool was_down_ = false;
};

}  // namespace hub::axis
