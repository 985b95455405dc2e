#pragma once
// Whether the content store can be used, asked of its disk by a small write now and then, in a thread of its own: a disk
// that hangs keeps nobody else. Says once when that changes. Thread-safe.

#include "hub/core/fault.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace hub {

class StoreWatch {
public:
    /// How often a disk that comes and goes is told of, at most.
    static constexpr std::chrono::seconds every{10};
    using Probe = std::function<Result<void>()>;

    /// `place`: the folder, for the log.
    StoreWatch(Probe probe, std::string place, std::chrono::milliseconds looked_every = every);
    ~StoreWatch() = default;                         ///< Waits for a write that is under way.

    /// Why nothing can be put or read now.
    std::optional<Fault> trouble() const;
    /// Somebody was told so by the store: it counts until the next look finds otherwise.
    void met(const Fault& fault);

private:
    void run(const std::stop_token& stop);
    void set(const std::optional<Fault>& trouble);

    const Probe probe_;
    const std::string place_;
    const std::chrono::milliseconds looked_every_;
    mutable std::mutex mutex_;
    std::optional<Fault> trouble_;
    std::jthread thread_;
};

}  // namespace hub
