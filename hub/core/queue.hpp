#pragma once
// The only way from one thread to another: a queue with a bound.

#include <condition_variable>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace hub {

/// Several producers, one consumer. `wake` is called, outside the lock, when the queue stops being empty;
/// a consumer that waits on a socket passes a function that writes to its eventfd.
template <class T>
class BoundedQueue {
public:
    explicit BoundedQueue(std::size_t items_max, std::function<void()> wake = {})
        : items_max_{items_max}, wake_{std::move(wake)} {}

    /// Waits while the queue is full. False once it is closed.
    bool push(T item) {
        bool was_empty = false;
        {
            std::unique_lock lock{mutex_};
            has_room_.wait(lock, [&] { return is_closed_ || items_.size() < items_max_; });
            if (is_closed_)
                return false;
            was_empty = items_.empty();
            items_.push_back(std::move(item));
        }
        if (was_empty)
            announce();
        return true;
    }

    /// Appends at most `count` items to `out`; waits up to `at_most` for the first. Returns how many.
    std::size_t pop(std::vector<T>& out, std::size_t count, std::chrono::milliseconds at_most) {
        std::unique_lock lock{mutex_};
        has_items_.wait_for(lock, at_most, [&] { return is_closed_ || !items_.empty(); });
        std::size_t taken = 0;
        for (; taken < count && !items_.empty(); ++taken) {
            out.push_back(std::move(items_.front()));
            items_.pop_front();
        }
        lock.unlock();
        if (taken > 0)
            has_room_.notify_all();
        return taken;
    }

    /// Producers are turned away from now on; what is inside can still be taken.
    void close() {
        {
            const std::lock_guard lock{mutex_};
            is_closed_ = true;
        }
        has_room_.notify_all();
        announce();
    }

    bool is_closed() const {
        const std::lock_guard lock{mutex_};
        return is_closed_;
    }
    std::size_t size() const {
        const std::lock_guard lock{mutex_};
        return items_.size();
    }

private:
    void announce() {
        has_items_.notify_one();
        if (wake_)
            wake_();
    }

    const std::size_t items_max_;
    const std::function<void()> wake_;
    mutable std::mutex mutex_;
    std::condition_variable has_room_;
    std::condition_variable has_items_;
    std::deque<T> items_;
    bool is_closed_ = false;
};

}  // namespace hub
