#include "adapters/kit/uploads.hpp"

#include <algorithm>

namespace hub::kit {

void Uploads::begin(const EnvelopeHeader& header, std::vector<std::filesystem::path> files) {
    Pending pending{.expires_at = header.expires_at, .orders = {}, .under_way = {}, .rounds = 1, .fault = {}};
    auto file = files.begin();
    for (const Part& part : header.parts) {
        if (part.is_inline)
            continue;
        // A list that is shorter than the header says is damaged; the missing file is noticed as such.
        pending.orders.push_back({true, part.name, {part.digest, part.size_bytes},
                                  file == files.end() ? std::filesystem::path{} : std::move(*file++),
                                  header.urgency});
    }
    if (pending.orders.empty())
        return;
    forget(header.id);
    order(header.id, pending_.emplace(header.id, std::move(pending)).first->second, {});
}

void Uploads::order(const EnvelopeId& id, Pending& pending, std::chrono::milliseconds delay) {
    for (const TransferOrder& each : pending.orders) {
        const TransferId transfer = transfers_.order(each, delay);
        pending.under_way.push_back(transfer);
        by_transfer_.emplace(transfer, id);
    }
}

bool Uploads::take(const Transfers::Finished& finished) {
    const auto found = by_transfer_.find(finished.id);
    if (found == by_transfer_.end())
        return false;
    Pending& pending = pending_.at(found->second);
    by_transfer_.erase(found);
    std::erase(pending.under_way, finished.id);
    if (finished.fault)
        pending.fault = finished.fault;
    return true;
}

bool Uploads::is_waiting(const EnvelopeId& id, Instant now) const {
    const auto found = pending_.find(id);
    if (found == pending_.end())
        return false;
    const Pending& pending = found->second;
    return !pending.under_way.empty() && !pending.fault && now < pending.expires_at;
}

bool Uploads::again(const EnvelopeId& id) {
    const auto found = pending_.find(id);
    if (found == pending_.end() || found->second.fault || found->second.rounds >= rounds_max)
        return false;
    Pending& pending = found->second;
    constexpr std::chrono::seconds delay_min{1};
    // The hub is asked first with each upload: what it holds is not sent again.
    if (pending.under_way.empty())
        order(id, pending, delay_min * (1 << (pending.rounds - 1)));
    ++pending.rounds;
    return true;
}

std::optional<Fault> Uploads::cause(const EnvelopeId& id) const {
    const auto found = pending_.find(id);
    return found == pending_.end() ? std::nullopt : found->second.fault;
}

void Uploads::forget(const EnvelopeId& id) {
    const auto found = pending_.find(id);
    if (found == pending_.end())
        return;
    for (const TransferId transfer : found->second.under_way) {
        transfers_.drop(transfer);
        by_transfer_.erase(transfer);
    }
    pending_.erase(found);
}

}  // namespace hub::kit
