#include "adapters/gateway/refused_calls.hpp"

#include "hub/telemetry/events.hpp"

#include <utility>

namespace hub::gateway {

bool RefusedCalls::note(const AgencyCode* agency, std::string_view what, Clock::time_point now) {
    std::uint64_t untold = 0;
    {
        const std::scoped_lock lock{mutex_};
        if (now >= minute_ends_) {
            minute_ends_ = now + std::chrono::minutes{1};
            lines_ = 0;
        }
        if (lines_ >= lines_a_minute_max) {
            ++untold_;
            return false;
        }
        ++lines_;
        untold = std::exchange(untold_, 0);
    }
    log(events::gateway_call_refused, {.agency = agency, .number = untold, .place = what});
    return true;
}

}  // namespace hub::gateway
