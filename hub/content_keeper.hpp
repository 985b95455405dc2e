#pragma once
// Looks after the content store, in a thread of its own: removes what nobody knows, reads each content again in
// its time, and says which is damaged before a receiver finds out.

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
    };
    /// The ledger is to know it; the scan waits until it does.
    using Damaged = std::function<void(const Digest&, CopyId)>;
    /// Of the store's disk: the first one in a pass.
    using Unreadable = std::function<void(const Digest&, const Fault&)>;

    ContentKeeper(Settings settings, contents::FileContentStore& store, std::unique_ptr<LedgerView> view,
                  Damaged damaged, Unreadable unreadable);
    ~ContentKeeper() = default;                            ///< Stops within a block that is being read.

private:
    void run(const std::stop_token& stop);
    void sweep(const std::stop_token& stop);
    /// One page of the pass under way, or of a new one.
    void scan(const std::stop_token& stop);
    void scan(const std::vector<ContentRecord>& page, const std::stop_token& stop);
    Result<contents::ScanOutcome> scan(const ContentRecord& content, const std::stop_token& stop);
    /// False: the hub ends first.
    bool tell_damaged(const ContentRecord& content, const std::stop_token& stop);
    std::chrono::seconds until_scan() const;

    const Settings settings_;
    contents::FileContentStore& store_;
    const std::unique_ptr<LedgerView> view_;
    const Damaged damaged_;
    const Unreadable unreadable_;
    contents::ScanPass pass_;
    bool is_unreadable_told_ = false;                      ///< In this pass.
    std::jthread thread_;
};

}  // namespace hub
