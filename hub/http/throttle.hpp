#pragma once
// How often one may: so many at once, then one in each interval. Each key has its own count, and there are at most
// keys_max of them: while all are in use, a new one has to wait. One thread at a time.

#include "hub/core/instant.hpp"

#include <optional>
#include <string>
#include <unordered_map>

namespace hub::http {

class Throttle {
public:
    static constexpr std::size_t keys_max = 10'000;

    Throttle(int burst, std::chrono::milliseconds interval) : slack_{burst * interval}, interval_{interval} {}

    /// Nullopt: go on, it is counted. Otherwise how long to wait, and nothing is counted.
    std::optional<std::chrono::seconds> take(const std::string& key, Instant now);
    /// As if it had not asked since its count was full.
    void forget(const std::string& key) { free_at_.erase(key); }

private:
    const std::chrono::milliseconds slack_;
    const std::chrono::milliseconds interval_;
    std::unordered_map<std::string, Instant> free_at_;  ///< When the key's whole burst is there again.
};

}  // namespace hub::http
