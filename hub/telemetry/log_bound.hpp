#pragma once
// Lines of the log that others cause: so many a minute, whoever causes them. One thread.

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

namespace hub {

class LogBound {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr unsigned lines_a_minute_max = 60;
    static constexpr unsigned lines_of_one_max = 20;     ///< Of one of those who cause them, where each has its own.

    explicit LogBound(unsigned lines_max = lines_a_minute_max) : lines_max_{lines_max} {}

    /// How many were left out since the last line; nullopt: this one is left out as well.
    std::optional<std::uint64_t> note(Clock::time_point now) {
        if (now >= minute_ends_) {
            minute_ends_ = now + std::chrono::minutes{1};
            lines_ = 0;
        }
        if (lines_ >= lines_max_) {
            ++left_out_;
            return std::nullopt;
        }
        ++lines_;
        return std::exchange(left_out_, 0);
    }

private:
    unsigned lines_max_;
    Clock::time_point minute_ends_{};
    unsigned lines_ = 0;
    std::uint64_t left_out_ = 0;
};

}  // namespace hub
