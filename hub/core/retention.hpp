#pragma once
// How long bytes are kept (docs/operations.md, Retention). Entries, names and digests stay for ever; what goes is
// the envelope's frame and, when no kept envelope names it any more, the content of a large part. Nothing goes
// that is due to a receiver or under legal hold.

#include "hub/core/envelope.hpp"

#include <chrono>
#include <map>
#include <optional>

namespace hub {

/// For how long after its acceptance an envelope of each kind is kept; nullopt: for ever.
struct KeptFor {
    std::optional<std::chrono::seconds> documents;
    std::optional<std::chrono::seconds> statuses;
    std::optional<std::chrono::seconds> acknowledgements;
};

struct RetentionRules {
    KeptFor usual;
    std::map<AgencyCode, KeptFor> by_sender;         ///< Instead of `usual`, for what these agencies sent.
    std::chrono::seconds unnamed{48 * 3600};         ///< Contents that no envelope names.
    std::chrono::seconds pass_every{3600};           ///< From the end of one look through the ledger to the next.

    /// Whether the time of an envelope is over. Frames that could not be decoded are kept as acknowledgements are.
    bool is_over(std::optional<Kind> kind, const AgencyCode& sender, Instant accepted_at, Instant now) const;
    /// The shortest of all times; nullopt when everything is kept for ever.
    std::optional<std::chrono::seconds> shortest() const;
};

}  // namespace hub
