#include "adapters/axis/unit_exchange.hpp"

#include "adapters/axis/axis_client.hpp"

#include "hub/telemetry/events.hpp"

namespace hub::axis {

UnitExchange::UnitExchange(AgencyCode agency, UnitSync& sync, vxp::ClientSettings client, kit::Kit& kit)
    : agency_{std::move(agency)}, sync_{sync}, client_{std::move(client)}, kit_{kit} {}

Result<void> UnitExchange::turn(Instant now, bool may_read) {
    if (is_reading() && !has_read_)
        return {};
    if (is_reading())
        take_reading();
    if (may_read && sync_.is_due(now)) {
        read(now);
        return {};
    }
    if (auto submitted = submit_next(); !submitted)
        return submitted;
    auto state = sync_.state();
    if (!state)
        return state.error();
    state_ = *state;
    return {};
}

void UnitExchange::read(Instant now) {
    has_read_ = false;
    reading_ = std::jthread{[this, now](const std::stop_token& stop) {
        const vxp::Client client = axis_client(client_);
        AxisUnitLists lists{client};
        fetched_ = sync_.fetch(lists, now, stop);
        has_read_ = true;
    }};
}

void UnitExchange::take_reading() {
    reading_.join();
    reading_ = {};
    const vxp::Called<FetchedUnits>& fetched = *fetched_;
    if (fetched) {
        log(events::axis_units_read, {.agency = &agency_, .number = fetched->to_tell});
        return;
    }
    const vxp::CallFailure& failure = fetched.error();
    const Fault why = failure.fault ? *failure.fault : Fault{Errc::axis_refused, "units", failure.text};
    log(events::axis_units_failed, {.agency = &agency_, .why = &why});
}

Result<void> UnitExchange::submit_next() {
    auto page = sync_.next();
    if (!page)
        return page.error();
    if (*page && !kit_.submit(outgoing_of(agency_, **page)))
        sync_.not_submitted();
    return {};
}

Result<bool> UnitExchange::on_receipt(const EnvelopeId& envelope, bool is_accepted, Instant now) {
    // A reading begins when all pages are answered.
    if (is_reading())
        return false;
    return sync_.on_receipt(envelope, is_accepted, now);
}

}  // namespace hub::axis
