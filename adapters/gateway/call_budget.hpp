#pragma once
// How much a caller may ask: so many calls a minute, so many at once. Any thread.

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace hub::gateway {

struct CallBudgetSettings {
    unsigned calls_per_minute = 600;
    unsigned calls_at_once_max = 8;
};

class CallBudget {
public:
    using Clock = std::chrono::steady_clock;
    explicit CallBudget(const CallBudgetSettings& settings) : settings_{settings} {}

    /// nullopt: it has begun, and leave() must follow. Else it must wait this long, at least a second.
    std::optional<std::chrono::seconds> enter(const std::string& caller, Clock::time_point now);
    void leave(const std::string& caller);
    /// Calls that have begun and are not over, of all callers.
    unsigned under_way() const;

private:
    struct Account {
        double calls = 0;  ///< Left to be made.
        Clock::time_point counted_at;
        unsigned at_once = 0;
    };
    const CallBudgetSettings settings_;
    mutable std::mutex mutex_;
    std::map<std::string, Account>
        accounts_;  ///< Of callers who have proved who they are: as many as settings name.
};

}  // namespace hub::gateway
