#pragma once
// How a connection to the broker stands, whoever keeps it up: whether it is there, why not, and how long its thread
// waits before it tries again.

#include "hub/core/fault.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <random>
#include <string>

namespace hub::amqp {

/// The waiting times between tries: each doubles the one before it, from 100 ms to 10 s, with jitter. For one thread.
class BackOff {
public:
    std::chrono::milliseconds next();
    void reset() noexcept { tries_ = 0; }

private:
    unsigned tries_ = 0;
    std::minstd_rand random_{std::random_device{}()};
};

enum class LinkState : std::uint8_t { connecting, up, blocked };

struct LinkStatus {
    LinkState state = LinkState::connecting;
    std::string trouble;                     ///< For people: the last fault, or why it is blocked; else empty.
};

class Link {
public:
    // From any thread.
    LinkStatus status() const;
    LinkState state() const noexcept { return state_; }
    bool is_stopping() const noexcept { return is_stopping_; }
    /// Ends a wait_to_retry(), too.
    void stop();

    // From the connection's thread.
    void came_up();
    void went_down(const Result<void>& why);
    /// As the broker said.
    void set_blocked(bool is_blocked, std::string reason);
    void wait_to_retry();

private:
    void set(LinkState state, std::string trouble);

    mutable std::mutex mutex_;
    std::condition_variable stopped_;
    std::atomic<bool> is_stopping_ = false;
    std::atomic<LinkState> state_ = LinkState::connecting;   ///< With trouble_ under the mutex; read without.
    std::string trouble_;
    BackOff back_off_;
};

}  // namespace hub::amqp
