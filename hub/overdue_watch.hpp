#pragma once
// Notes once what has become late, in a thread of its own, and logs it by agency. A mark beside the station, no station:
// docs/decisions/0031-overdue-is-a-mark.md.

#include "hub/core/search.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <thread>

namespace hub {

/// What was owed since then, or longer, has been told of; by duty, and urgent or not. Only ever moves forward: with the
/// time alone, so a changed term or holiday tells nothing twice. One that lies in the future is of a clock that was
/// ahead, and begins anew.
class OverdueBorders {
public:
    /// A clock that is set back by less, a term besides, tells nothing twice.
    static constexpr std::chrono::hours ahead_max{24};

    /// What is late at `now` and was not at the last call; nothing of a duty at its first: all that was late before.
    std::vector<LateSpan> advance(const DeadlineRules& rules, Instant now);

    std::string text() const;
    /// What it does not understand is as if it were not there.
    static OverdueBorders parse(std::string_view text);
    bool operator==(const OverdueBorders&) const = default;

private:
    std::map<std::pair<Duty, bool>, Instant> told_;
};

class OverdueWatch {
public:
    static constexpr std::chrono::seconds every{30};
    /// Of one look; the others are told of as one.
    static constexpr std::size_t lines_max = 50;

    /// What was told is in the file `overdue` of `folder`. `search` is this one's alone.
    OverdueWatch(std::filesystem::path folder, DeadlineRules rules, std::unique_ptr<LedgerSearch> search,
                 std::function<Instant()> now);
    ~OverdueWatch() = default;

    /// What is new, by agency, noted before it is given: at most once, whatever happens. A fault of the ledger or the
    /// disk: nothing is noted, and the next look finds it. Called by the thread, and by tests without one.
    static Result<std::vector<Overdue>> look(const std::filesystem::path& file, const DeadlineRules& rules,
                                             LedgerSearch& search, Instant now);

private:
    void run(const std::stop_token& stop);
    void tell(const std::vector<Overdue>& late) const;

    const std::filesystem::path file_;
    const DeadlineRules rules_;
    const std::unique_ptr<LedgerSearch> search_;
    const std::function<Instant()> now_;
    std::jthread thread_;
};

}  // namespace hub
