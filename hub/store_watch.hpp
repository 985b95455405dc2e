#pragma once
// Whether the content store can be used, asked of its disk by a small write now and then, in a thread of its own: a disk
// that hangs keeps nobody else. Says once when that changes. Thread-safe.

#include "hub/core/fault.hpp"
#include "hub/core/ids.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace hub {

/// What an agency met with one file of the store, for the log.
void tell_content_failed(const AgencyCode& agency, const Fault& why, const std::string& place = {});

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
    /// Somebody met that with a file of the store. The disk is asked at once: what it says counts until the next look
    /// finds otherwise. Of a disk that takes an octet it was that file's own matter, and is logged as such.
    void met(const AgencyCode& agency, const Fault& fault);

private:
    struct Met {
        AgencyCode agency;
        Fault fault;
    };

    void run(const std::stop_token& stop);
    void look_because_of(const Met& met);
    void set(const std::optional<Fault>& trouble);

    const Probe probe_;
    const std::string place_;
    const std::chrono::milliseconds looked_every_;
    mutable std::mutex mutex_;
    std::condition_variable_any wake_;
    std::optional<Fault> trouble_;
    std::optional<Met> met_;                         ///< The disk is to be asked because of it.
    std::jthread thread_;
};

}  // namespace hub
