#include "hub/core/outbox.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace hub {
namespace {

constexpr std::chrono::seconds leave_alone{5};

}  // namespace

void Outbox::add(const EnvelopeRecord& envelope) {
    if (envelope.receivers.empty() || is_behind_)
        return;
    if (due() + envelope.receivers.size() > limits::due_deliveries_max) {
        fall_behind_from(static_cast<DeliverySeq>(number(envelope.first_delivery) - 1));
        return;
    }
    push_all(envelope);
}

void Outbox::push_all(const EnvelopeRecord& envelope) {
    auto frame = envelope.frame;
    const auto bytes = static_cast<std::uint32_t>(frame->size());
    if (due_frame_bytes_ + bytes > limits::due_frame_bytes_max)
        frame.reset();
    const auto& receivers = envelope.receivers;
    for (std::size_t i = 0, next = 0; i < receivers.size(); i = next) {
        while (next < receivers.size() && receivers[next].inbox == receivers[i].inbox)
            ++next;
        const DeliverySeq first = after(envelope.first_delivery, i);
        // Its other inboxes may have been left alone meanwhile.
        const AgencyCode& inbox = receivers[i].inbox;
        if (flying_.contains(number(first)) || !gates_.lets_pass(inbox, envelope.header->urgency))
            continue;
        gates_.count(inbox);
        push({{first, envelope.seq, envelope.sender, receivers[i].code, receivers[i].inbox,
               *envelope.id, envelope.header->kind, envelope.header->urgency, Station::accepted, Carriage::held, bytes,
               static_cast<std::uint32_t>(next - i), 1},
              frame,
              true});
    }
}

void Outbox::send_again(const DueDelivery& delivery) {
    // What is in flight is seen to when it lands; what has a gate is drawn once the ledger shows it.
    if (is_under_way(delivery.seq) || gates_.is_apart(delivery.inbox))
        return;
    // A walk through the ledger may be past this one.
    if (is_behind_ || due() >= limits::due_deliveries_max) {
        must_walk_again_ = true;
        return;
    }
    push({delivery, nullptr, false});
}

bool Outbox::is_under_way(DeliverySeq delivery) const {
    return waiting_.contains(number(delivery)) || flying_.contains(number(delivery));
}

void Outbox::push(Due due) {
    if (due.frame)
        due_frame_bytes_ += due.frame->size();
    std::deque<Due>& queue = due.delivery.urgency == Urgency::normal ? normal_ : urgent_;
    queue.push_back(std::move(due));
    waiting_[number(queue.back().delivery.seq)] = &queue.back();
}

Outbox::Due Outbox::pop(std::deque<Due>& queue) {
    Due due = std::move(queue.front());
    queue.pop_front();
    waiting_.erase(number(due.delivery.seq));
    if (due.frame)
        due_frame_bytes_ -= due.frame->size();
    return due;
}

void Outbox::moved(const StationChange& change) {
    DueDelivery* delivery = nullptr;
    if (const auto flying = flying_.find(number(change.delivery)); flying != flying_.end())
        delivery = &*in_flight_.at(flying->second).delivery;
    else if (const auto waiting = waiting_.find(number(change.delivery)); waiting != waiting_.end())
        delivery = &waiting->second->delivery;
    else
        return;
    delivery->station = change.station;
    delivery->carriage = change.carriage;
    if (change.turn)
        delivery->attempt = change.turn->attempt;
}

void Outbox::fall_behind_from(DeliverySeq cursor) noexcept {
    is_behind_ = true;
    cursor_ = cursor;
}

void Outbox::bus_up(const BusUp& event, DeliverySeq last) {
    is_bus_up_ = true;
    connection_ = event.connection;
    fall_behind_from({});
    refill_ = event.is_wiped ? Refill::reading : Refill::none;
    is_mark_owed_ = event.is_wiped;
    refill_only_.reset();
    refill_until_ = last;
}

