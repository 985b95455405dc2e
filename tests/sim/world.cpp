#include "tests/sim/world.hpp"

#include <algorithm>

namespace hub::sim {
namespace {

AgencyCode code(std::string_view text) { return AgencyCode::parse(text).value(); }

}  // namespace

World::World(const Plan& plan) : plan_{plan}, random_{plan.seed} {
    std::vector<hub::Agency> known;
    for (const auto text : {"H43", "H43.01", "000.00.31.H43", "H43.07", "AXIS"}) {
        agencies_.push_back({.code = code(text), .documents_left = plan.documents});
        hub::Agency agency{.code = code(text)};
        agency.is_axis = agency.code.text() == "AXIS";
        agency.serves_subordinates = agency.code.text() == "H43.01";
        known.push_back(std::move(agency));
    }
    directory_ = std::make_shared<const Directory>(
        Directory::build(std::move(known), {code("H43"), code("000.00.00.H43")}).value());
    start_hub();
}

// ---- Randomness and the trace

bool World::chance(unsigned per_mille) { return random_() % 1000 < per_mille; }
std::size_t World::pick(std::size_t count) { return static_cast<std::size_t>(random_() % count); }
World::Agency& World::agency(const AgencyCode& wanted) { return *std::ranges::find(agencies_, wanted, &Agency::code); }

EnvelopeId World::fresh_id() {
    std::array<std::uint8_t, 10> octets;
    for (auto& octet : octets)
        octet = static_cast<std::uint8_t>(random_());
    return EnvelopeId::make(static_cast<std::uint64_t>(now_.time_since_epoch().count()), octets);
}

void World::note(std::string_view what, std::uint64_t value) {
    for (const char c : what)
        trace_ = (trace_ ^ static_cast<std::uint8_t>(c)) * 1099511628211ull;
    trace_ = (trace_ ^ value) * 1099511628211ull;
}

// ---- The hub as a process

void World::start_hub() {
    view_ = ledger_.view();
    relay_ = std::make_unique<Relay>(directory_, rules(), *view_, view_->heads().value(), AxisRules{},
                                     OperationRules{.undo_window = std::chrono::seconds{3}, .approve_above = 3});
    engine_ = std::make_unique<Engine>(*relay_, *view_, committer_, bus_, desk_);
    events_.clear();
    events_.emplace_back(Started{});
}

void World::crash_hub() {
    note("crash");
    ++crashes_;
    filled_before_ += relay_->counters().inboxes_lost;
    // The commit under way either reached the disk or did not.
    if (committer_.pending && chance(500))
        commit(*committer_.pending);
    committer_.pending = nullptr;
    lose_inbound();
    is_bus_up_ = false;
    wire_.clear();
    confirms_.clear();
    tickets_.clear();
    start_hub();
}

void World::lose_bus() {
    if (!is_bus_up_)
        return;
    note("bus down");
    is_bus_up_ = false;
    wire_.clear();
    confirms_.clear();
    events_.emplace_back(BusDown{});
}

void World::lose_inbound() {
    note("inbound down");
    ++inbound_connection_;
    inbound_tag_ = 0;
    for (Agency& agency : agencies_)
        for (Queued& queued : agency.submit)
            queued.unacknowledged.reset();
}

void World::wipe_broker() {
    note("wipe");
    ++wipes_;
    lose_bus();
    lose_inbound();
    is_marked_ = false;
    for (Agency& agency : agencies_) {
        agency.submit.clear();
        agency.urgent.clear();
        agency.normal.clear();
    }
}

void World::commit(const Batch& batch) {
    HUB_ASSERT(ledger_.commit(batch).has_value());
    for (const StationChange& change : batch.stations)
        check_move(change);
}

void World::finish_commit() {
    commit(*std::exchange(committer_.pending, nullptr));
    events_.emplace_back(LedgerCommitted{});
}

void World::step_hub() {
    if (events_.empty())
        return;
    std::vector<Event> batch;
    for (std::size_t count = 1 + pick(6); count > 0 && !events_.empty(); --count) {
        batch.push_back(std::move(events_.front()));
        events_.pop_front();
    }
    note("hub", batch.size());
    HUB_ASSERT(engine_->take(batch, now_).has_value());
}

void World::deliver_to_hub() {
    Agency& from = agencies_[pick(agencies_.size())];
    for (Queued& queued : from.submit) {
        if (queued.unacknowledged)
            continue;
        queued.unacknowledged = InboundTag{inbound_connection_, ++inbound_tag_};
        const Submission& s = queued.submission;
        events_.emplace_back(Delivered{*queued.unacknowledged,
                                       from.code,
                                       from.code.text(),
                                       s.header->id.text(),
                                       s.frame,
                                       {.header = s.header,
                                        .header_digest = sha256(*s.frame),
                                        .acknowledgement = s.acknowledgement,
                                        .misses_receipts = s.misses_receipts,
                                        .fault = from.garbled.contains(s.header->id)
                                                     ? std::optional{Fault{Errc::signature_invalid, "signatures", {}}}
                                                     : std::nullopt,
                                        .signer_valid_from = Instant{},
                                        .signer_valid_until = now_ + std::chrono::hours{1},
                                        .signer_agency = from.code}});
        return;
    }
}

// ---- The broker

void World::SimBus::perform(PublishEnvelope effect) {
    world.check_pause(effect.inbox);
    if (world.is_on_bus(effect.connection))
        world.wire_.push_back({effect.id, effect.inbox, effect.is_urgent, false,
                               {effect.frame, effect.envelope_id, {}, effect.attempt}});
}
void World::SimBus::perform(PublishReceipts effect) {
    if (world.is_on_bus(effect.connection))
        world.wire_.push_back({effect.id, effect.addressee, false, false, {nullptr, {}, std::move(effect.items), 1, effect.follows}});
}
void World::SimBus::perform(DeadLetter effect) {
    if (world.is_on_bus(effect.connection))
        world.wire_.push_back({effect.id, {}, false, false, {}});
}
void World::SimBus::perform(MarkBroker effect) {
    if (world.is_on_bus(effect.connection))
        world.wire_.push_back({{}, {}, false, true, {}});
}
void World::SimBus::perform(AcknowledgeInbound effect) {
    if (effect.tag.connection != world.inbound_connection_)
        return;
    // As the connection does it: everything up to this tag.
    for (Agency& agency : world.agencies_)
        std::erase_if(agency.submit, [&](const Queued& queued) {
            return queued.unacknowledged && queued.unacknowledged->delivery <= effect.tag.delivery;
        });
}

void World::step_broker(bool has_faults) {
    if (!is_bus_up_) {
        if (chance(200)) {
            note("bus up", is_marked_);
            is_bus_up_ = true;
            events_.emplace_back(BusUp{!is_marked_, ++bus_connection_});
        }
        return;
    }
    if (!wire_.empty()) {
        OnTheWire message = std::move(wire_.front());
        wire_.pop_front();
        if (message.is_mark) {
            is_marked_ = true;
            return;
        }
        if (has_faults && chance(plan_.faults.nack_per_mille)) {
            note("nack", static_cast<std::uint64_t>(message.id));
            events_.emplace_back(Returned{message.id});
            return;
        }
        if (message.to) {
            Agency& to = agency(*message.to);
            (message.is_urgent ? to.urgent : to.normal).push_back(std::move(message.message));
        }
        confirms_.push_back(message.id);
    }
    if (!confirms_.empty() && chance(700)) {
        const auto at = confirms_.begin() + static_cast<std::ptrdiff_t>(pick(confirms_.size()));
        events_.emplace_back(Confirmed{*at});
        confirms_.erase(at);
    }
}

// ---- Time

void World::step(bool has_faults) {
    const Faults& f = plan_.faults;
    now_ += std::chrono::milliseconds{1 + pick(20)};
    if (has_faults) {
        if (chance(f.crash_per_mille))
            crash_hub();
        if (chance(f.bus_loss_per_mille))
            lose_bus();
        if (chance(f.inbound_loss_per_mille))
            lose_inbound();
        if (chance(f.wipe_per_mille))
            wipe_broker();
        if (chance(f.purge_per_mille))
            purge_an_inbox();
    }
    for (int i = 0; i < 3; ++i)
        deliver_to_hub();
    step_hub();
    if (committer_.pending && !chance(f.slow_commit_per_mille))
        finish_commit();
    for (int i = 0; i < 4; ++i)
        step_broker(has_faults);
    step_agency(agencies_[pick(agencies_.size())], has_faults);
    damage_a_content(has_faults);
    operate(has_faults);
    if (chance(has_faults ? 20 : 200)) {
        now_ += std::chrono::seconds{1};
        // What an inbox has lost is all that is to come, and takes its time.
        if (!has_faults && is_at_rest() && is_anything_due())
            now_ += std::chrono::minutes{1};
        ++ticks_;
        events_.emplace_back(Tick{});
        count_an_inbox();
    }
}

bool World::is_at_rest() {
    const bool is_told_all = std::ranges::all_of(events_, [](const Event& e) {
        return std::holds_alternative<Tick>(e) || std::holds_alternative<InboxCounted>(e);
    });
    const bool is_hub_quiet = is_told_all && !committer_.pending && engine_->is_idle() && wire_.empty()
                              && confirms_.empty() && is_bus_up_ && is_marked_;
    return is_hub_quiet && !has_set_aside() && std::ranges::all_of(agencies_, [](const Agency& a) {
               return a.submit.empty() && a.urgent.empty() && a.normal.empty() && a.unanswered.empty()
                      && a.to_acknowledge.empty() && a.to_report.empty() && a.documents_left == 0
                      && a.to_put.empty() && a.waiting_for_contents.empty() && !a.misses_receipts;
           });
}

bool World::is_quiet() { return is_at_rest() && !is_anything_due(); }

std::string World::state_of_rest() {
    std::string text = ": events " + std::to_string(events_.size()) + ", wire " + std::to_string(wire_.size())
                       + ", confirms " + std::to_string(confirms_.size()) + ", up " + std::to_string(is_bus_up_)
                       + ", marked " + std::to_string(is_marked_) + ", idle " + std::to_string(engine_->is_idle());
    for (const Agency& a : agencies_)
        text += "\n  " + a.code.text() + ": submit " + std::to_string(a.submit.size()) + ", inbox "
                + std::to_string(a.urgent.size() + a.normal.size()) + ", unanswered "
                + std::to_string(a.unanswered.size()) + ", to acknowledge " + std::to_string(a.to_acknowledge.size())
                + ", to report " + std::to_string(a.to_report.size())
                + ", to put " + std::to_string(a.to_put.size()) + ", waiting for contents "
                + std::to_string(a.waiting_for_contents.size());
    for (const DueDelivery& due : view_->due(DueScope::not_taken, {}, view_->heads().value().delivery, 100).value().deliveries)
        text += "\n  due: " + due.id.text() + " in " + due.inbox.text() + ", carriage "
                + std::to_string(static_cast<int>(due.carriage)) + ", station " + std::string{name_of(due.station)}
                + (agency(due.inbox).received.contains(due.id) ? ", received" : "");
    return text;
}

std::vector<std::string> World::run() {
    const auto has_to_send = [&] {
        return std::ranges::any_of(agencies_, [](const Agency& a) { return a.documents_left > 0; });
    };
    for (std::size_t i = 0; i < 20'000 && (has_to_send() || i < 500); ++i)
        step(true);
    // A last look at what only the ledger remembers: the hub is started once more on it.
    crash_hub();
    // What the hub leaves for later it takes up with a tick; nothing is left alone for longer than this.
    constexpr std::size_t quiet_ticks = 12;
    std::size_t busy_until = ticks_;
    for (std::size_t i = 0; i < 200'000 && ticks_ < busy_until + quiet_ticks; ++i) {
        step(false);
        if (!is_quiet())
            busy_until = ticks_;
    }
    if (ticks_ < busy_until + quiet_ticks)
        return {"the world did not come to rest" + state_of_rest()};
    return violations();
}

}  // namespace hub::sim
