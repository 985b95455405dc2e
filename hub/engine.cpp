#include "hub/engine.hpp"

namespace hub {

Result<void> Engine::take(std::span<const Event> events, Instant now) {
    for (const Event& event : events)
        if (auto stepped = step(event, now); !stepped)
            return stepped.error();
    return hand_over(now);
}

Result<void> Engine::step(const Event& event, Instant now) {
    if (const auto* committed = std::get_if<LedgerCommitted>(&event); committed && !committed->fault) {
        HUB_ASSERT(is_committing_);
        is_committing_ = false;
        if (auto performed = perform(std::exchange(committing_, {}).effects, now); !performed)
            return performed.error();
    }
    return relay_.on(event, now, open_);
}

Result<void> Engine::hand_over(Instant now) {
    while (!is_committing_ && !open_.is_empty()) {
        relay_.close_batch(open_);
        committing_ = std::exchange(open_, {});
        if (!committing_.writes.is_empty()) {
            is_committing_ = true;
            committer_.begin(committing_.writes);
            return {};
        }
        // Nothing to write: the batch is as durable as it will ever be.
        if (auto performed = perform(std::exchange(committing_, {}).effects, now); !performed)
            return performed.error();
        if (auto stepped = relay_.on(LedgerCommitted{}, now, open_); !stepped)
            return stepped.error();
    }
    return {};
}

Result<void> Engine::perform(std::vector<Effect> effects, Instant now) {
    for (Effect& effect : effects) {
        auto performed = std::visit(
            [&](auto& e) -> Result<void> {
                using Done = std::decay_t<decltype(e)>;
                if constexpr (std::is_same_v<Done, PublishEnvelope>)
                    return perform(std::move(e), now);
                else if constexpr (std::is_same_v<Done, Answer> || std::is_same_v<Done, RemoveCopy>)
                    desk_.perform(std::move(e));
                else
                    bus_.perform(std::move(e));
                return {};
            },
            effect);
        if (!performed)
            return performed.error();
    }
    return {};
}

Result<void> Engine::perform(PublishEnvelope effect, Instant now) {
    if (!effect.frame) {
        auto frame = view_.frame(effect.envelope);
        // One damaged document must not stop the others.
        if (!frame && frame.error().code == Errc::ledger_corrupt)
            return relay_.on(Unreadable{effect.id}, now, open_);
        if (!frame)
            return frame.error();
        effect.frame = std::move(*frame);
    }
    bus_.perform(std::move(effect));
    return {};
}

}  // namespace hub