void Outbox::inbox_lost(const AgencyCode& agency, DeliverySeq last) {
    refill_again_.insert(agency);
    refill_until_ = last;
    must_walk_again_ = true;
}

bool Outbox::is_filling(const AgencyCode& agency) const {
    if (refill_again_.contains(agency))
        return true;
    return refill_ != Refill::none && (!refill_only_ || refill_only_->contains(agency));
}

void Outbox::set_queue(const QueueControl& control, Instant now) {
    gates_.set(control, now);
    if (control.paused)
        refill_again_.erase(control.agency);
}

void Outbox::bus_down() {
    is_bus_up_ = false;
    gates_.rewind();
    urgent_.clear();
    normal_.clear();
    waiting_.clear();
    due_frame_bytes_ = 0;
    in_flight_.clear();
    flying_.clear();
    in_flight_bytes_ = 0;
    left_alone_until_.clear();
    // The walk after the next connection may be too early for what is decided and not yet committed.
    must_walk_again_ = true;
    walk_once_committed_.reset();
    refill_again_.clear();
    is_mark_owed_ = false;
    refill_ = Refill::none;
    refill_only_.reset();
    fall_behind_from({});
}

void Outbox::leave_for_later(const DueDelivery& delivery) {
    // Its receiver has spoken meanwhile, or an operator: it is due to nobody.
    if (delivery.carriage >= Carriage::taken)
        return;
    const bool is_held = delivery.carriage == Carriage::held;
    // The look through its own queue comes by again; into a paused inbox nothing is filled.
    if (is_held ? gates_.is_apart(delivery.inbox) : gates_.is_paused(delivery.inbox))
        return;
    must_walk_again_ = true;
    // The ordinary walk looks for what the broker never confirmed, and would not find this one.
    if (!is_held)
        refill_again_.insert(delivery.inbox);
}

bool Outbox::has_room() const noexcept {
    return is_bus_up_ && in_flight_.size() < limits::publishes_unconfirmed_max
           && in_flight_bytes_ < limits::publish_bytes_unconfirmed_max;
}

Result<void> Outbox::pump(const Uncommitted& uncommitted, Step& step) {
    if (auto drawn = draw(uncommitted, false); !drawn)
        return drawn.error();
    while (has_room()) {
        if (due() == 0) {
            const auto goes_on = is_behind_ ? read_page(uncommitted) : draw(uncommitted, true);
            if (!goes_on)
                return goes_on.error();
            if (!*goes_on)
                break;
            continue;
        }
        Due due = pop(urgent_.empty() ? normal_ : urgent_);
        if (due.delivery.carriage >= Carriage::taken)
            continue;
        const AgencyCode& inbox = due.delivery.inbox;
        const bool is_kept_back = gates_.is_paused(inbox) || (gates_.is_apart(inbox) && !due.is_let_through);
        if (is_kept_back || left_alone_until_.contains(inbox)) {
            leave_for_later(due.delivery);
            continue;
        }
        launch(std::move(due), step);
    }
    finish_refill(step);
    return {};
}

Result<bool> Outbox::draw(const Uncommitted& uncommitted, bool is_draining) {
    if (!has_room() || gates_.are_all_plain())
        return false;
    bool has_looked = false;
    for (const QueueGates::Turn& turn : gates_.turns(is_draining)) {
        // What is not there yet would be brought twice, with what is brought again.
        if (is_filling(turn.inbox) || left_alone_until_.contains(turn.inbox) || due() > limits::operation_due_max)
            continue;
        if (auto drawn = draw(turn, uncommitted); !drawn)
            return drawn.error();
        has_looked = true;
    }
    return has_looked;
}

