#pragma once
// Judges messages in a few threads and hands them on in the order in which they came: a sender's second
// message never overtakes its first.

#include "hub/amqp/inbound.hpp"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace hub::amqp {

class VerifyPool {
public:
    VerifyPool(unsigned threads, std::shared_ptr<const Directory> directory, BoundedQueue<Event>& events);
    ~VerifyPool();

    /// Takes all of them; their verdicts are still empty. Bounded by the prefetch of the caller.
    void judge(std::vector<Delivered> messages);
    /// Waits until everything taken has been handed on.
    void drain();

private:
    struct Job {
        Delivered message;
        bool is_done = false;
    };
    void run();
    void hand_on(std::unique_lock<std::mutex>& lock);

    const std::shared_ptr<const Directory> directory_;
    BoundedQueue<Event>& events_;
    std::mutex mutex_;
    std::condition_variable has_work_;
    std::condition_variable is_empty_;
    std::deque<std::shared_ptr<Job>> waiting_;       ///< Not yet begun.
    std::deque<std::shared_ptr<Job>> in_order_;      ///< All that is not yet handed on, oldest first.
    bool is_handing_on_ = false;
    bool is_stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace hub::amqp
