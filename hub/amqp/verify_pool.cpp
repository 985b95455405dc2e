#include "hub/amqp/verify_pool.hpp"

namespace hub::amqp {
namespace {

/// Taken at once by a thread, so that it does not come back to the lock for each message.
constexpr std::size_t jobs_taken_max = 8;

}  // namespace

VerifyPool::VerifyPool(unsigned threads, std::shared_ptr<const Directory> directory, BoundedQueue<Event>& events)
    : events_{events}, directory_{std::move(directory)} {
    for (unsigned i = 0; i < threads; ++i)
        threads_.emplace_back([this] { run(); });
}

VerifyPool::~VerifyPool() {
    {
        const std::lock_guard lock{mutex_};
        is_stopping_ = true;
    }
    has_work_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
}

void VerifyPool::judge(std::vector<Delivered> messages) {
    {
        const std::lock_guard lock{mutex_};
        for (Delivered& message : messages) {
            auto job = std::make_shared<Job>(Job{std::move(message), directory_});
            waiting_.push_back(job);
            in_order_.push_back(std::move(job));
        }
    }
    if (messages.size() > jobs_taken_max)
        has_work_.notify_all();
    else
        has_work_.notify_one();
}

void VerifyPool::change(RulesChanged rules) {
    std::unique_lock lock{mutex_};
    directory_ = rules.directory;
    in_order_.push_back(std::make_shared<Job>(Job{std::move(rules), {}, true}));
    hand_on(lock);
}

void VerifyPool::drain() {
    std::unique_lock lock{mutex_};
    is_empty_.wait(lock, [&] { return in_order_.empty() && !is_handing_on_; });
}

void VerifyPool::run() {
    std::vector<std::shared_ptr<Job>> jobs;
    std::unique_lock lock{mutex_};
    for (;;) {
        has_work_.wait(lock, [&] { return is_stopping_ || !waiting_.empty(); });
        if (waiting_.empty())
            return;
        jobs.clear();
        while (!waiting_.empty() && jobs.size() < jobs_taken_max) {
            jobs.push_back(std::move(waiting_.front()));
            waiting_.pop_front();
        }
        lock.unlock();
        for (const auto& job : jobs) {
            auto& message = std::get<Delivered>(job->event);
            message.verdict = amqp::judge(*job->directory, *message.frame);
        }
        lock.lock();
        for (const auto& job : jobs)
            job->is_done = true;
        hand_on(lock);
    }
}

/// One thread at a time hands on, or the order would be lost between the lock and the queue.
void VerifyPool::hand_on(std::unique_lock<std::mutex>& lock) {
    if (is_handing_on_)
        return;
    is_handing_on_ = true;
    std::vector<std::shared_ptr<Job>> done;
    for (;;) {
        while (!in_order_.empty() && in_order_.front()->is_done) {
            done.push_back(std::move(in_order_.front()));
            in_order_.pop_front();
        }
        if (done.empty())
            break;
        lock.unlock();
        for (const auto& job : done)
            events_.push(std::move(job->event));
        done.clear();
        lock.lock();
    }
    is_handing_on_ = false;
    if (in_order_.empty())
        is_empty_.notify_all();
}

}  // namespace hub::amqp
