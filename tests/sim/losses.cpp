// Inboxes that lose what they held while nobody tells the hub, and acknowledgements that it cannot take.

#include "tests/sim/world.hpp"

#include <algorithm>

namespace hub::sim {

void World::purge_an_inbox() {
    Agency& by = agencies_[pick(agencies_.size())];
    note("purge", by.urgent.size() + by.normal.size());
    by.urgent.clear();
    // By the next receipts it is noticed that there were others before them; the last of all would never come again.
    const auto last = std::ranges::find_if(by.normal.rbegin(), by.normal.rend(),
                                           [](const InboxMessage& message) { return !message.frame; });
    std::deque<InboxMessage> left;
    if (last != by.normal.rend())
        left.push_back(std::move(*last));
    by.normal = std::move(left);
    ++by.purges;
}

/// One agency after the other, as the connection to the broker does it when it is idle. All adapters are at work always.
void World::count_an_inbox() {
    if (!is_bus_up_ || !wire_.empty())
        return;
    const Agency& next = agencies_[next_counted_++ % agencies_.size()];
    events_.emplace_back(InboxCounted{next.code, next.urgent.size() + next.normal.size(), 1});
}

bool World::is_anything_due() {
    return !view_->due(DueScope::not_taken, {}, view_->heads().value().delivery, 1).value().deliveries.empty();
}

void World::refuse_an_acknowledgement(Agency& from) {
    note("garble");
    from.garbled.insert(from.submit.back().submission.header->id);
}

/// As the kit does it: what it named stays to be acknowledged.
void World::acknowledge_again(Agency& by, const EnvelopeId& refused) {
    const auto& items = by.sent.at(refused).acknowledgement->items;
    by.to_acknowledge.insert(by.to_acknowledge.end(), items.begin(), items.end());
}

void World::check_fillings(std::vector<std::string>& found) {
    std::size_t purges = 0, asked = 0;
    for (const Agency& each : agencies_) {
        purges += each.purges;
        asked += each.asked;
    }
    if (purges == 0 && asked > 0)
        found.push_back("receipts were missed of which none was lost");
    const std::uint64_t filled = filled_before_ + relay_->counters().inboxes_lost;
    if (filled > purges + asked)
        found.push_back("inboxes were filled again " + std::to_string(filled) + " times, purged "
                        + std::to_string(purges) + " times, and asked for " + std::to_string(asked) + " times");
}

}  // namespace hub::sim
