#include "hub/http/pace.hpp"

#include <algorithm>

namespace hub::http {

Pace::TimePoint Pace::turn(std::size_t bytes, bool is_busy, TimePoint now) {
    const std::lock_guard lock{mutex_};
    if (is_busy)
        busy_until_ = now + busy_at_least;
    if (now >= busy_until_)
        return now;
    const TimePoint mine = std::max(next_, now);
    next_ = mine + std::chrono::nanoseconds{bytes * std::nano::den / bytes_per_second};
    return mine;
}

}  // namespace hub::http
