// The relay's part in what operators do with all that goes to one agency.

#include "hub/core/fold.hpp"
#include "hub/core/relay.hpp"

namespace hub {
namespace {

Verb verb_of(QueueAct act) noexcept {
    switch (act) {
    case QueueAct::pause: return Verb::queue_pause;
    case QueueAct::resume: return Verb::queue_resume;
    case QueueAct::limit: return Verb::queue_limit;
    }
    return Verb::queue_pause;
}

}  // namespace

Result<void> Relay::handle(const QueueTurned& event, Instant now, Step& step) {
    step.effects.emplace_back(Answer{event.ticket, turn_queue(event, now, step)});
    return pump(step);
}

std::optional<Fault> Relay::turn_queue(const QueueTurned& event, Instant now, Step& step) {
    const auto known = queues_.find(event.agency);
    // Whoever is no longer in the directory may still be let go.
    if (known == queues_.end() && !directory_->find(event.agency))
        return Fault{Errc::not_found, "agency", event.agency.text()};
    if (event.per_minute > limits::queue_per_minute_max)
        return Fault{Errc::field_invalid, "per_minute", std::to_string(event.per_minute)};
    QueueControl control = known == queues_.end() ? QueueControl{.agency = event.agency} : known->second;
    const QueueWord word{event.act.actor, now, utf8_prefix(event.act.reason, limits::fault_text_bytes_max)};
    switch (event.wanted) {
    case QueueAct::pause:
        if (control.paused)
            return std::nullopt;
        control.paused = word;
        control.is_refill_owed = control.is_refill_owed || outbox_.is_filling(event.agency);
        break;
    case QueueAct::resume:
        if (!control.paused)
            return std::nullopt;
        control.paused.reset();
        break;
    case QueueAct::limit:
        if (event.per_minute == (control.limit ? control.limit->per_minute : 0))
            return std::nullopt;
        control.limit = event.per_minute > 0 ? std::optional{QueueLimit{event.per_minute, word}} : std::nullopt;
        break;
    }
    outbox_.set_queue(control, now);
    if (event.wanted == QueueAct::resume && control.is_refill_owed)
        outbox_.inbox_lost(event.agency, heads_.delivery);

    Entry entry = entry_of(EntryKind::act, {});
    entry.at = now;
    entry.text = word.reason;
    Act act = event.act;
    act.verb = verb_of(event.wanted);
    act.object = event.agency.text();
    if (event.wanted == QueueAct::limit)
        act.detail = event.per_minute > 0 ? std::to_string(event.per_minute) + "/min" : "none";
    entry.act = std::make_shared<const Act>(std::move(act));
    append(std::move(entry), {.entry = {}, .envelope = {}, .envelope_sender = {}, .document = {}, .receivers = {}}, step);
    control.is_plain() ? void(queues_.erase(event.agency)) : void(queues_.insert_or_assign(event.agency, control));
    step.writes.queues.push_back(std::move(control));
    return std::nullopt;
}

void Relay::owe_refills(bool is_wiped, Step& step) {
    for (auto& [agency, control] : queues_) {
        if (control.is_refill_owed && !control.paused && !is_wiped)
            outbox_.inbox_lost(agency, heads_.delivery);
        if (control.is_refill_owed || !control.paused || !is_wiped)
            continue;
        control.is_refill_owed = true;
        step.writes.queues.push_back(control);
    }
}

void Relay::settle_refills(Step& step) {
    for (auto it = queues_.begin(); it != queues_.end();) {
        QueueControl& control = it->second;
        const bool is_done = control.is_refill_owed && !control.paused && outbox_.is_bus_up()
                             && !outbox_.is_filling(control.agency);
        if (is_done) {
            control.is_refill_owed = false;
            step.writes.queues.push_back(control);
        }
        it = control.is_plain() ? queues_.erase(it) : std::next(it);
    }
}

}  // namespace hub
