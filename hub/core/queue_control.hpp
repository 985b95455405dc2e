#pragma once
// What an operator does with all that goes to one agency: hold it in the ledger, let it go again, or let no more of it
// go than so many in a minute. Kept in the ledger; what is in the agency's inbox at the broker already stays there.

#include "hub/core/instant.hpp"
#include "hub/core/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hub {

enum class QueueAct : std::uint8_t { pause, resume, limit };

/// Whose doing it is, and why.
struct QueueWord {
    std::string by;
    Instant at;
    std::string reason;
    bool operator==(const QueueWord&) const = default;
};

struct QueueLimit {
    std::uint32_t per_minute = 0;                   ///< 1 to limits::queue_per_minute_max.
    QueueWord word;
    bool operator==(const QueueLimit&) const = default;
};

struct QueueControl {
    AgencyCode agency;                              ///< Own code: whose inbox.
    std::optional<QueueWord> paused = std::nullopt;
    std::optional<QueueLimit> limit = std::nullopt;
    /// While it was paused the broker has lost what was in the inbox: it is brought again once it goes on.
    bool is_refill_owed = false;
    bool operator==(const QueueControl&) const = default;

    /// As any other queue: there is nothing to be kept.
    bool is_plain() const noexcept { return !paused && !limit && !is_refill_owed; }
};

}  // namespace hub
