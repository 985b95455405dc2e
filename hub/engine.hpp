#pragma once
// Write before you speak: events are stepped into a batch, the batch is committed, and only then are its
// effects performed. While one batch is being committed the next is stepped, so a commit is as large as the
// load makes it. Not a thread itself: whoever calls it (app's core thread, the simulation) is the core.

#include "hub/core/bus.hpp"
#include "hub/core/desk.hpp"
#include "hub/core/relay.hpp"

#include <span>

namespace hub {

/// Starts the commit of one batch and lets the core have LedgerCommitted when it is done. The batch stays
/// where it is until then.
class Committer {
public:
    virtual ~Committer() = default;
    virtual void begin(const Batch& batch) = 0;
};

class Engine {
public:
    Engine(Relay& relay, LedgerView& view, Committer& committer, Bus& bus, Desk& desk)
        : relay_{relay}, view_{view}, committer_{committer}, bus_{bus}, desk_{desk} {}

    /// Steps the events in order. A fault means that the process must stop: what is in memory may be ahead of
    /// the ledger, and only the ledger counts.
    Result<void> take(std::span<const Event> events, Instant now);

    bool is_idle() const noexcept { return !is_committing_ && open_.is_empty(); }

private:
    Result<void> step(const Event& event, Instant now);
    Result<void> hand_over(Instant now);
    Result<void> perform(std::vector<Effect> effects, Instant now);
    Result<void> perform(PublishEnvelope effect, Instant now);

    Relay& relay_;
    LedgerView& view_;
    Committer& committer_;
    Bus& bus_;
    Desk& desk_;
    Step open_;
    Step committing_;
    bool is_committing_ = false;
};

}  // namespace hub
