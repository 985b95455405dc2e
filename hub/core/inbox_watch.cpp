#include "hub/core/inbox_watch.hpp"

#include <algorithm>
#include <chrono>

namespace hub {
namespace {

// An adapter that is at work holds some of them, and tells of those that it has stored a little later.
constexpr std::chrono::minutes unread_for{1}, read_for{10};
constexpr std::chrono::minutes pause_min{1}, pause_max{60};
constexpr unsigned doublings_max = 6;
static_assert(pause_min * (1 << doublings_max) >= pause_max);

}  // namespace

Result<bool> InboxWatch::is_lost(const InboxCounted& counted, Instant now, LedgerView& view) {
    if (auto forgotten = forget_what_helped(counted.agency, view); !forgotten)
        return forgotten.error();
    const auto known = lacks_.find(counted.agency);
    const bool is_known = known != lacks_.end() && now >= known->second.since;
    // The same ones as at the first count, not others that have come and are being fetched now.
    const Instant since = is_known ? known->second.since : now;
    const auto is_lacking = view.has_more_in_inbox(counted.agency, counted.ready, since);
    if (!is_lacking)
        return is_lacking.error();
    if (!*is_lacking) {
        break_off(counted.agency);
        return false;
    }
    if (!is_known)
        lacks_.insert_or_assign(counted.agency, Lack{now, std::nullopt});
    Lack& lack = lacks_.at(counted.agency);
    if (counted.consumers > 0)
        lack.unread_since.reset();
    else
        lack.unread_since = lack.unread_since.value_or(now);
    const bool is_lasting =
        now - lack.since >= read_for || (lack.unread_since && now - *lack.unread_since >= unread_for);
    if (!is_lasting || is_paused(counted.agency, now))
        return false;
    break_off(counted.agency);
    Filling& filling = fillings_[counted.agency];
    filling.at = now;
    ++filling.times;
    return true;
}

bool InboxWatch::is_paused(const AgencyCode& agency, Instant now) const {
    const auto filled = fillings_.find(agency);
    if (filled == fillings_.end())
        return false;
    const auto& [at, times] = filled->second;
    return now >= at && now < at + std::min(pause_min * (1 << std::min(times - 1, doublings_max)), pause_max);
}

/// Nothing of what was there then is left: the agency has taken it.
Result<void> InboxWatch::forget_what_helped(const AgencyCode& agency, LedgerView& view) {
    const auto filled = fillings_.find(agency);
    if (filled == fillings_.end())
        return {};
    const auto is_waiting = view.has_more_in_inbox(agency, 0, filled->second.at);
    if (!is_waiting)
        return is_waiting.error();
    if (!*is_waiting)
        fillings_.erase(filled);
    return {};
}

}  // namespace hub
