#include "hub/http/throttle.hpp"

#include <algorithm>

namespace hub::http {

std::optional<std::chrono::seconds> Throttle::take(const std::string& key, Instant now) {
    auto it = free_at_.find(key);
    if (it == free_at_.end()) {
        if (free_at_.size() >= keys_max)
            std::erase_if(free_at_, [&](const auto& entry) { return entry.second <= now; });
        if (free_at_.size() >= keys_max)
            return std::chrono::ceil<std::chrono::seconds>(interval_);
        it = free_at_.emplace(key, now).first;
    }
    // After a clock was set back nobody waits longer than for a whole burst.
    it->second = std::clamp(it->second, now, now + slack_);
    const Instant free_at = it->second + interval_;
    if (free_at - now > slack_)
        return std::chrono::ceil<std::chrono::seconds>(free_at - now - slack_);
    it->second = free_at;
    return std::nullopt;
}

}  // namespace hub::http
