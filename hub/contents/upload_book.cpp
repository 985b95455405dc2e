#include "hub/contents/upload_book.hpp"

#include <algorithm>
#include <utility>

namespace hub::contents {

bool UploadBook::found(const UploadKey& key, const ContentStore::Progress& progress) {
    const std::scoped_lock lock{mutex_};
    if (!entries_.try_emplace(key, Entry{progress, std::nullopt}).second)
        return false;
    Share& share = shares_[key.agency];
    share.begun += progress.total;
    ++share.uploads;
    return true;
}

Result<std::uint64_t> UploadBook::may_begin(const UploadKey& key, const Entry* held, std::uint64_t total,
                                            const ContentStore::Paid& paid) {
    const Share& share = shares_[key.agency];
    const std::uint64_t paid_others = share.paid - (held ? held->paid : 0);
    const std::uint64_t others = share.used + share.begun - (held ? held->progress.total : 0) - paid_others;
    if (share.uploads + (held ? 0 : 1) > bounds_.uploads_per_agency_max)
        return Fault{Errc::quota_exceeded, "Upload-Length", {}};
    if (!held && entries_.size() >= bounds_.uploads_max)
        return Fault{Errc::contents_full, "contents", {}};
    // total is at most part_bytes_max here: the sums do not overflow.
    if (others + total <= bounds_.agency_bytes_max)
        return 0;
    // Of another size it is not that content, whatever it says. Under the lock: a copy that is given back meanwhile
    // finds the upload, or is not paid for any more.
    if (others > bounds_.agency_bytes_max || paid_others + total > bounds_.part_bytes_max || !paid || paid() != total)
        return Fault{Errc::quota_exceeded, "Upload-Length", {}};
    return total;
}

Result<UploadBook::Begun> UploadBook::begin(const UploadKey& key, std::uint64_t offset, std::uint64_t total,
                                            const ContentStore::Paid& paid) {
    if (total > bounds_.part_bytes_max)
        return Fault{Errc::part_too_large, "Upload-Length", {}};
    const std::scoped_lock lock{mutex_};
    const auto held = entries_.find(key);
    const bool is_held = held != entries_.end();
    if (is_held && held->second.is_busy)
        return Fault{Errc::upload_busy, {}, {}};
    if (offset > 0) {
        if (!is_held || held->second.progress.offset != offset)
            return Fault{Errc::upload_offset_wrong, "Upload-Offset", {}};
        if (held->second.progress.total != total)
            return Fault{Errc::field_invalid, "Upload-Length", {}};
        held->second.is_busy = true;
        return Begun{std::nullopt, std::exchange(held->second.digest, std::nullopt)};
    }
    const auto allowed = may_begin(key, is_held ? &held->second : nullptr, total, paid);
    if (!allowed)
        return allowed.error();
    Begun begun;
    if (is_held) {
        begun.dropped = held->second.progress;
        erase(held);
    }
    entries_.try_emplace(key, Entry{{0, total}, std::nullopt, true, *allowed});
    Share& share = shares_[key.agency];
    share.begun += total;
    share.paid += *allowed;
    ++share.uploads;
    return begun;
}

bool UploadBook::claim(const UploadKey& key) {
    const std::scoped_lock lock{mutex_};
    const auto held = entries_.find(key);
    if (held == entries_.end() || held->second.is_busy)
        return false;
    held->second.is_busy = true;
    return true;
}

void UploadBook::unclaimed(const UploadKey& key) {
    const std::scoped_lock lock{mutex_};
    entries_.at(key).is_busy = false;
}

void UploadBook::grown(const UploadKey& key, std::uint64_t held) {
    const std::scoped_lock lock{mutex_};
    entries_.at(key).progress.offset = held;
}

void UploadBook::paused(const UploadKey& key, std::uint64_t held, std::optional<RunningDigest> digest) {
    const std::scoped_lock lock{mutex_};
    Entry& entry = entries_.at(key);
    entry.progress.offset = held;
    entry.digest = std::move(digest);
    entry.is_busy = false;
}

void UploadBook::erase(std::map<UploadKey, Entry>::iterator entry) {
    Share& share = shares_[entry->first.agency];
    share.begun -= entry->second.progress.total;
    share.paid -= entry->second.paid;
    --share.uploads;
    entries_.erase(entry);
}

void UploadBook::dropped(const UploadKey& key) {
    const std::scoped_lock lock{mutex_};
    erase(entries_.find(key));
}

void UploadBook::finished(const UploadKey& key) {
    const std::scoped_lock lock{mutex_};
    const auto held = entries_.find(key);
    shares_[key.agency].used += held->second.progress.total;
    erase(held);
}

std::optional<ContentStore::Progress> UploadBook::progress(const UploadKey& key) const {
    const std::scoped_lock lock{mutex_};
    const auto held = entries_.find(key);
    if (held == entries_.end())
        return std::nullopt;
    return held->second.progress;
}

std::vector<std::pair<UploadKey, ContentStore::Progress>> UploadBook::idle() const {
    const std::scoped_lock lock{mutex_};
    std::vector<std::pair<UploadKey, ContentStore::Progress>> uploads;
    for (const auto& [key, entry] : entries_)
        if (!entry.is_busy)
            uploads.emplace_back(key, entry.progress);
    return uploads;
}

std::uint64_t UploadBook::remaining() const {
    const std::scoped_lock lock{mutex_};
    std::uint64_t bytes = 0;
    for (const auto& [key, entry] : entries_)
        bytes += entry.progress.total - entry.progress.offset;
    return bytes;
}

void UploadBook::set_used(const AgencyCode& agency, std::uint64_t bytes) {
    const std::scoped_lock lock{mutex_};
    shares_[agency].used = bytes;
}

void UploadBook::give_back(const UploadKey& key, std::uint64_t bytes) {
    const std::scoped_lock lock{mutex_};
    Share& share = shares_[key.agency];
    share.used -= std::min(share.used, bytes);
    // What is about to take its place has to be paid for from now on.
    if (const auto held = entries_.find(key); held != entries_.end())
        share.paid -= std::exchange(held->second.paid, 0);
}

std::uint64_t UploadBook::used(const AgencyCode& agency) const {
    const std::scoped_lock lock{mutex_};
    const auto share = shares_.find(agency);
    return share == shares_.end() ? 0 : share->second.used + share->second.begun;
}

}  // namespace hub::contents
