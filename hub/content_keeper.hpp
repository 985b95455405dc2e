#pragma once
// Looks after the content store, in a thread of its own: removes what nobody knows, reads each content again in
// its time, and says which is damaged before a receiver finds out. What is marked damaged is looked at again, and
// much more often: its disk may be back, or an operator has put the file in its place from a backup.

#include "hub/contents/file_content_store.hpp"
#include "hub/contents/scan_pass.hpp"
#include "hub/core/ledger.hpp"

#include <functional>
#include <memory>
#include <thread>

namespace hub {

class ContentKeeper {
public:
    struct Settings {
        std::filesystem::path folder;                      ///< The store's: what was scanned is noted there.
        std::chrono::seconds scan_every{};                 ///< From one beginning to the next. 0: never.
        std::chrono::seconds sweep_every{3600};
        std::chrono::seconds look_again_every{600};        ///< At what is marked damaged.
        std::uint64_t looked_again_bytes_max = std::uint64_t{1} << 30; ///< In one turn; the next one goes on there.
        std::chrono::seconds held_up_for{30};              ///< The scan, by a store that is not there.
    };
    /// The ledger is to know it; the scan waits until it does.
    using Damaged = std::function<void(const Digest&, CopyId)>;
    /// What is marked damaged has all the octets of its digest.
    using Whole = std::function<void(const Digest&, CopyId)>;
    /// Of the store's disk: the first one in a pass.
    using Unreadable = std::function<void(const Digest&, const Fault&)>;

    ContentKeeper(Settings settings, contents::FileContentStore& store, std::unique_ptr<LedgerView> view,
                  Damaged damaged, Whole whole, Unreadable unreadable);
    ~ContentKeeper() = default;                            ///< Stops within a block that is being read.

private:
    void run(const std::stop_token& stop);
    void sweep(const std::stop_token& stop);
    /// One page of the pass under way, or of a new one.
    void scan(const std::stop_token& stop);
    void scan(const std::vector<ContentRecord>& page, const std::stop_token& stop);
    Result<contents::ScanOutcome> scan(const ContentRecord& content, const std::stop_token& stop);
    /// After damaged_ or whole_. False: the hub ends first.
    bool wait_until_known(const ContentRecord& content, const std::stop_token& stop);
    void look_again(const std::stop_token& stop);
    /// False: no more of it now.
    bool look_again(const ContentRecord& content, const std::stop_token& stop);
    std::chrono::seconds until_scan() const;

    const Settings settings_;
    contents::FileContentStore& store_;
    const std::unique_ptr<LedgerView> view_;
    const Damaged damaged_;
    const Whole whole_;
    const Unreadable unreadable_;
    contents::ScanPass pass_;
    bool is_unreadable_told_ = false;                      ///< In this pass.
    bool is_held_up_ = false;                              ///< The store is not there: nothing is found out.
    std::optional<Digest> looked_again_through_;
    std::jthread thread_;
};

}  // namespace hub
