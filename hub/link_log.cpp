#include "hub/link_log.hpp"

#include "hub/telemetry/events.hpp"

namespace hub {

void LinkLog::observe(const Relay::Counters& counters, const amqp::LinkStatus& link) {
    // The intake has a connection of its own, of which the relay knows nothing.
    const bool is_up = counters.is_bus_up && link.state != amqp::LinkState::connecting;
    if (is_up && !was_up_)
        log(events::broker_up, {});
    if (!is_up && (was_up_ || (!was_said_down_ && !link.trouble.empty()))) {
        const Fault why{Errc::broker_unreachable, {}, link.trouble};
        log(events::broker_down, {.why = &why});
        was_said_down_ = true;
    }
    if (is_up)
        was_said_down_ = false;
    if (counters.is_refilling && !last_.is_refilling)
        log(events::broker_wiped, {});
    if (!counters.is_refilling && last_.is_refilling && is_up)
        log(events::broker_refilled, {});
    const bool is_blocked = link.state == amqp::LinkState::blocked;
    if (is_blocked != was_blocked_)
        log(is_blocked ? events::broker_blocked : events::broker_unblocked, {.place = link.trouble});
    const bool is_recovering = is_up && counters.is_behind;
    if (is_recovering && !was_recovering_)
        log(events::recovery_started, {.number = counters.deliveries_due});
    if (!is_recovering && was_recovering_ && is_up)
        log(events::recovery_done, {.number = counters.confirmed});
    if (counters.returned > last_.returned)
        log(events::delivery_returned, {.number = counters.returned});
    if (counters.inboxes_lost > last_.inboxes_lost)
        log(events::inbox_lost, {.number = counters.inboxes_lost});
    if (counters.unreadable > last_.unreadable)
        log(events::document_unreadable, {.number = counters.unreadable});
    last_ = counters;
    was_up_ = is_up;
    was_blocked_ = is_blocked;
    was_recovering_ = is_recovering;
}

}  // namespace hub