Result<void> Outbox::draw(const QueueGates::Turn& turn, const Uncommitted& uncommitted) {
    auto page = view_.held(turn.inbox, turn.from, turn.count + limits::queue_under_way_max);
    if (!page)
        return page.error();
    std::size_t count = 0;
    DeliverySeq through = turn.from;
    for (const DueDelivery& delivery : page->deliveries) {
        if (count == turn.count) {
            gates_.drawn(turn.inbox, through);
            return {};
        }
        Due due{delivery, nullptr, true};
        uncommitted.update(due.delivery);
        through = delivery.seq;
        if (due.delivery.carriage != Carriage::held || is_under_way(delivery.seq) || unreadable_.contains(delivery.seq))
            continue;
        push(std::move(due));
        gates_.count(turn.inbox);
        ++count;
    }
    gates_.drawn(turn.inbox, page->is_last ? DeliverySeq{} : page->through);
    // What is not yet committed, or was passed by, the walk through everything finds.
    if (page->is_last && turn.is_draining) {
        gates_.rejoin(turn.inbox);
        must_walk_again_ = true;
    }
    return {};
}

Result<bool> Outbox::read_page(const Uncommitted& uncommitted) {
    const bool is_refill = refill_ == Refill::reading;
    constexpr DeliverySeq no_bound{UINT64_MAX >> 1};
    // A limit is for what has not been in the inbox.
    auto page = view_.due(is_refill ? DueScope::not_taken : DueScope::held, cursor_, is_refill ? refill_until_ : no_bound,
                          limits::due_page_deliveries, is_refill ? gates_.paused() : gates_.apart());
    if (!page)
        return page.error();
    // The broker does half the work when messages to one queue come one after the other.
    std::ranges::stable_sort(page->deliveries, {}, &DueDelivery::inbox);
    for (const DueDelivery& delivery : page->deliveries) {
        // The page does not know what is in flight already, nor what was decided but is not yet committed.
        Due due{delivery, nullptr, false};
        uncommitted.update(due.delivery);
        due.is_let_through = is_refill && due.delivery.carriage != Carriage::held;
        if (!due.is_let_through && gates_.is_apart(delivery.inbox))
            continue;
        const bool is_lost = is_refill && (!refill_only_ || refill_only_->contains(delivery.inbox));
        const bool is_due = due.delivery.carriage <= (is_lost ? Carriage::in_inbox : Carriage::held);
        if (is_due && !is_under_way(delivery.seq) && !unreadable_.contains(delivery.seq))
            push(std::move(due));
    }
    if (number(page->through) > number(cursor_))
        cursor_ = page->through;
    if (!page->is_last)
        return due() > 0 || gates_.are_all_plain();
    if (is_refill) {
        // What is not yet committed, or accepted since, was never in the broker: the ordinary walk goes on here.
        refill_ = Refill::landing;
        refill_last_ = PublishId{UINT64_MAX};
        return true;
    }
    // The ledger has no more; what it does not show yet is at hand.
    is_behind_ = false;
    uncommitted.for_each_envelope([&](const EnvelopeRecord& envelope) {
        if (number(envelope.first_delivery) > number(cursor_))
            push_all(envelope);
    });
    for (const auto& [seq, due] : waiting_)
        uncommitted.update(due->delivery);
    return true;
}

void Outbox::finish_refill(Step& step) {
    if (refill_ != Refill::landing)
        return;
    if (refill_last_ == PublishId{UINT64_MAX}) {
        if (due() != 0)
            return;
        refill_last_ = PublishId{next_publish_ - 1};
    }
    if (!in_flight_.empty() && in_flight_.begin()->first <= refill_last_)
        return;
    refill_ = Refill::none;
    refill_only_.reset();
    if (is_mark_owed_ && refill_again_.empty()) {
        is_mark_owed_ = false;
        step.effects.emplace_back(MarkBroker{connection_});
    }
}

