#pragma once
// Refused calls in the log: a line for each, but never more than so many a minute, whoever calls. Any thread.

#include "hub/core/ids.hpp"

#include <chrono>
#include <mutex>
#include <string_view>

namespace hub::gateway {

class RefusedCalls {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr unsigned lines_a_minute_max = 60;

    /// `agency` null: the caller is not believed. `what`: the operation and the code; no secret, nothing of the body.
    /// True: it is in the log.
    bool note(const AgencyCode* agency, std::string_view what, Clock::time_point now = Clock::now());

private:
    std::mutex mutex_;
    Clock::time_point minute_ends_{};
    unsigned lines_ = 0;
    std::uint64_t untold_ = 0;
};

}  // namespace hub::gateway
