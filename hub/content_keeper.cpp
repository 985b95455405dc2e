#include "hub/content_keeper.hpp"

#include <condition_variable>
#include <utility>

namespace hub {
namespace {

constexpr std::size_t page_contents = 100;

std::int64_t unix_s_now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
}

}  // namespace

ContentKeeper::ContentKeeper(Settings settings, contents::FileContentStore& store, std::unique_ptr<LedgerView> view,
                             Damaged damaged, Whole whole, Unreadable unreadable)
    : settings_{std::move(settings)}, store_{store}, view_{std::move(view)}, damaged_{std::move(damaged)},
      whole_{std::move(whole)}, unreadable_{std::move(unreadable)},
      pass_{contents::read_scan_pass(settings_.folder).value_or(contents::ScanPass{unix_s_now(), {}, false})},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {}

void ContentKeeper::run(const std::stop_token& stop) {
    using Clock = std::chrono::steady_clock;
    auto sweep_at = Clock::now();
    auto look_again_at = sweep_at;
    auto scan_at = sweep_at;
    std::mutex mutex;
    std::condition_variable_any wake;
    while (!stop.stop_requested()) {
        if (Clock::now() >= sweep_at) {
            sweep(stop);
            sweep_at = Clock::now() + settings_.sweep_every;
        }
        if (Clock::now() >= look_again_at) {
            look_again(stop);
            look_again_at = Clock::now() + settings_.look_again_every;
        }
        const bool is_scanning = settings_.scan_every.count() > 0;
        if (is_scanning && until_scan().count() <= 0 && Clock::now() >= scan_at) {
            scan(stop);
            if (is_held_up_)
                scan_at = Clock::now() + settings_.held_up_for;
        }
        std::unique_lock lock{mutex};
        auto next = std::min(sweep_at, look_again_at);
        if (is_scanning)
            next = std::min(next, std::max(scan_at, Clock::now() + until_scan()));
        wake.wait_until(lock, stop, next, [] { return false; });
    }
}

std::chrono::seconds ContentKeeper::until_scan() const {
    if (!pass_.is_over)
        return std::chrono::seconds{0};
    const std::int64_t waited = unix_s_now() - pass_.begun_unix_s;
    // The clock was ahead when it began: nobody knows when that was.
    return waited < 0 ? std::chrono::seconds{0} : settings_.scan_every - std::chrono::seconds{waited};
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
    is_held_up_ = !store_.probe();
    if (is_held_up_)
        return;
    if (pass_.is_over) {
        pass_ = {unix_s_now(), {}, false};
        is_unreadable_told_ = false;
    }
    const auto contents = view_->contents(pass_.through, page_contents);
    // The ledger cannot be asked: as if it had come to the end, for this time.
    if (!contents || contents->empty())
        pass_ = {pass_.begun_unix_s, {}, true};
    else
        scan(*contents, stop);
    if (is_held_up_)
        return;
    contents::write_scan_pass(settings_.folder, pass_);
}

void ContentKeeper::scan(const std::vector<ContentRecord>& page, const std::stop_token& stop) {
    using contents::ScanOutcome;
    std::uint64_t unnoted_bytes = 0;
    for (const ContentRecord& content : page) {
        if (content.state == ContentState::whole) {
            const auto outcome = scan(content, stop);
            if (stop.stop_requested())
                return;
            const bool is_damaged =
                outcome && (*outcome == ScanOutcome::damaged || *outcome == ScanOutcome::missing);
            if (is_damaged)
                damaged_(content.digest, content.copy);
            if (is_damaged && !wait_until_known(content, stop))
                return;
            is_held_up_ = !outcome && !store_.probe();
            if (is_held_up_)
                return;
            if (!outcome && !std::exchange(is_unreadable_told_, true))
                unreadable_(content.digest, outcome.error());
            unnoted_bytes += content.bytes;
        }
        pass_.through = content.digest;
        pass_.half_read.reset();
        // A hub that is killed before the page is at its end reads no more than this again.
        if (unnoted_bytes >= contents::FileContentStore::scan_noted_bytes) {
            contents::write_scan_pass(settings_.folder, pass_);
            unnoted_bytes = 0;
        }
    }
}

/// Passed over before the ledger knows it, it would be found again only by the next pass.
bool ContentKeeper::wait_until_known(const ContentRecord& content, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    while (!stop.stop_requested()) {
        const auto known = view_->content(content.digest);
        if (known && (!*known || (*known)->state != content.state || (*known)->copy != content.copy))
            return true;
        constexpr std::chrono::milliseconds turn{50};
        std::unique_lock lock{mutex};
        wake.wait_for(lock, stop, turn, [] { return false; });
    }
    return false;
}

void ContentKeeper::look_again(const std::stop_token& stop) {
    std::uint64_t looked_at_bytes = 0;
    while (!stop.stop_requested()) {
        const auto page = view_->damaged_contents(looked_again_through_, page_contents);
        if (!page || page->empty()) {
            looked_again_through_.reset();
            return;
        }
        for (const ContentRecord& content : *page) {
            if (!look_again(content, stop))
                return;
            looked_again_through_ = content.digest;
            looked_at_bytes += content.bytes;
            if (looked_at_bytes >= settings_.looked_again_bytes_max)
                return;
        }
    }
}

bool ContentKeeper::look_again(const ContentRecord& content, const std::stop_token& stop) {
    const auto outcome = store_.scan(content, stop);
    if (stop.stop_requested() || (!outcome && !store_.probe()))
        return false;
    if (!outcome || *outcome != contents::ScanOutcome::whole)
        return true;
    whole_(content.digest, content.copy);
    return wait_until_known(content, stop);
}

Result<contents::ScanOutcome> ContentKeeper::scan(const ContentRecord& content, const std::stop_token& stop) {
    using State = contents::FileContentStore::ScanState;
    const auto& half = pass_.half_read;
    const bool is_this = half && half->digest == content.digest && half->copy == content.copy;
    const std::optional<State> from = is_this ? std::optional{half->state} : std::nullopt;
    return store_.scan(content, stop, from, [&](const State& state) {
        pass_.half_read = {content.digest, content.copy, state};
        contents::write_scan_pass(settings_.folder, pass_);
    });
}

}  // namespace hub
