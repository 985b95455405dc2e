#pragma once
// Large parts yield to short documents: while many of these are on their way, the blocks of all connections together
// take turns at a fixed pace. Priorities of threads cannot do that: the broker is another process, and the system shares
// its processors among services before it looks at their threads. Thread-safe.

#include <chrono>
#include <cstddef>
#include <mutex>

namespace hub::http {

class Pace {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    static constexpr std::size_t bytes_per_second = 16 * 1024 * 1024;
    /// A moment without short documents, while the disk is busy with a large part, is not the end of them.
    static constexpr std::chrono::milliseconds busy_at_least{1000};

    /// When the next block of `bytes` may go: `now` at the earliest. The turn is taken.
    TimePoint turn(std::size_t bytes, bool is_busy, TimePoint now);

private:
    std::mutex mutex_;
    TimePoint busy_until_{};
    TimePoint next_{};
};

}  // namespace hub::http
