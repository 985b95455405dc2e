#include "adapters/axis/inbound.hpp"

#include <algorithm>

namespace hub::axis {

using vxp::PacketKind;

void Inbound::take_up(Arrival arrival) {
    if (arrival.envelope && arrival.stage == Stage::submitting)
        by_envelope_.emplace(*arrival.envelope, arrival.doc_id);
    add({.arrival = std::move(arrival), .to = {}});
}

void Inbound::add(Active active) {
    by_doc_id_.emplace(active.arrival.doc_id, ++last_);
    active_.emplace(last_, std::move(active));
}

Inbound::Active* Inbound::find(const std::string& doc_id) {
    const auto it = by_doc_id_.find(doc_id);
    return it == by_doc_id_.end() ? nullptr : &active_.at(it->second);
}

void Inbound::forget(const std::string& doc_id) {
    if (const auto it = by_doc_id_.find(doc_id); it != by_doc_id_.end()) {
        active_.erase(it->second);
        by_doc_id_.erase(it);
    }
}

std::chrono::milliseconds Inbound::every(PacketKind kind) const {
    return kind == PacketKind::document ? settings_.documents_every : settings_.statuses_every;
}

void Inbound::listed(PacketKind kind, const std::vector<Listed>& list, Instant now) {
    Poll& poll = poll_of(kind);
    poll = {.next_at = now + every(kind)};
    forget_refused(kind, list);
    std::size_t told_again = 0;
    // First what is new: a list may name a thousand that are long finished.
    for (const bool is_known : {false, true})
        for (const Listed& each : list) {
            if (each.known.has_value() != is_known || each.doc_id.empty() || by_doc_id_.contains(each.doc_id))
                continue;
            if (active_.size() >= active_max || (is_known && ++told_again > told_again_max)) {
                // The rest is listed again as soon as there is room.
                if (!is_known)
                    poll.next_at = now;
                break;
            }
            Active active{.arrival = each.known.value_or(Arrival{}), .to = each.to};
            active.arrival.doc_id = each.doc_id;
            active.arrival.kind = kind;
            if (!is_known)
                active.arrival.listed_at = now;
            add(std::move(active));
        }
}

/// What the axis does not give and lists no more is no business of ours.
void Inbound::forget_refused(PacketKind kind, const std::vector<Listed>& list) {
    std::vector<std::string> gone;
    for (const auto& [number, active] : active_)
        if (active.is_fetch_refused && !active.is_busy && active.arrival.kind == kind
            && std::ranges::find(list, active.arrival.doc_id, &Listed::doc_id) == list.end())
            gone.push_back(active.arrival.doc_id);
    for (const std::string& doc_id : gone)
        forget(doc_id);
}

void Inbound::list_failed(PacketKind kind, Instant now) {
    Poll& poll = poll_of(kind);
    poll.is_busy = false;
    poll.next_at = now + std::min(every(kind), retry_wait(settings_.retry_first, ++poll.failures, vxp::name_of(kind)));
}

void Inbound::move(Active& active, Stage stage, Step& step) {
    active.arrival.stage = stage;
    active.is_busy = false;
    active.failures = 0;
    active.next_at = {};
    step.arrivals.push_back(active.arrival);
}

void Inbound::refuse(Active& active, const Refusal& why, Step& step) {
    active.arrival.code = why.code;
    active.arrival.field = why.field;
    move(active, Stage::refused, step);
    step.effects.emplace_back(Discard{active.arrival.doc_id});
    step.effects.emplace_back(
        Notice{Notice::What::packet_refused, active.arrival.doc_id, active.arrival.envelope, why.code, why.field});
}

/// The axis gives each receiver a DocId of its own, and the packet names all of them: each DocId is handed to the
/// receiver that its item names. Where that is none of ours, as with the code of our node, to all of ours.
std::vector<AgencyCode> Inbound::meant(const Active& active, const Facts& facts, Instant now) const {
    const Province& province = settings_.province;
    const auto named = AgencyCode::parse(active.to);
    std::vector<AgencyCode> ours = province.inside(facts.to, now);
    // One of the packet's that the province does not have: the hub says so, and its sender hears it. But an item for our
    // node may name another province's receiver, as the first of the packet: ours must not lose it for that.
    const bool is_ours_to_judge = ours.empty() || (named && !province.is_elsewhere(*named, now));
    const bool is_one = named && (province.receiver(*named, now)
                                  || (is_ours_to_judge && std::ranges::find(facts.to, *named) != facts.to.end()));
    return is_one ? std::vector{*named} : std::move(ours);
}

void Inbound::fetched(const std::string& doc_id, const Facts& facts, Instant now, Step& step) {
    Active* const active = find(doc_id);
    if (!active || active->arrival.stage != Stage::listed)
        return;
    active->arrival.digest = facts.digest;
    active->is_fetch_refused = false;
    active->is_copy = false;
    const auto drop = [&](Notice::What why) {
        move(*active, Stage::dropped, step);
        step.effects.emplace_back(Discard{doc_id});
        step.effects.emplace_back(Notice{why, doc_id, std::nullopt, {}, {}});
    };
    if (facts.is_echo)
        return drop(Notice::What::echo);
    std::vector<AgencyCode> ours = meant(*active, facts, now);
    if (ours.empty())
        return drop(Notice::What::not_ours);
    // Only what the hub has accepted makes a repetition of another one: refused, it would have reached nobody, and
    // this DocId would be told `done`.
    if (is_undecided(facts.digest, ours, now)) {
        active->is_copy = true;
        active->is_busy = false;
        active->next_at = Instant::max();
        return;
    }
    const auto receiver = [&](const AgencyCode& code) {
        return settings_.province.receiver(code, now).value_or(code);
    };
    // Under whichever of its codes.
    std::erase_if(ours, [&](const AgencyCode& each) {
        return std::ranges::find(facts.handed, receiver(each), receiver) != facts.handed.end();
    });
    // The same octets under another DocId have been handed over to all of them, and none could not take them.
    if (ours.empty())
        return drop(Notice::What::repeated);
    active->arrival.receivers = std::move(ours);
    active->arrival.envelope = facts.fresh;
    by_envelope_.emplace(facts.fresh, doc_id);
    move(*active, Stage::submitting, step);
}

bool Inbound::is_undecided(const Digest& digest, const std::vector<AgencyCode>& receivers, Instant now) const {
    const auto receiver = [&](const AgencyCode& code) { return settings_.province.receiver(code, now).value_or(code); };
    return std::ranges::any_of(active_, [&](const auto& each) {
        const Arrival& other = each.second.arrival;
        return other.stage == Stage::submitting && other.digest == digest
               && std::ranges::any_of(other.receivers, [&](const AgencyCode& has) {
                      return std::ranges::find(receivers, receiver(has), receiver) != receivers.end();
                  });
    });
}

void Inbound::decide(const Digest& digest) {
    for (auto& [number, active] : active_)
        if (active.is_copy && active.arrival.digest == digest) {
            active.is_copy = false;
            active.next_at = {};
        }
}

void Inbound::unusable(const std::string& doc_id, const Refusal& why, Step& step) {
    Active* const active = find(doc_id);
    if (!active || active->arrival.stage > Stage::submitting)
        return;
    if (active->arrival.envelope)
        by_envelope_.erase(*active->arrival.envelope);
    refuse(*active, why, step);
    decide(active->arrival.digest);
}

void Inbound::try_later(Active& active, Instant now) {
    active.is_busy = false;
    active.next_at = now + retry_wait(settings_.retry_first, ++active.failures, active.arrival.doc_id);
}

void Inbound::fetch_failed(const std::string& doc_id, Instant now) {
    if (Active* const active = find(doc_id))
        try_later(*active, now);
}

void Inbound::fetch_refused(const std::string& doc_id, const std::string& words, Instant now, Step& step) {
    Active* const active = find(doc_id);
    if (!active || active->arrival.stage != Stage::listed)
        return;
    if (!std::exchange(active->is_fetch_refused, true))
        step.effects.emplace_back(Notice{Notice::What::fetch_refused, doc_id, std::nullopt,
                                         std::string{name_of(Errc::axis_refused)}, words});
    try_later(*active, now);
}

void Inbound::damaged(const std::string& doc_id, const Refusal& why, Instant now, Step& step) {
    Active* const active = find(doc_id);
    if (!active || active->arrival.stage != Stage::listed || ++active->damaged >= damaged_most)
        return unusable(doc_id, why, step);
    try_later(*active, now);
}

void Inbound::submit_failed(const std::string& doc_id, Instant now) {
    Active* const active = find(doc_id);
    if (active && active->arrival.stage == Stage::submitting)
        try_later(*active, now);
}

void Inbound::answered(const EnvelopeId& envelope, const std::optional<Refusal>& refusal, Step& step) {
    const auto its = by_envelope_.find(envelope);
    if (its == by_envelope_.end())
        return;
    Active& active = *find(its->second);
    by_envelope_.erase(its);
    if (refusal) {
        refuse(active, *refusal, step);
    } else {
        move(active, Stage::accepted, step);
        step.effects.emplace_back(Discard{active.arrival.doc_id});
    }
    decide(active.arrival.digest);
}

void Inbound::acknowledged(const std::string& doc_id, Step& step) {
    Active* const active = find(doc_id);
    if (!active)
        return;
    const Stage stage = active->arrival.stage;
    if (stage < Stage::done)
        move(*active, stage == Stage::refused ? Stage::failed : Stage::done, step);
    forget(doc_id);
}

void Inbound::acknowledge_failed(const std::string& doc_id, Instant now) {
    Active* const active = find(doc_id);
    // What was told before is listed again if the axis does not know it.
    if (active && active->arrival.stage >= Stage::done)
        forget(doc_id);
    else if (active)
        try_later(*active, now);
}

void Inbound::hurry(Instant now) {
    for (auto& [number, active] : active_)
        active.next_at = std::min(active.next_at, now);
    for (Poll* poll : {&documents_, &statuses_})
        poll->next_at = std::min(poll->next_at, now);
}

void Inbound::poll(PacketKind kind, Instant now, Permit permit, Step& step) {
    Poll& its = poll_of(kind);
    const bool is_probe = permit == Permit::probe && kind == PacketKind::document;
    const bool is_due = permit == Permit::all && now >= its.next_at && active_.size() < active_max / 2;
    if (its.is_busy || (!is_probe && !is_due))
        return;
    its.is_busy = true;
    step.effects.emplace_back(ListReceived{kind});
}

void Inbound::tick(Instant now, Permit permit, Step& step) {
    poll(PacketKind::document, now, permit, step);
    poll(PacketKind::status, now, permit, step);
    std::size_t fetches = 0, acknowledgements = 0;
    for (const auto& [number, active] : active_)
        // One that the hub is to answer is no call.
        if (active.is_busy && active.arrival.stage != Stage::submitting)
            ++(active.arrival.stage == Stage::listed ? fetches : acknowledgements);
    for (auto& [number, active] : active_) {
        const Arrival& arrival = active.arrival;
        if (active.is_busy || now < active.next_at)
            continue;
        if (arrival.stage == Stage::submitting) {
            active.is_busy = true;
            step.effects.emplace_back(Submit{arrival.doc_id});
            continue;
        }
        std::size_t& under_way = arrival.stage == Stage::listed ? fetches : acknowledgements;
        if (permit != Permit::all || under_way >= settings_.fetches_at_once)
            continue;
        ++under_way;
        active.is_busy = true;
        if (arrival.stage == Stage::listed)
            step.effects.emplace_back(Fetch{arrival.doc_id});
        else if (arrival.stage == Stage::refused || arrival.stage == Stage::failed)
            step.effects.emplace_back(Acknowledge{arrival.doc_id, vxp::AckState::failed, arrival.code, arrival.field});
        else
            step.effects.emplace_back(Acknowledge{arrival.doc_id, vxp::AckState::done, {}, {}});
    }
}

std::size_t Inbound::fetches_refused() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(active_, [](const auto& each) { return each.second.is_fetch_refused; }));
}

std::optional<Instant> Inbound::oldest() const {
    std::optional<Instant> oldest;
    for (const auto& [number, active] : active_)
        if (active.arrival.stage < Stage::done && (!oldest || active.arrival.listed_at < *oldest))
            oldest = active.arrival.listed_at;
    return oldest;
}

}  // namespace hub::axis
