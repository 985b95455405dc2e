#include "hub/core/receipt_feed.hpp"

#include <algorithm>

namespace hub {
namespace {

constexpr unsigned ticks_between_notes = 30;
constexpr std::uint64_t entries_unnoted_max = 10'000;
constexpr unsigned ticks_between_tellings = 20;

std::size_t bytes_of(const ReceiptItem& item) noexcept {
    constexpr std::size_t fixed = 120;
    const DocumentName& d = item.document;
    return fixed + item.entry.code.size() + item.entry.field.size() + item.entry.text.size() + d.issuer.size()
           + d.number.size() + d.notation.size() + d.document_id.size() + d.subject.size() + d.type_name.size()
           + item.receivers.size() * (AgencyCode::size_max + 2);
}

/// How far an agency has got is noted from time to time when there is nothing for it, too: such an entry is none of its
/// receipts, and naming it would make the agency miss some that never were.
EntrySeq last_told(const ReceiptCursor& cursor, LedgerView& view) {
    if (cursor.confirmed_through == EntrySeq{})
        return {};
    const auto page = view.receipts(EntrySeq{number(cursor.confirmed_through) - 1}, 1);
    if (page && page->items.size() == 1 && page->items.front().entry.addressee == cursor.agency)
        return cursor.confirmed_through;
    return cursor.acknowledged_through < cursor.confirmed_through ? cursor.acknowledged_through : EntrySeq{};
}

}  // namespace

ReceiptFeed::ReceiptFeed(LedgerView& view, const Heads& heads) : view_{view}, last_seen_{heads.entry} {
    for (const ReceiptCursor& cursor : heads.cursors)
        progress_[cursor.agency] = {cursor.confirmed_through, cursor.acknowledged_through, cursor.confirmed_through,
                                    cursor.confirmed_through, last_told(cursor, view), {}, {}};
    bus_down();
}

ReceiptFeed::Progress& ReceiptFeed::progress_of(const AgencyCode& agency, Step& step) {
    const auto [it, is_new] = progress_.try_emplace(agency);
    // Without a row of its own an agency that was never confirmed anything would be forgotten at a crash.
    if (is_new)
        step.writes.cursors.push_back({agency, {}, {}});
    return it->second;
}

void ReceiptFeed::add(ReceiptItem item, Step& step) {
    progress_of(*item.entry.addressee, step);
    last_seen_ = item.entry.seq;
    if (is_behind_)
        recent_.push_back(std::move(item));
    else
        fresh_.push_back(std::move(item));
}

void ReceiptFeed::close_batch(Outbox& outbox, Step& step) {
    if (waiting_count_ + fresh_.size() > limits::receipts_waiting_max) {
        forget_waiting();
        fresh_.clear();
    }
    for (ReceiptItem& item : fresh_)
        wait(std::move(item), step);
    fresh_.clear();
    launch_waiting(outbox, step);
}

void ReceiptFeed::committed(EntrySeq through) {
    while (!recent_.empty() && recent_.front().entry.seq <= through)
        recent_.pop_front();
}

void ReceiptFeed::wait(ReceiptItem item, Step& step) {
    const AgencyCode agency = *item.entry.addressee;
    Progress& progress = progress_of(agency, step);
    if (item.entry.seq <= progress.taken_through)
        return;
    progress.taken_through = item.entry.seq;
    waiting_[agency].push_back(std::move(item));
    ++waiting_count_;
}

void ReceiptFeed::launch_waiting(Outbox& outbox, Step& step) {
    for (auto it = waiting_.begin(); it != waiting_.end() && outbox.has_room();) {
        auto& [agency, items] = *it;
        Progress& progress = progress_.at(agency);
        if (progress.in_flight) {
            ++it;
            continue;
        }
        PublishReceipts message{{}, 0, agency, {}, progress.told_through};
        std::size_t bytes = 0;
        while (!items.empty() && message.items.size() < limits::receipts_per_message_max
               && (message.items.empty() || bytes + bytes_of(items.front()) <= limits::receipts_bytes_max)) {
            bytes += bytes_of(items.front());
            message.items.push_back(std::move(items.front()));
            items.pop_front();
            --waiting_count_;
        }
        const EntrySeq last = message.items.back().entry.seq;
        progress.in_flight = InFlight{outbox.launch(std::move(message), bytes, step), last};
        it = items.empty() ? waiting_.erase(it) : std::next(it);
    }
}

/// Nothing waits in memory any more; the ledger has it all.
void ReceiptFeed::forget_waiting() noexcept {
    EntrySeq from = last_seen_;
    for (auto& [agency, progress] : progress_) {
        progress.taken_through = progress.in_flight ? progress.in_flight->last : progress.confirmed_through;
        from = std::min(from, progress.taken_through);
    }
    waiting_.clear();
    waiting_count_ = 0;
    fall_behind_from(from);
}

void ReceiptFeed::forget_waiting_of(const AgencyCode& agency) {
    if (const auto waiting = waiting_.find(agency); waiting != waiting_.end()) {
        waiting_count_ -= waiting->second.size();
        waiting_.erase(waiting);
    }
}

void ReceiptFeed::fall_behind_from(EntrySeq cursor) {
    cursor_ = is_behind_ ? std::min(cursor_, cursor) : cursor;
    behind_since_ = last_seen_;
    is_behind_ = true;
    // Told now, these would hide what was not told before them.
    std::ranges::move(fresh_, std::back_inserter(recent_));
    fresh_.clear();
}

void ReceiptFeed::bus_up(bool is_wiped, Step& step) {
    for (auto& [agency, progress] : progress_) {
        if (!is_wiped || progress.confirmed_through <= progress.acknowledged_through)
            continue;
        // Noted at once: after a crash in the middle of this the broker may look as if it had lost nothing.
        progress.confirmed_through = progress.acknowledged_through;
        progress.told_through = std::min(progress.told_through, progress.acknowledged_through);
        note(agency, progress, step);
    }
    bus_down();
}

void ReceiptFeed::inbox_empty(const AgencyCode& agency, Step& step) {
    const auto it = progress_.find(agency);
    // Who has never acknowledged any does not read them, and would get all that there were.
    if (it == progress_.end() || it->second.in_flight || waiting_.contains(agency) || is_behind_
        || it->second.acknowledged_through == EntrySeq{}
        || it->second.confirmed_through <= it->second.acknowledged_through)
        return;
    tell_again(agency, it->second, step);
}

void ReceiptFeed::tell_again(const AgencyCode& agency, Progress& progress, Step& step) {
    progress.confirmed_through = progress.taken_through = progress.acknowledged_through;
    progress.told_through = std::min(progress.told_through, progress.acknowledged_through);
    note(agency, progress, step);
    fall_behind_from(progress.taken_through);
}

bool ReceiptFeed::missed(const AgencyCode& agency, EntrySeq through, Step& step) {
    const auto it = progress_.find(agency);
    if (it == progress_.end())
        return false;
    Progress& progress = it->second;
    if (progress.told_again_at && ticks_ - *progress.told_again_at < ticks_between_tellings)
        return false;
    progress.told_again_at = ticks_;
    // What is under way comes before these, and will be dropped.
    progress.in_flight.reset();
    forget_waiting_of(agency);
    tell_again(agency, progress, step);
    // Of an adapter that has lost its journal: what it once acknowledged was told, and is not told again.
    progress.told_through = std::min(through, progress.acknowledged_through);
    return true;
}

void ReceiptFeed::bus_down() {
    for (auto& [agency, progress] : progress_)
        progress.in_flight.reset();
    forget_waiting();
}

Result<void> ReceiptFeed::pump(Outbox& outbox, Step& step) {
    while (is_behind_ && !is_paused_ && outbox.is_bus_up() && waiting_count_ < limits::receipts_waiting_max / 2) {
        auto page = view_.receipts(cursor_, limits::entries_page);
        if (!page)
            return page.error();
        for (ReceiptItem& item : page->items)
            wait(std::move(item), step);
        cursor_ = std::max(cursor_, page->through);
        if (!page->is_last)
            continue;
        if (cursor_ >= behind_since_) {
            // The ledger has no more; what it does not show yet is at hand.
            for (ReceiptItem& item : recent_)
                wait(std::move(item), step);
            recent_.clear();
            is_behind_ = false;
        }
        break;
    }
    launch_waiting(outbox, step);
    return {};
}

void ReceiptFeed::confirmed(const AgencyCode& agency, PublishId id, Step& step) {
    const auto it = progress_.find(agency);
    if (it == progress_.end() || !it->second.in_flight || it->second.in_flight->id != id)
        return;
    Progress& progress = it->second;
    progress.confirmed_through = progress.told_through = progress.in_flight->last;
    progress.in_flight.reset();
    note(agency, progress, step);
}

void ReceiptFeed::returned(const AgencyCode& agency, PublishId id) {
    const auto it = progress_.find(agency);
    if (it == progress_.end() || !it->second.in_flight || it->second.in_flight->id != id)
        return;
    Progress& progress = it->second;
    progress.in_flight.reset();
    progress.taken_through = progress.confirmed_through;
    forget_waiting_of(agency);
    fall_behind_from(progress.confirmed_through);
    is_paused_ = true;
}

void ReceiptFeed::acknowledged(const AgencyCode& agency, EntrySeq through, Step& step) {
    const auto it = progress_.find(agency);
    if (it == progress_.end())
        return;
    Progress& progress = it->second;
    through = std::min(through, progress.in_flight ? progress.in_flight->last : progress.confirmed_through);
    if (through <= progress.acknowledged_through)
        return;
    progress.acknowledged_through = through;
    note(agency, progress, step);
}

void ReceiptFeed::note(const AgencyCode& agency, Progress& progress, Step& step) {
    progress.noted_through = progress.confirmed_through;
    const ReceiptCursor noted{agency, progress.confirmed_through, progress.acknowledged_through};
    for (ReceiptCursor& cursor : step.writes.cursors) {
        if (cursor.agency == agency) {
            cursor = noted;
            return;
        }
    }
    step.writes.cursors.push_back(noted);
}

void ReceiptFeed::tick(EntrySeq committed_through, Step& step) {
    is_paused_ = false;
    if (++ticks_ % ticks_between_notes != 0 || is_behind_ || !fresh_.empty())
        return;
    for (auto& [agency, progress] : progress_) {
        const bool is_idle = !progress.in_flight && !waiting_.contains(agency);
        if (!is_idle || number(committed_through) < number(progress.noted_through) + entries_unnoted_max)
            continue;
        const bool has_all = progress.acknowledged_through == progress.confirmed_through;
        progress.taken_through = std::max(progress.taken_through, committed_through);
        progress.confirmed_through = progress.taken_through;
        if (has_all)
            progress.acknowledged_through = progress.confirmed_through;
        note(agency, progress, step);
    }
}

}  // namespace hub
