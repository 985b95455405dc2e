#include "hub/content_keeper.hpp"

#include <condition_variable>

namespace hub {

ContentKeeper::ContentKeeper(Settings settings, contents::FileContentStore& store, std::unique_ptr<LedgerView> view,
                             Damaged damaged)
    : settings_{settings}, store_{store}, view_{std::move(view)}, damaged_{std::move(damaged)},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {}

void ContentKeeper::run(const std::stop_token& stop) {
    using Clock = std::chrono::steady_clock;
    auto sweep_at = Clock::now();
    auto scan_at = Clock::now() + settings_.scan_every;
    std::mutex mutex;
    std::condition_variable_any wake;
    while (!stop.stop_requested()) {
        if (Clock::now() >= sweep_at) {
            sweep(stop);
            sweep_at = Clock::now() + settings_.sweep_every;
        }
        if (settings_.scan_every.count() > 0 && Clock::now() >= scan_at) {
            scan_at = Clock::now() + settings_.scan_every;
            scan(stop);
        }
        std::unique_lock lock{mutex};
        const auto next = settings_.scan_every.count() > 0 ? std::min(sweep_at, scan_at) : sweep_at;
        wake.wait_until(lock, stop, next, [] { return false; });
    }
}

void ContentKeeper::sweep(const std::stop_token& stop) {
    (void)store_.sweep(
        [this](const Digest& digest, CopyId copy) {
            const auto content = view_->content(digest);
            // Not asked, not removed.
            return !content || (*content && (*content)->state != ContentState::removed && (*content)->copy == copy);
        },
        stop);
}

void ContentKeeper::scan(const std::stop_token& stop) {
    constexpr std::size_t page = 100;
    std::optional<Digest> through;
    for (;;) {
        const auto contents = view_->contents(through, page);
        if (!contents || contents->empty())
            return;
        for (const ContentRecord& content : *contents) {
            through = content.digest;
            if (content.state != ContentState::whole)
                continue;
            const auto outcome = store_.scan(content, stop);
            if (stop.stop_requested())
                return;
            if (outcome && (*outcome == contents::ScanOutcome::damaged || *outcome == contents::ScanOutcome::missing))
                damaged_(content.digest, content.copy);
        }
    }
}

}  // namespace hub
