#pragma once
// The one writing connection of the mailbox and the thread that owns it. What has gathered while a commit was
// under way goes into the next one, with one fsync. Any thread may ask.

#include "adapters/gateway/connection.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

namespace hub::gateway {

class CommitQueue {
public:
    static constexpr std::size_t works_in_commit_max = 256;
    static constexpr std::size_t later_max = 4096;

    /// Run by the queue's thread. What it has written is undone when it returns a fault, which is its own
    /// alone.
    using Work = std::function<Result<void>(Connection&)>;

    explicit CommitQueue(Connection connection);
    ~CommitQueue();  ///< Commits what is waiting.

    /// Durable when it returns success.
    Result<void> perform(Work work);
    /// Durable sooner or later, or never when the process ends. Waits like perform() when later_max are
    /// waiting.
    void perform_later(Work work);
    /// Set: a commit failed in a way that must not be tried again. Nothing is written any more; the process
    /// should end.
    std::optional<Fault> failure() const;

private:
    struct Job {
        Work work;
        std::optional<std::promise<Result<void>>> done;
    };
    void work_off();
    void commit(std::vector<Job>& jobs);
    Result<void> write(std::vector<Job>& jobs, std::vector<Result<void>>& results);
    Result<void> tidy_log();
    void note_failure(const Result<void>& written);

    Connection connection_;
    std::size_t commits_ = 0;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> waiting_;
    std::optional<Fault> failure_;
    bool is_closing_ = false;
    std::thread thread_;
};

}  // namespace hub::gateway
