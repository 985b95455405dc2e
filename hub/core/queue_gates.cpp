#include "hub/core/queue_gates.hpp"

#include "hub/core/limits.hpp"

#include <algorithm>

namespace hub {
namespace {

/// What was not used is saved up for so long: ticks do not come to the second.
constexpr std::int64_t credit_lasts_ms = 5'000;

}  // namespace

QueueGates::QueueGates(const std::vector<QueueControl>& controls) {
    for (const QueueControl& control : controls)
        if (control.paused || control.limit)
            set(control, {});
}

void QueueGates::set(const QueueControl& control, Instant now) {
    Gate& gate = gates_[control.agency];
    const std::uint32_t per_minute = control.limit ? control.limit->per_minute : 0;
    if (gate.per_minute != per_minute)
        gate.credit = 0;
    gate.is_paused = control.paused.has_value();
    gate.per_minute = per_minute;
    gate.credited_at = now;
    gate.from = {};
    list();
}

void QueueGates::rejoin(const AgencyCode& inbox) {
    gates_.erase(inbox);
    list();
}

void QueueGates::list() {
    apart_.clear();
    paused_.clear();
    for (const auto& [inbox, gate] : gates_) {
        apart_.push_back(inbox);
        if (gate.is_paused)
            paused_.push_back(inbox);
    }
}

void QueueGates::tick(Instant now) {
    for (auto& [inbox, gate] : gates_) {
        gate.has_turn = true;
        // After a wrong clock it goes on from the right one; of a long pause nothing is made up for.
        const std::int64_t passed = std::clamp<std::int64_t>((now - gate.credited_at).count(), 0, credit_lasts_ms);
        gate.credited_at = now;
        if (gate.is_paused)
            continue;
        const std::int64_t saved_max = std::max(cost, gate.per_minute * credit_lasts_ms);
        gate.credit = std::min(gate.credit + passed * gate.per_minute, saved_max);
    }
}

void QueueGates::rewind() {
    for (auto& [inbox, gate] : gates_)
        gate.from = {};
}

bool QueueGates::is_paused(const AgencyCode& inbox) const {
    const auto gate = gates_.find(inbox);
    return gate != gates_.end() && gate->second.is_paused;
}

void QueueGates::count(const AgencyCode& inbox) {
    const auto gate = gates_.find(inbox);
    if (gate != gates_.end() && gate->second.per_minute > 0)
        gate->second.credit = std::max(gate->second.credit - cost, -cost * gate->second.per_minute);
}

std::vector<QueueGates::Turn> QueueGates::turns(bool is_draining) {
    std::vector<Turn> turns;
    for (auto& [inbox, gate] : gates_) {
        const bool has_no_limit = gate.per_minute == 0;
        if (gate.is_paused || (is_draining ? !has_no_limit : !gate.has_turn))
            continue;
        gate.has_turn = false;
        const std::size_t wanted = has_no_limit       ? limits::queue_drawn_max
                                   : gate.credit <= 0 ? 0
                                                      : static_cast<std::size_t>(gate.credit / cost);
        if (wanted > 0)
            turns.push_back({inbox, std::min(wanted, limits::queue_drawn_max), gate.from, has_no_limit});
    }
    return turns;
}

void QueueGates::drawn(const AgencyCode& inbox, DeliverySeq through) { gates_.at(inbox).from = through; }

}  // namespace hub