void Outbox::launch(Due due, Step& step) {
    const PublishId id{next_publish_++};
    const DueDelivery& d = due.delivery;
    step.effects.emplace_back(PublishEnvelope{id, connection_, d.inbox, d.urgency != Urgency::normal, d.urgency, d.envelope, d.id,
                                              d.seq, d.attempt, std::move(due.frame)});
    flying_[number(d.seq)] = id;
    in_flight_bytes_ += d.frame_bytes;
    const std::size_t bytes = d.frame_bytes;
    const std::uint32_t attempt = d.attempt;
    in_flight_.emplace(id, InFlight{std::move(due.delivery), std::nullopt, bytes, attempt});
}

PublishId Outbox::launch(PublishReceipts receipts, std::size_t bytes, Step& step) {
    const PublishId id{next_publish_++};
    receipts.id = id;
    receipts.connection = connection_;
    in_flight_.emplace(id, InFlight{std::nullopt, receipts.addressee, bytes, 0});
    in_flight_bytes_ += bytes;
    step.effects.emplace_back(std::move(receipts));
    return id;
}

void Outbox::launch(DeadLetter dead, Step& step) {
    if (!has_room())
        return;
    dead.id = PublishId{next_publish_++};
    dead.connection = connection_;
    const std::size_t bytes = dead.frame->size();
    in_flight_.emplace(dead.id, InFlight{std::nullopt, std::nullopt, bytes, 0});
    in_flight_bytes_ += bytes;
    step.effects.emplace_back(std::move(dead));
}

std::map<PublishId, Outbox::InFlight>::iterator Outbox::erase(std::map<PublishId, InFlight>::iterator it) {
    in_flight_bytes_ -= it->second.bytes;
    if (it->second.delivery)
        flying_.erase(number(it->second.delivery->seq));
    return in_flight_.erase(it);
}

std::optional<Outbox::Landed> Outbox::landed(PublishId id) {
    const auto it = in_flight_.find(id);
    if (it == in_flight_.end())
        return std::nullopt;
    Landed landed{std::move(it->second.delivery), std::move(it->second.receipts_for)};
    if (landed.delivery)
        flying_.erase(number(landed.delivery->seq));
    if (landed.delivery && landed.delivery->attempt != it->second.attempt) {
        landed.delivery.reset();
        must_walk_again_ = true;
    }
    it->second.delivery.reset();
    erase(it);
    return landed;
}

std::optional<AgencyCode> Outbox::returned(PublishId id, Instant now) {
    const auto it = in_flight_.find(id);
    if (it == in_flight_.end())
        return std::nullopt;
    const auto receipts_for = it->second.receipts_for;
    if (it->second.delivery) {
        left_alone_until_[it->second.delivery->inbox] = now + leave_alone;
        leave_for_later(*it->second.delivery);
    }
    erase(it);
    return receipts_for;
}

void Outbox::unreadable(PublishId id) {
    const auto it = in_flight_.find(id);
    if (it == in_flight_.end())
        return;
    if (it->second.delivery)
        unreadable_.insert(it->second.delivery->seq);
    erase(it);
}

void Outbox::tick(Instant now, EntrySeq decided, EntrySeq committed) {
    gates_.tick(now);
    std::erase_if(left_alone_until_, [&](const auto& entry) { return entry.second <= now; });
    if (!walk_once_committed_ && std::exchange(must_walk_again_, false)) {
        walk_once_committed_ = decided;
        walk_wanted_at_ = now;
    }
    // Inboxes that refuse by turns keep nobody waiting for longer than one of them would.
    const bool is_time = left_alone_until_.empty() || now >= walk_wanted_at_ + leave_alone;
    const bool is_in_ledger = walk_once_committed_ && *walk_once_committed_ <= committed;
    // Walking while deliveries of this walk are still due would read them twice.
    if (is_in_ledger && is_time && due() == 0 && !is_behind_ && refill_ == Refill::none) {
        walk_once_committed_.reset();
        if (!refill_again_.empty()) {
            refill_ = Refill::reading;
            refill_only_ = std::exchange(refill_again_, {});
        }
        fall_behind_from({});
    }
}

}  // namespace hub
