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
    /// Judges by this directory what is taken from now on, and hands the change on between what it has taken before and
    /// that: no message is judged by one directory and routed by another.
    void change(RulesChanged rules);
    /// Waits until everything taken has been handed on.
    void drain();

private:
    struct Job {
        Event event;                                 ///< Delivered or RulesChanged.
        std::shared_ptr<const Directory> directory;  ///< By which it is judged.
        bool is_done = false;
    };
    void run();
    void hand_on(std::unique_lock<std::mutex>& lock);

    BoundedQueue<Event>& events_;
    std::mutex mutex_;
    std::shared_ptr<const Directory> directory_;
    std::condition_variable has_work_;
    std::condition_variable is_empty_;
    std::deque<std::shared_ptr<Job>> waiting_;       ///< Not yet begun.
    std::deque<std::shared_ptr<Job>> in_order_;      ///< All that is not yet handed on, oldest first.
    bool is_handing_on_ = false;
    bool is_stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace hub::amqp
