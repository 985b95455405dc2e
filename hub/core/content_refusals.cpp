#include "hub/core/content_refusals.hpp"

#include <algorithm>
#include <utility>

namespace hub {
namespace {

/// Also when the clock was set back meanwhile: nobody knows how long it was.
bool is_past(Instant since, std::chrono::minutes span, Instant now) noexcept { return now < since || now - since >= span; }

std::size_t place_of(Errc why) noexcept {
    const auto found = std::ranges::find(ContentRefusals::reasons, why);
    HUB_ASSERT(found != ContentRefusals::reasons.end());
    return static_cast<std::size_t>(found - ContentRefusals::reasons.begin());
}

}  // namespace

std::optional<ContentRefusal> ContentRefusals::refused(const AgencyCode& agency, Errc why,
                                                       std::optional<Instant> certificate_until, Instant now) {
    ++refused_[place_of(why)];
    Known& known = known_.try_emplace({agency, why}, Known{{agency, why, now, 0, {}}, now, {}}).first->second;
    if (!known.is_current)
        known.refusal = {agency, why, now, 0, {}};
    known.last = now;
    ++known.refusal.count;
    known.refusal.certificate_until = certificate_until;
    const std::chrono::hours pause = std::exchange(known.is_current, true) ? told_again_after : told_anew_after;
    if (known.told_at && !is_past(*known.told_at, pause, now))
        return std::nullopt;
    known.told_at = now;
    known.is_end_due = true;
    return known.refusal;
}

std::optional<std::uint64_t> ContentRefusals::turned_away(Stranger stranger, Instant now) {
    Strangers& all = strangers_[static_cast<std::size_t>(stranger)];
    ++all.count;
    if (all.told_at && !is_past(*all.told_at, told_anew_after, now))
        return std::nullopt;
    all.told_at = now;
    return all.count - std::exchange(all.told, all.count);
}

std::vector<ContentRefusal> ContentRefusals::ended(Instant now) {
    std::vector<ContentRefusal> over;
    for (auto& [key, known] : known_) {
        if (!known.is_current || !is_past(known.last, over_after, now))
            continue;
        known.is_current = false;
        if (std::exchange(known.is_end_due, false))
            over.push_back(known.refusal);
    }
    return over;
}

ContentRefusals::Snapshot ContentRefusals::snapshot() const {
    Snapshot all;
    for (const auto& [key, known] : known_)
        if (known.is_current)
            all.current.push_back(known.refusal);
    all.refused = refused_;
    std::ranges::transform(strangers_, all.strangers.begin(), &Strangers::count);
    return all;
}

}  // namespace hub
