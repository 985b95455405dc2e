// Operators in the simulated world: they retry what failed, set aside and release, a lot at once, and stop and go on at
// any time.

#include "tests/sim/world.hpp"

#include <algorithm>

namespace hub::sim {

std::uint64_t World::count_of(const Selection& selection, const Horizon& seen) {
    return view_->selected(selection, seen, {}, 100'000).value().deliveries.size();
}

/// One queue after the other is paused, let go and limited; when the faults are over all go on, at whatever rate.
void World::turn_a_queue(bool has_faults) {
    const auto& next = agencies_[pick(agencies_.size())].code;
    const std::vector<QueueControl> controls = view_->heads().value().queues;
    const auto control = std::ranges::find(controls, next, &QueueControl::agency);
    const bool is_paused = control != controls.end() && control->paused;
    const bool is_limited = control != controls.end() && control->limit;
    QueueTurned turned{Ticket{++last_ticket_}, next, QueueAct::limit, 0, {.actor = "operator", .reason = "turn"}};
    if (is_paused && (!has_faults || chance(300)))
        turned.wanted = QueueAct::resume;
    else if (has_faults && chance(400))
        turned.wanted = QueueAct::pause;
    else if (has_faults || (is_limited && chance(500)))
        turned.per_minute = has_faults ? 20 + static_cast<std::uint32_t>(pick(600)) : 0;
    else
        return;
    note("queue", static_cast<std::uint64_t>(turned.wanted));
    events_.emplace_back(std::move(turned));
}

/// What is sent to a paused inbox was let go before its commit.
void World::check_pause(const AgencyCode& inbox) {
    constexpr std::chrono::seconds commit_takes_max{10};
    const std::vector<QueueControl> controls = view_->heads().value().queues;
    const auto control = std::ranges::find(controls, inbox, &QueueControl::agency);
    if (control != controls.end() && control->paused && now_ - control->paused->at > commit_takes_max)
        moved_back_.push_back("sent to " + inbox.text() + ", which is paused");
}

void World::operate(bool has_faults) {
    if (chance(has_faults ? 4 : 20))
        turn_a_queue(has_faults);
    if (!chance(30))
        return;
    const Heads heads = view_->heads().value();
    const Horizon seen{heads.entry, heads.delivery};
    for (const Operation& open : heads.operations) {
        const bool is_stop = has_faults && chance(200);
        const bool is_approved = open.state == OperationState::needs_approval && (!has_faults || chance(500));
        const OperationTurn turn = is_stop ? OperationTurn::stop
                                   : is_approved ? OperationTurn::approve : OperationTurn::resume;
        if (is_stop || is_approved || open.state == OperationState::stopped)
            events_.emplace_back(OperationTurned{Ticket{++last_ticket_}, open.seq, turn,
                                                 {.actor = "second", .verb = Verb::operation_stop, .reason = "turn"},
                                                 count_of(open.selection, open.seen)});
    }
    Operation wanted;
    wanted.act = DeliveryAct::retry;
    if (chance(500))
        wanted.act = has_faults && chance(500) ? DeliveryAct::park : DeliveryAct::release;
    wanted.selection.standing = wanted.act == DeliveryAct::release ? Standing::parked : Standing::failed;
    if (wanted.act == DeliveryAct::park && chance(700)) {
        wanted.selection.standing = Standing::waiting;
        wanted.selection.receiver = agencies_[pick(agencies_.size())].code;
    }
    if (wanted.act == DeliveryAct::retry && chance(150)) {
        wanted.selection.standing = Standing::at_adapter;
        wanted.selection.receiver = agencies_[pick(agencies_.size())].code;
    }
    if (chance(300))
        wanted.selection.sender = agencies_[pick(agencies_.size())].code;
    if (wanted.selection.standing == Standing::failed && chance(300))
        wanted.selection.cause = fingerprint_of(cause_of(failure_codes[pick(failure_codes.size())], "12/BC no room"));
    wanted.seen = seen;
    wanted.expected = count_of(wanted.selection, seen);
    wanted.per_second = 1 + static_cast<std::uint32_t>(pick(20));
    if (wanted.expected == 0)
        return;
    wanted.key = std::to_string(++last_ticket_);
    wanted.actor = "operator";
    wanted.reason = "because";
    note("operate", wanted.expected);
    events_.emplace_back(OperationAsked{Ticket{last_ticket_}, std::move(wanted), {.actor = "operator", .verb = Verb::operation_run}});
}

bool World::has_set_aside() {
    const Heads heads = view_->heads().value();
    if (!heads.operations.empty())
        return true;
    Selection failed, parked;
    parked.standing = Standing::parked;
    const Horizon all{heads.entry, heads.delivery};
    return count_of(failed, all) + count_of(parked, all) > 0;
}

/// Forward within an attempt; a new attempt only at what could not be stored, and only by an operator.
void World::check_move(const StationChange& change) {
    StationChange& seen = changes_seen_[number(change.delivery)];
    std::uint32_t& attempt = attempts_.try_emplace(number(change.delivery), 1u).first->second;
    const bool is_retry = change.turn && change.turn->attempt > attempt;
    if (is_retry && (change.turn->operation == OperationSeq{} || change.turn->attempt != attempt + 1))
        moved_back_.push_back("delivery " + std::to_string(number(change.delivery)) + " has an attempt that nobody began");
    const bool is_back = rank_of(change.station) < rank_of(seen.station);
    const bool may_restart = is_retry && seen.station == Station::failed;
    const bool is_carried_back = change.carriage != seen.carriage && !is_further(change.carriage, seen.carriage);
    if ((is_back && !may_restart) || (is_carried_back && !change.turn))
        moved_back_.push_back("delivery " + std::to_string(number(change.delivery)) + " moved back: station "
                              + std::to_string(rank_of(seen.station)) + " to " + std::to_string(rank_of(change.station))
                              + ", carriage " + std::to_string(static_cast<int>(seen.carriage)) + " to "
                              + std::to_string(static_cast<int>(change.carriage)));
    if (change.turn)
        attempt = change.turn->attempt;
    seen = change;
}

}  // namespace hub::sim
