#include "hub/core_thread.hpp"

namespace hub {

CoreThread::CoreThread(Relay& relay, Engine& engine, BoundedQueue<Event>& events, Clock clock, Observer observer)
    : relay_{relay}, engine_{engine}, events_{events}, clock_{std::move(clock)}, observer_{std::move(observer)},
      thread_{[this] { run(); }} {}

CoreThread::~CoreThread() {
    events_.close();
    join();
}

void CoreThread::join() {
    if (thread_.joinable())
        thread_.join();
}

Relay::Counters CoreThread::counters() const {
    const std::lock_guard lock{mutex_};
    return counters_;
}

std::optional<Fault> CoreThread::failure() const {
    const std::lock_guard lock{mutex_};
    return failure_;
}

void CoreThread::run() {
    constexpr std::chrono::milliseconds tick_every{1000};
    auto next_tick = std::chrono::steady_clock::now() + tick_every;
    std::vector<Event> batch{Started{}};
    for (;;) {
        if (std::chrono::steady_clock::now() >= next_tick) {
            batch.emplace_back(Tick{});
            next_tick = std::chrono::steady_clock::now() + tick_every;
        }
        const auto taken = engine_.take(batch, clock_());
        {
            const std::lock_guard lock{mutex_};
            counters_ = relay_.counters();
            if (!taken)
                failure_ = taken.error();
        }
        observer_(relay_.counters());
        if (!taken) {
            // Nobody takes anything out of it any more: who waits for room would wait for ever, and a stop for them.
            events_.close();
            return;
        }
        batch.clear();
        if (events_.pop(batch, limits::batch_events_max, std::chrono::milliseconds{200}) == 0 && events_.is_closed())
            return;
    }
}

}  // namespace hub
