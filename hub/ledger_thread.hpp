#pragma once
// Commits batches in a thread of its own. When the disk is full it keeps the batch and tries again until there
// is room: nothing is lost and nothing is acknowledged meanwhile, so intake stops by itself.

#include "hub/core/queue.hpp"
#include "hub/engine.hpp"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

namespace hub {

class LedgerThread final : public Committer {
public:
    struct Settings {
        std::filesystem::path folder;              ///< Whose free space is watched.
        std::uint64_t disk_reserve_bytes = 0;      ///< Below this the disk counts as full.
    };

    /// LedgerCommitted goes to `events`.
    LedgerThread(Settings settings, Ledger& ledger, BoundedQueue<Event>& events);
    ~LedgerThread() override;

    void begin(const Batch& batch) override;
    /// Gives up on a batch that waits for room: it was never acknowledged.
    void stop();

    /// The last commit found no room, or the next one would find none.
    bool is_full() const { return is_full_ || !has_room(); }
    /// A commit takes long, or one did lately: the disk is slow.
    bool is_slow() const;

private:
    void run();
    void commit(const Batch& batch);
    Result<void> commit_once(const Batch& batch);
    bool has_room() const;

    const Settings settings_;
    Ledger& ledger_;
    BoundedQueue<Event>& events_;
    std::mutex mutex_;
    std::condition_variable wake_;
    const Batch* batch_ = nullptr;
    bool is_stopping_ = false;
    std::atomic<bool> is_full_ = false;
    using Time = std::chrono::steady_clock::time_point;
    std::atomic<Time> began_{Time::max()};         ///< The commit that is under way.
    std::atomic<Time> slow_until_{Time::min()};
    std::thread thread_;
};

}  // namespace hub
