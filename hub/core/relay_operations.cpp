// The relay's part in what operators do with many deliveries: a step of each operation with every tick and every
// commit, as much as its rate and the traffic allow.

#include "hub/core/fold.hpp"
#include "hub/core/relay.hpp"

#include <algorithm>

namespace hub {

Result<void> Relay::handle(const OperationAsked& event, Instant now, Step& step) {
    const auto is_it = [&](const Running& running) { return running.operation.key == event.wanted.key; };
    const auto known = view_.operation(event.wanted.key);
    if (!known)
        return known.error();
    if (*known || std::ranges::any_of(operations_, is_it)) {
        step.effects.emplace_back(Answer{event.ticket, std::nullopt});
        return {};
    }
    if (operations_.size() >= limits::operations_open_max) {
        step.effects.emplace_back(Answer{event.ticket, Fault{Errc::operations_full, "operations", {}}});
        return {};
    }
    Operation made = event.wanted;
    heads_.operation = after(heads_.operation);
    made.seq = heads_.operation;
    made.per_second = std::clamp(made.per_second, 1u, limits::operation_per_second_max);
    made.expected = std::min(made.expected, limits::operation_deliveries_max);
    made.reason = utf8_prefix(made.reason, limits::fault_text_bytes_max);
    made.done = 0;
    made.through = {};
    made.asked_at = made.changed_at = now;
    const bool needs_another = operation_rules_.approve_above > 0 && made.expected > operation_rules_.approve_above;
    if (needs_another)
        made.state = OperationState::needs_approval;
    else
        let_begin(made, now);
    Act act = event.act;
    act.object = name_of(made.seq);
    act.detail = std::string{name_of(made.act)} + " " + std::to_string(made.expected);
    note(EntryKind::operation_begun, made, made.reason, std::move(act), now, step);
    step.writes.operations.push_back(made);
    operations_.push_back({.operation = std::move(made)});
    step.effects.emplace_back(Answer{event.ticket, std::nullopt});
    return {};
}

void Relay::let_begin(Operation& operation, Instant now) const {
    const bool may_be_undone = operation.expected > 1 && operation_rules_.undo_window.count() > 0;
    operation.state = may_be_undone ? OperationState::waiting : OperationState::running;
    if (may_be_undone)
        operation.starts_at = now + operation_rules_.undo_window;
}

Result<void> Relay::handle(const OperationTurned& event, Instant now, Step& step) {
    const auto it = std::ranges::find_if(
        operations_, [&](const Running& running) { return running.operation.seq == event.operation; });
    std::optional<Fault> refused;
    if (it != operations_.end() && is_open(it->operation.state)) {
        refused = turn(it->operation, event, now, step);
    } else {
        const bool is_over = event.operation != OperationSeq{} && event.operation <= heads_.operation;
        refused = Fault{is_over ? Errc::operation_over : Errc::not_found, "operation",
                        std::to_string(number(event.operation))};
    }
    step.effects.emplace_back(Answer{event.ticket, std::move(refused)});
    return {};
}

std::optional<Fault> Relay::turn(Operation& operation, const OperationTurned& event, Instant now, Step& step) {
    const OperationState before = operation.state;
    const bool has_begun = before == OperationState::running || before == OperationState::stopped;
    EntryKind kind = EntryKind::operation_stopped;
    switch (event.turn) {
    case OperationTurn::stop:
        operation.state = has_begun ? OperationState::stopped : OperationState::cancelled;
        break;
    case OperationTurn::resume:
        if (before == OperationState::needs_approval)
            return Fault{Errc::not_allowed, "operation", {}};
        if (has_begun)
            operation.state = OperationState::running;
        kind = EntryKind::operation_resumed;
        break;
    case OperationTurn::approve:
        if (before != OperationState::needs_approval)
            return std::nullopt;
        if (event.act.actor == operation.actor)
            return Fault{Errc::not_allowed, "operation", {}};
        operation.expected = std::min(event.expected, operation.expected);
        let_begin(operation, now);
        kind = EntryKind::operation_approved;
        break;
    }
    if (operation.state == before)
        return std::nullopt;
    operation.changed_at = now;
    std::string reason = utf8_prefix(event.act.reason, limits::fault_text_bytes_max);
    if (!has_begun) {
        operation.decided_by = event.act.actor;
        operation.decision = reason;
        operation.decided_at = now;
    }
    note(kind, operation, std::move(reason), event.act, now, step);
    step.writes.operations.push_back(operation);
    return std::nullopt;
}

void Relay::wake(Operation& operation, Instant now, Step& step) {
    if (operation.state == OperationState::waiting) {
        // A clock that was set back would let it wait for longer than anybody was told.
        const Instant latest = now + operation_rules_.undo_window;
        const bool is_set_back = operation.starts_at.value_or(now) > latest;
        if (is_set_back)
            operation.starts_at = latest;
        const bool is_due = operation.starts_at.value_or(now) <= now;
        if (is_due)
            operation.state = OperationState::running;
        if (is_set_back || is_due)
            step.writes.operations.push_back(operation);
    }
    if (operation.state == OperationState::needs_approval
        && now - operation.asked_at >= limits::operation_approval_waits) {
        operation.state = OperationState::lapsed;
        operation.changed_at = now;
        note(EntryKind::operation_ended, operation, "0/" + std::to_string(operation.expected), std::nullopt, now, step);
        step.writes.operations.push_back(operation);
    }
}

void Relay::note(EntryKind kind, const Operation& operation, std::string text, std::optional<Act> act, Instant now,
                 Step& step) {
    Entry entry = entry_of(kind, {});
    entry.at = now;
    entry.code = name_of(operation.act);
    entry.field = name_of(operation.seq);
    entry.text = std::move(text);
    if (act)
        entry.act = std::make_shared<const Act>(std::move(*act));
    append(std::move(entry), {.entry = {}, .envelope = {}, .envelope_sender = {}, .document = {}, .receivers = {}}, step);
}

Result<void> Relay::operate(Instant now, Step& step) {
    for (Running& running : operations_)
        wake(running.operation, now, step);
    for (Running& running : operations_) {
        if (outbox_.due() > limits::operation_due_max)
            break;
        if (running.operation.state != OperationState::running)
            continue;
        if (auto advanced = advance(running, now, step); !advanced)
            return advanced;
    }
    // While its end is not committed its key is known here alone.
    for (auto it = operations_.begin(); it != operations_.end();) {
        const bool has_ended = !is_open(it->operation.state);
        const auto known = has_ended ? view_.operation(it->operation.key) : Result<std::optional<Operation>>{std::nullopt};
        if (!known)
            return known.error();
        it = *known && !is_open((*known)->state) ? operations_.erase(it) : std::next(it);
    }
    return {};
}

Result<void> Relay::advance(Running& running, Instant now, Step& step) {
    constexpr std::chrono::seconds window{1};
    Operation& operation = running.operation;
    if (now < running.window_at || now - running.window_at >= window) {
        running.window_at = now;
        running.done_in_window = 0;
    }
    if (running.done_in_window >= operation.per_second)
        return {};
    const auto page = view_.selected(operation.selection, operation.seen, operation.through,
                                     limits::operation_looked_at_max);
    if (!page)
        return page.error();
    bool is_whole_page = true;
    for (const SelectedDelivery& selected : page->deliveries) {
        is_whole_page = running.done_in_window < operation.per_second && operation.done < operation.expected;
        if (!is_whole_page)
            break;
        const auto treated = treat(selected, operation, now, step);
        if (!treated)
            return treated.error();
        operation.through = selected.seq;
        if (!*treated)
            continue;
        ++operation.done;
        ++running.done_in_window;
    }
    if (is_whole_page)
        operation.through = page->through;
    operation.changed_at = now;
    if ((is_whole_page && page->is_last) || operation.done >= operation.expected) {
        operation.state = OperationState::done;
        note(EntryKind::operation_ended, operation,
             std::to_string(operation.done) + "/" + std::to_string(operation.expected), std::nullopt, now, step);
    }
    step.writes.operations.push_back(operation);
    return {};
}

Result<bool> Relay::treat(const SelectedDelivery& selected, const Operation& operation, Instant now, Step& step) {
    auto group = deliveries(selected.envelope, selected.inbox);
    if (!group)
        return group.error();
    if (group->empty() || group->front().seq != selected.seq)
        return false;
    DeliveryRecord& brought = group->front();
    const auto standing = standing_of(brought.carriage);
    const bool stands_there = standing == operation.selection.standing && may(operation.act, *standing)
                              && brought.turned_by <= operation.seen.entry && !uncommitted_.is_retired(selected.envelope);
    if (!stands_there)
        return false;
    switch (operation.act) {
    case DeliveryAct::retry:
        if (auto retried = retry(*group, selected.inbox, operation, now, step); !retried)
            return retried.error();
        break;
    case DeliveryAct::park:
        brought.carriage = has_failed(brought.carriage) ? Carriage::parked_failed : Carriage::parked;
        turn(brought, ReceiptEvent::parked, operation, now, step);
        break;
    case DeliveryAct::release:
        brought.carriage = has_failed(brought) ? Carriage::failed : Carriage::held;
        turn(brought, ReceiptEvent::unparked, operation, now, step);
        break;
    }
    if (brought.carriage == Carriage::held)
        outbox_.send_again({brought.seq, brought.envelope, brought.sender, brought.receiver, selected.inbox, brought.id,
                            selected.kind, selected.urgency, brought.station, brought.carriage, selected.frame_bytes,
                            static_cast<std::uint32_t>(group->size()), brought.attempt});
    return true;
}

Result<void> Relay::retry(Deliveries& group, const AgencyCode& inbox, const Operation& operation, Instant now,
                          Step& step) {
    DeliveryRecord& brought = group.front();
    const std::uint32_t attempt = brought.attempt + 1;
    brought.carriage = Carriage::held;
    for (DeliveryRecord& each : group) {
        const bool has_failed = each.station == Station::failed;
        if (!has_failed && &each != &brought)
            continue;
        if (has_failed)
            each.station = Station::accepted;
        each.attempt = attempt;
        turn(each, ReceiptEvent::retried, operation, now, step);
    }
    return ask_again(group, inbox, now, step);
}

/// Writes down that an operator has moved it. Its sender is told of a new attempt; that something waits is no news.
void Relay::turn(DeliveryRecord& delivery, ReceiptEvent event, const Operation& operation, Instant now, Step& step) {
    delivery.turned_by = after(heads_.entry);
    StationChange change{delivery.seq, delivery.station, now, delivery.carriage};
    change.turn = Turn{delivery.attempt, delivery.turned_by, std::nullopt, operation.seq};
    write(std::move(change), step);
    Entry entry = entry_of(EntryKind::station, delivery.envelope);
    entry.at = now;
    entry.event = event;
    entry.receiver = delivery.receiver;
    entry.field = name_of(operation.seq);
    if (event == ReceiptEvent::retried) {
        entry.addressee = delivery.sender;
        entry.code = std::to_string(delivery.attempt);
    }
    append(std::move(entry),
           {.entry = {}, .envelope = delivery.id, .envelope_sender = delivery.sender, .document = {}, .receivers = {}},
           step);
}

}  // namespace hub
