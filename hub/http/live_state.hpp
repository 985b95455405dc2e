#pragma once
// What pages are told without asking: which of the things that they show have changed. It is looked at once for all who
// listen, at most once a second, and not at all while nobody does. Whoever was away for a while hears of each thing once,
// as it is now: there is no history. One thread.

#include "hub/http/health.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace hub::http {

class LiveState {
public:
    /// Grows with every change that was seen; 0: nothing was looked at yet.
    using Revision = std::uint64_t;
    static constexpr std::chrono::milliseconds looked_every{1000};
    /// The lamps cost more; and what takes longer is looked at less often, so that it is a twentieth of the time at most.
    static constexpr std::chrono::seconds health_every{5};
    static constexpr int health_share = 20;
    static constexpr std::size_t operations_shown = 50;     ///< The newest.

    /// `sources` must outlive it.
    explicit LiveState(Sources& sources) : sources_{sources} {}

    /// Looks again, unless it has just been looked at. What the ledger cannot tell stays as it was.
    void look(Instant now);
    Revision revision() const noexcept { return revision_; }

    struct Change {
        std::string_view event;                              ///< "ledger", "health", "operation".
        std::string data;                                    ///< JSON in one line.
    };
    /// At most one of each kind. Of operations only those who may operate are told.
    std::vector<Change> since(Revision heard, bool may_operate) const;

private:
    struct Progress {
        OperationState state{};
        std::uint64_t done = 0;
        std::uint64_t expected = 0;
        Revision changed = 0;
    };

    void look_at_ledger();
    void look_at_health(Instant now);
    void look_at_operations();

    Sources& sources_;
    Revision revision_ = 0;
    std::optional<Instant> looked_at_;
    LedgerCounts counts_;
    Revision counts_changed_ = 0;
    std::string links_;                                      ///< What lights a lamp without asking the ledger.
    std::string health_;                                     ///< Every cause, in one text.
    std::string health_data_;
    Revision health_changed_ = 0;
    std::chrono::steady_clock::time_point health_next_{};
    std::map<OperationSeq, Progress> operations_;
};

}  // namespace hub::http
