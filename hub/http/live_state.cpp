#include "hub/http/live_state.hpp"

#include "hub/http/json.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hub::http {
namespace {

namespace json = boost::json;

std::string links_of(const HubStatus& status) {
    const bool is_full = status.contents && status.contents->is_full;
    return status.broker + ' ' + std::to_string(status.is_ledger_full) + std::to_string(status.is_ledger_busy)
           + std::to_string(is_full) + std::to_string(status.relay.is_refilling);
}

/// Not the counts: they move while documents flow, and no lamp changes by it.
std::string text_of(const std::vector<Finding>& found) {
    std::string text;
    for (const Finding& finding : found) {
        text += finding.cause->id;
        text += ' ';
        text += name_of(finding.lamp);
        text += ' ';
        text += name_of(finding.light);
        text += ' ' + (finding.agency ? finding.agency->text() : std::string{}) + '\n';
    }
    return text;
}

std::string lights_of(const std::vector<Finding>& found) {
    json::object out;
    for (const Lamp lamp : lamps)
        out[json::string{name_of(lamp)}] = json::string{name_of(light_of(found, lamp))};
    return json::serialize(json::object{{"lamps", std::move(out)}});
}

}  // namespace

void LiveState::look(Instant now) {
    // A clock that was set back looks again at once.
    if (looked_at_ && now >= *looked_at_ && now - *looked_at_ < looked_every)
        return;
    if (!looked_at_)
        revision_ = 1;
    looked_at_ = now;
    look_at_ledger();
    look_at_operations();
    look_at_health(now);
}

void LiveState::look_at_ledger() {
    const auto counts = sources_.search->counts();
    if (!counts)
        return;
    if (counts->entries != counts_.entries || counts->envelopes != counts_.envelopes)
        counts_changed_ = ++revision_;
    counts_ = *counts;
}

void LiveState::look_at_health(Instant now) {
    const HubStatus status = sources_.status();
    std::string links = links_of(status);
    const auto began = std::chrono::steady_clock::now();
    if (began < health_next_ && links == links_)
        return;
    links_ = std::move(links);
    const auto found = find_out(sources_, status, now);
    const auto ended = std::chrono::steady_clock::now();
    health_next_ = ended + std::max<std::chrono::steady_clock::duration>(health_every, health_share * (ended - began));
    if (!found)
        return;
    if (std::string health = text_of(*found); health != health_ || health_data_.empty()) {
        health_ = std::move(health);
        health_data_ = lights_of(*found);
        health_changed_ = ++revision_;
    }
}

void LiveState::look_at_operations() {
    const auto found = sources_.book->operations(std::nullopt, operations_shown);
    if (!found)
        return;
    std::map<OperationSeq, Progress> now;
    bool has_changed = false;
    for (const Operation& operation : *found) {
        const auto before = operations_.find(operation.seq);
        const bool is_same = before != operations_.end() && before->second.state == operation.state
                             && before->second.done == operation.done;
        has_changed = has_changed || !is_same;
        now[operation.seq] = {operation.state, operation.done, operation.expected,
                              is_same ? before->second.changed : revision_ + 1};
    }
    operations_ = std::move(now);
    if (has_changed)
        ++revision_;
}

std::vector<LiveState::Change> LiveState::since(Revision heard, bool may_operate) const {
    std::vector<Change> changes;
    if (counts_changed_ > heard)
        changes.push_back({"ledger", json::serialize(json::object{{"entries", counts_.entries},
                                                                  {"envelopes", counts_.envelopes}})});
    if (health_changed_ > heard)
        changes.push_back({"health", health_data_});
    json::array rows;
    for (const auto& [seq, progress] : operations_)
        if (may_operate && progress.changed > heard)
            rows.push_back(json::object{{"operation", number(seq)},
                                        {"state", json_text(name_of(progress.state))},
                                        {"done", progress.done},
                                        {"expected", progress.expected}});
    if (!rows.empty())
        changes.push_back({"operation", json::serialize(json::object{{"operations", std::move(rows)}})});
    return changes;
}

}  // namespace hub::http
