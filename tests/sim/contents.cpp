// Large parts in the simulated world: the store's files outlive the hub, requests in flight do not.

#include "tests/sim/world.hpp"

#include <algorithm>

namespace hub::sim {

RetentionRules World::rules() {
    using namespace std::chrono_literals;
    RetentionRules rules;
    rules.usual = {.documents = 12s, .statuses = 10s, .acknowledgements = 5s};
    rules.unnamed = 6s;
    rules.pass_every = 1s;
    return rules;
}

void World::add_large_part(Agency& from, EnvelopeHeader& header) {
    // Few, so that agencies and documents share them.
    const std::string name = "annex " + std::to_string(pick(5));
    const Digest digest = sha256(name);
    const std::uint64_t bytes = 2'000'000 + static_cast<std::uint64_t>(name.back());
    header.parts.push_back({"1", name, "application/pdf", bytes, digest, false});
    from.has_contents.emplace(digest, bytes);
    from.to_put.insert(digest);
}

void World::put_contents(Agency& from) {
    for (const Digest& digest : from.to_put) {
        const bool is_under_way = std::ranges::any_of(
            tickets_, [&](const auto& entry) { return entry.second == std::pair{from.code, digest}; });
        if (is_under_way || !chance(300))
            continue;
        note("put");
        const CopyId copy{++last_copy_};
        const Ticket ticket{++last_ticket_};
        store_.emplace(copy, digest);
        // A hub that is killed here knows nothing of the file.
        tickets_.emplace(ticket, std::pair{from.code, digest});
        events_.emplace_back(ContentStored{ticket, from.code, digest, from.has_contents.at(digest), copy});
    }
}

void World::submit_what_waited(Agency& from) {
    std::vector<Submission> waiting = std::exchange(from.waiting_for_contents, {});
    for (Submission& submission : waiting) {
        const bool is_ready = std::ranges::none_of(
            submission.header->parts, [&](const Part& part) { return from.to_put.contains(part.digest); });
        if (is_ready)
            submit(from, std::move(submission));
        else
            from.waiting_for_contents.push_back(std::move(submission));
    }
}

void World::SimDesk::perform(Answer effect) {
    const auto it = world.tickets_.find(effect.ticket);
    if (it == world.tickets_.end())
        return;
    HUB_ASSERT(!effect.fault);
    world.agency(it->second.first).to_put.erase(it->second.second);
    world.tickets_.erase(it);
}

void World::SimDesk::perform(RemoveCopy effect) {
    const auto it = world.store_.find(effect.copy);
    HUB_ASSERT(it == world.store_.end() || it->second == effect.digest);
    world.store_.erase(effect.copy);
}

void World::damage_a_content(bool has_faults) {
    for (const ContentRecord& content : view_->contents({}, 100).value()) {
        if (content.state != ContentState::whole)
            continue;
        if (has_faults && chance(plan_.faults.damage_per_mille)) {
            note("damage");
            store_.erase(content.copy);
        }
        // The scan comes by now and then.
        if (!store_.contains(content.copy) && chance(100))
            events_.emplace_back(ContentDamaged{content.digest, content.copy});
    }
}

bool World::can_take(const Agency& by, const InboxMessage& message) const {
    // A repeat is dropped by the kit's journal before anything is fetched: its content may be gone.
    if (!message.envelope || by.received.contains(*message.envelope))
        return true;
    for (const Agency& agency : agencies_) {
        const auto sent = agency.sent.find(*message.envelope);
        if (sent == agency.sent.end())
            continue;
        for (const Part& part : sent->second.header->parts) {
            const auto content = view_->content(part.digest).value();
            if (!content || content->state != ContentState::whole || !store_.contains(content->copy))
                return false;
        }
    }
    return true;
}

void World::check_contents(std::vector<std::string>& found) {
    for (const ContentRecord& content : view_->contents({}, 100).value()) {
        const bool is_named = !view_->content_uses(content.digest, {}, 1).value().empty();
        if (is_named && (content.state != ContentState::whole || !store_.contains(content.copy)))
            found.push_back("a content that a kept envelope names is not there: " + content.digest.text());
        if (store_.contains(content.copy) && store_.at(content.copy) != content.digest)
            found.push_back("a content has the copy of another: " + content.digest.text());
    }
}

}  // namespace hub::sim
