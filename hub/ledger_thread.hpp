#pragma once
// Commits batches in a thread of its own. When the disk is full, or another program has locked the ledger, it keeps
// the batch and tries again until it can: nothing is lost and nothing is acknowledged meanwhile, so intake stops by
// itself.

#include "hub/core/queue.hpp"
#include "hub/engine.hpp"
#include "hub/telemetry/log_bound.hpp"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
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
    /// Gives up on a batch that waits: it was never acknowledged.
    void stop();

    /// Why a batch waits, or the next one would: ledger_full, ledger_busy. Nullopt: none does.
    std::optional<Fault> trouble() const;
    /// A commit takes long, or one did lately: the disk is slow.
    bool is_slow() const;

private:
    enum class WaitsFor : std::uint8_t { nothing, room, lock };

    void run();
    void commit(const Batch& batch);
    Result<void> commit_once(const Batch& batch);
    bool has_room() const;
    void log_refusals(const Batch& batch);
    static void log_queues(const Batch& batch);
    /// Told in the log when it is another than before.
    void note(const Fault& fault);

    const Settings settings_;
    Ledger& ledger_;
    BoundedQueue<Event>& events_;
    std::mutex mutex_;
    std::condition_variable wake_;
    const Batch* batch_ = nullptr;
    bool is_stopping_ = false;
    std::map<AgencyCode, LogBound> refused_;       ///< By sender: agencies of the directory.
    LogBound undecodable_;                         ///< Any program may send what nobody can read.
    std::atomic<WaitsFor> waits_for_ = WaitsFor::nothing;
    using Time = std::chrono::steady_clock::time_point;
    std::atomic<Time> began_{Time::max()};         ///< The commit that is under way.
    std::atomic<Time> slow_until_{Time::min()};
    std::thread thread_;
};

}  // namespace hub
