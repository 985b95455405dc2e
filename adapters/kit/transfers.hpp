#pragma once
// Contents on their way to and from the hub's store, by threads of their own: who queues one never waits. Urgent
// ones first; what fails is tried again, later each time, until it is done or dropped. What has moved stays moved
// over a failure and over the end of the process.

#include "adapters/kit/content_client.hpp"
#include "adapters/kit/kit.hpp"

#include "hub/amqp/wake.hpp"

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <random>
#include <thread>

namespace hub::kit {

enum class TransferId : std::uint64_t {};

struct TransferOrder {
    bool is_upload = false;
    std::string name;                           ///< For people.
    StoredContent content;
    std::filesystem::path file;
    Urgency urgency = Urgency::normal;
};

class Transfers {
public:
    /// One is kept free for what is urgent.
    static constexpr int at_once_max = 3;

    /// Without `access` all that is ordered waits, with setting_invalid as its fault.
    explicit Transfers(std::optional<ContentAccess> access) : access_{std::move(access)} {}
    /// Stops what is under way.
    ~Transfers();

    TransferId order(TransferOrder order, std::chrono::milliseconds delay = {});
    /// Its end is not reported any more.
    void drop(TransferId id);

    /// Since when one has been tried without any of it coming, and what was met last. Nothing before its first try.
    struct Failing {
        std::chrono::steady_clock::time_point since;
        Fault why;
    };
    std::optional<Failing> failing(TransferId id) const;

    struct Finished {
        TransferId id;
        std::optional<Fault> fault;             ///< An upload that would fail again and again.
    };
    /// What has ended since the last call.
    std::vector<Finished> finished();
    /// Readable when something has ended.
    int wake_fd() const noexcept { return wake_.fd(); }

    std::vector<Transfer> progress() const;

private:
    using Clock = std::chrono::steady_clock;
    struct Entry {
        TransferOrder order;
        Clock::time_point due;
        std::atomic<std::uint64_t> bytes_done{0};
        std::uint64_t began_at = 0;             ///< Where the last try went on.
        std::optional<Fault> fault;
        std::optional<Clock::time_point> failing_since;
        unsigned tries = 0;                     ///< Without any progress.
        bool is_running = false;
        std::stop_source stop;
    };
    using Entries = std::map<TransferId, std::shared_ptr<Entry>>;

    void work();
    Entries::iterator next(Clock::time_point now);
    std::optional<Clock::time_point> next_due(Clock::time_point now) const;
    void try_once(ContentClient& client, Entries::iterator entry, std::unique_lock<std::mutex>& lock);
    Clock::duration delay_of(unsigned tries);

    const std::optional<ContentAccess> access_;
    amqp::Wake wake_;
    mutable std::mutex mutex_;                  ///< For all below.
    std::condition_variable changed_;
    Entries entries_;
    std::vector<Finished> finished_;
    std::uint64_t last_ = 0;
    int normal_running_ = 0;
    bool is_closing_ = false;
    std::minstd_rand random_{std::random_device{}()};
    std::vector<std::thread> threads_;          ///< Begun with the first order.
};

}  // namespace hub::kit
