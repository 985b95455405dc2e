#include "adapters/gateway/call_budget.hpp"

#include <algorithm>
#include <cmath>

namespace hub::gateway {

/// What was not used in the last ten seconds may be used at once.
std::optional<std::chrono::seconds> CallBudget::enter(const std::string& caller, Clock::time_point now) {
    using Seconds = std::chrono::duration<double>;
    constexpr Seconds saved_up{10};
    const double per_second = settings_.calls_per_minute / 60.0;
    const double calls_most = std::max(1.0, per_second * saved_up.count());
    const std::scoped_lock lock{mutex_};
    const auto [it, is_new] = accounts_.try_emplace(caller, Account{calls_most, now, 0});
    Account& account = it->second;
    account.calls =
        std::min(calls_most, account.calls + Seconds{now - account.counted_at}.count() * per_second);
    account.counted_at = now;
    if (account.at_once >= settings_.calls_at_once_max)
        return std::chrono::seconds{1};
    if (account.calls < 1.0)
        return std::chrono::seconds{
            static_cast<std::int64_t>(std::max(1.0, std::ceil((1.0 - account.calls) / per_second)))};
    account.calls -= 1.0;
    ++account.at_once;
    return std::nullopt;
}

void CallBudget::leave(const std::string& caller) {
    const std::scoped_lock lock{mutex_};
    if (const auto found = accounts_.find(caller); found != accounts_.end() && found->second.at_once > 0)
        --found->second.at_once;
}

unsigned CallBudget::under_way() const {
    const std::scoped_lock lock{mutex_};
    unsigned count = 0;
    for (const auto& [caller, account] : accounts_)
        count += account.at_once;
    return count;
}

}  // namespace hub::gateway
