#include "hub/core/retention.hpp"

#include <algorithm>

namespace hub {
namespace {

std::optional<std::chrono::seconds> time_for(const KeptFor& kept, std::optional<Kind> kind) noexcept {
    if (!kind)
        return kept.acknowledgements;
    switch (*kind) {
    case Kind::document: return kept.documents;
    case Kind::status: return kept.statuses;
    case Kind::acknowledgement:
    case Kind::receipt:
    case Kind::service: return kept.acknowledgements;
    }
    return std::nullopt;
}

}  // namespace

bool RetentionRules::is_over(std::optional<Kind> kind, const AgencyCode& sender, Instant accepted_at,
                             Instant now) const {
    const auto own = by_sender.find(sender);
    const auto time = time_for(own == by_sender.end() ? usual : own->second, kind);
    return time && accepted_at + *time <= now;
}

std::optional<std::chrono::seconds> RetentionRules::shortest() const {
    std::optional<std::chrono::seconds> found;
    const auto look_at = [&](const KeptFor& kept) {
        for (const auto& time : {kept.documents, kept.statuses, kept.acknowledgements})
            if (time)
                found = std::min(found.value_or(*time), *time);
    };
    look_at(usual);
    for (const auto& [agency, kept] : by_sender)
        look_at(kept);
    return found;
}

}  // namespace hub
