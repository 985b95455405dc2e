#include "adapters/kit/transfers.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

namespace hub::kit {
namespace {

/// Below the adapter's own thread, and what else the machine does: short documents go first.
constexpr int niceness = 10;
constexpr std::chrono::milliseconds delay_min{100};
constexpr std::chrono::milliseconds delay_max{30'000};

bool is_urgent(const TransferOrder& order) noexcept { return order.urgency != Urgency::normal; }

/// Tried again, it would end the same way. A content to fetch is always worth another try.
bool is_final(const TransferOrder& order, const Fault& fault) noexcept {
    return order.is_upload && disposition_of(fault.code) == Disposition::reject && fault.code != Errc::not_found;
}

}  // namespace

Transfers::~Transfers() {
    {
        const std::lock_guard lock{mutex_};
        is_closing_ = true;
        for (const auto& [id, entry] : entries_)
            entry->stop.request_stop();
    }
    changed_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
}

TransferId Transfers::order(TransferOrder order, std::chrono::milliseconds delay) {
    const std::lock_guard lock{mutex_};
    const TransferId id{++last_};
    auto entry = std::make_shared<Entry>();
    entry->order = std::move(order);
    entry->due = Clock::now() + delay;
    if (!access_) {
        entry->fault = Fault{Errc::setting_invalid, "contents_url", "missing"};
        entry->failing_since = Clock::now();
    }
    entries_.emplace(id, std::move(entry));
    while (access_ && threads_.size() < at_once_max)
        threads_.emplace_back([this] { work(); });
    changed_.notify_all();
    return id;
}

void Transfers::drop(TransferId id) {
    const std::lock_guard lock{mutex_};
    if (const auto it = entries_.find(id); it != entries_.end()) {
        it->second->stop.request_stop();
        entries_.erase(it);
    }
    std::erase_if(finished_, [&](const Finished& finished) { return finished.id == id; });
}

std::optional<Transfers::Failing> Transfers::failing(TransferId id) const {
    const std::lock_guard lock{mutex_};
    const auto it = entries_.find(id);
    if (it == entries_.end() || !it->second->failing_since || !it->second->fault)
        return std::nullopt;
    return Failing{*it->second->failing_since, *it->second->fault};
}

std::vector<Transfers::Finished> Transfers::finished() {
    const std::lock_guard lock{mutex_};
    wake_.clear();
    return std::exchange(finished_, {});
}

std::vector<Transfer> Transfers::progress() const {
    const std::lock_guard lock{mutex_};
    std::vector<Transfer> transfers;
    for (const auto& [id, entry] : entries_)
        transfers.push_back({static_cast<std::uint64_t>(id), entry->order.is_upload, entry->order.name,
                             entry->bytes_done.load(), entry->order.content.bytes, entry->fault});
    return transfers;
}

/// The most urgent of those that are due, the oldest of these; end() when none may begin now.
Transfers::Entries::iterator Transfers::next(Clock::time_point now) {
    auto best = entries_.end();
    for (auto it = entries_.begin(); it != entries_.end(); ++it) {
        const Entry& entry = *it->second;
        const bool may_begin = is_urgent(entry.order) || normal_running_ < at_once_max - 1;
        if (entry.is_running || entry.due > now || !may_begin)
            continue;
        if (best == entries_.end() || entry.order.urgency > best->second->order.urgency)
            best = it;
    }
    return best;
}

std::optional<Transfers::Clock::time_point> Transfers::next_due(Clock::time_point now) const {
    std::optional<Clock::time_point> due;
    for (const auto& [id, entry] : entries_)
        if (!entry->is_running && entry->due > now && (!due || entry->due < *due))
            due = entry->due;
    return due;
}

Transfers::Clock::duration Transfers::delay_of(unsigned tries) {
    constexpr unsigned doublings_max = 9;
    const auto whole = std::min(delay_max, delay_min * (1 << std::min(tries, doublings_max)));
    // Half to whole, so that those who lost the hub together do not come back together.
    return whole / 2 + std::chrono::milliseconds{std::uniform_int_distribution<std::int64_t>{0, whole.count() / 2}(random_)};
}

void Transfers::work() {
    (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness);
    ContentClient client{*access_};
    std::unique_lock lock{mutex_};
    while (!is_closing_) {
        // One and the same for both questions: what becomes due between them would be forgotten.
        const auto now = Clock::now();
        if (const auto entry = next(now); entry != entries_.end())
            try_once(client, entry, lock);
        else if (const auto due = next_due(now))
            changed_.wait_until(lock, *due);
        else
            changed_.wait(lock);
    }
}

void Transfers::try_once(ContentClient& client, Entries::iterator at, std::unique_lock<std::mutex>& lock) {
    const TransferId id = at->first;
    const std::shared_ptr<Entry> entry = at->second;
    const TransferOrder& order = entry->order;
    entry->is_running = true;
    normal_running_ += is_urgent(order) ? 0 : 1;
    lock.unlock();
    const std::uint64_t before = entry->bytes_done.load();
    std::optional<std::uint64_t> began_at;
    const auto progress = [&](std::uint64_t bytes) {
        if (!began_at)
            began_at = bytes;
        entry->bytes_done.store(bytes);
    };
    const auto stop = entry->stop.get_token();
    const auto done = order.is_upload ? client.upload(order.content, order.file, progress, stop)
                                      : client.download(order.content, order.file, progress, stop);
    lock.lock();
    entry->is_running = false;
    normal_running_ -= is_urgent(order) ? 0 : 1;
    // Another may begin in its place.
    changed_.notify_all();
    // Dropped in the meantime?
    if (!entries_.contains(id))
        return;
    if (done || is_final(order, done.error())) {
        finished_.push_back({id, done ? std::nullopt : std::optional{done.error()}});
        entries_.erase(id);
        wake_.signal();
        return;
    }
    entry->fault = done.error();
    // What was put is known to have arrived when the hub says so, with the next try. Octets that were all wrong are
    // no progress.
    const bool has_moved = order.is_upload ? began_at.value_or(0) > entry->began_at
                                           : entry->bytes_done.load() > before;
    if (has_moved)
        entry->failing_since.reset();
    else if (!entry->failing_since)
        entry->failing_since = Clock::now();
    entry->tries = has_moved && done.error().code == Errc::hub_unreachable ? 0 : entry->tries + 1;
    entry->began_at = began_at.value_or(entry->began_at);
    entry->due = Clock::now() + std::max<Clock::duration>(delay_of(entry->tries), client.retry_after());
}

}  // namespace hub::kit
