#pragma once
// The thread that all of the hub's state belongs to: it takes events in batches and steps the engine.

#include "hub/core/queue.hpp"
#include "hub/engine.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <thread>

namespace hub {

class CoreThread {
public:
    using Clock = std::function<Instant()>;
    /// Called on the thread after each round, with the relay's counters.
    using Observer = std::function<void(const Relay::Counters&)>;

    CoreThread(Relay& relay, Engine& engine, BoundedQueue<Event>& events, Clock clock, Observer observer);
    ~CoreThread();

    Relay::Counters counters() const;
    std::optional<Fault> failure() const;
    /// Ends when the queue is closed and empty, or at once after a failure, which closes it.
    void join();

private:
    void run();

    Relay& relay_;
    Engine& engine_;
    BoundedQueue<Event>& events_;
    const Clock clock_;
    const Observer observer_;
    mutable std::mutex mutex_;
    Relay::Counters counters_;
    std::optional<Fault> failure_;
    std::thread thread_;
};

}  // namespace hub
