#pragma once
// Whom the content store turns away, and why: what operators are told of it. Only an agency of the directory, which has
// proved that it has the key of its certificate, is told by name, so all of this is bounded by the directory; of
// callers that may be anybody there is a number. Pure. One thread at a time.

#include "hub/core/fault.hpp"
#include "hub/core/ids.hpp"
#include "hub/core/instant.hpp"

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <vector>

namespace hub {

/// Of one agency for one reason.
struct ContentRefusal {
    AgencyCode agency;
    Errc why{};                                      ///< certificate_not_valid_now, sender_closed, quota_exceeded,
                                                     ///< contents_full.
    Instant since;                                   ///< The first of those that go on.
    std::uint64_t count = 0;                         ///< Since then.
    std::optional<Instant> certificate_until;        ///< Of the one that it shows, when that is why.
    bool operator==(const ContentRefusal&) const = default;
};

class ContentRefusals {
public:
    /// An adapter tries again within a minute: who has not been refused for so long is not refused any more.
    static constexpr std::chrono::minutes over_after{30};
    /// What begins anew within this time is not told anew; what lasts is told again, but not often.
    static constexpr std::chrono::hours told_anew_after{1};
    static constexpr std::chrono::hours told_again_after{24};

    /// Callers whose certificate is no agency's, and those that did not even get through the TLS handshake.
    enum class Stranger : std::uint8_t { certificate, handshake };
    static constexpr std::array stranger_kinds{Stranger::certificate, Stranger::handshake};
    static constexpr std::array reasons{Errc::certificate_not_valid_now, Errc::sender_closed, Errc::quota_exceeded,
                                        Errc::contents_full};

    struct Snapshot {
        std::vector<ContentRefusal> current;         ///< Those that go on.
        std::array<std::uint64_t, reasons.size()> refused{};     ///< Since the start, in the order of `reasons`.
        std::array<std::uint64_t, stranger_kinds.size()> strangers{}; ///< The same of theirs.
    };

    /// What is to be told of it now, if anything. `why` is one of `reasons`.
    std::optional<ContentRefusal> refused(const AgencyCode& agency, Errc why, std::optional<Instant> certificate_until,
                                          Instant now);
    /// How many there were since that was last told, when it is to be told now.
    std::optional<std::uint64_t> turned_away(Stranger stranger, Instant now);
    /// Of those that were told what is over. Each once.
    std::vector<ContentRefusal> ended(Instant now);
    Snapshot snapshot() const;

private:
    struct Known {
        ContentRefusal refusal;
        Instant last;
        std::optional<Instant> told_at;
        bool is_current = false;
        bool is_end_due = false;                     ///< Its beginning was told.
    };
    struct Strangers {
        std::uint64_t count = 0;
        std::uint64_t told = 0;
        std::optional<Instant> told_at;
    };
    std::map<std::pair<AgencyCode, Errc>, Known> known_;
    std::array<std::uint64_t, reasons.size()> refused_{};
    std::array<Strangers, stranger_kinds.size()> strangers_{};
};

}  // namespace hub
