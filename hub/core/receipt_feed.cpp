#include "hub/core/receipt_feed.hpp"

#include <algorithm>

namespace hub {
namespace {

constexpr unsigned ticks_between_notes = 30;
constexpr std::uint64_t entries_unnoted_max = 10'000;

EntrySeq before(EntrySeq seq) noexcept { return static_cast<EntrySeq>(number(seq) - 1); }

std::size_t bytes_of(const ReceiptItem& item) noexcept {
    constexpr std::size_t fixed = 120;
    const DocumentName& d = item.document;
    return fixed + item.entry.code.size() + item.entry.field.size() + item.entry.text.size() + d.issuer.size()
           + d.number.size() + d.notation.size() + d.document_id.size() + d.subject.size() + d.type_name.size()
           + item.receivers.size() * (AgencyCode::size_max + 2);
}

}  // namespace

ReceiptFeed::ReceiptFeed(LedgerView& view, const Heads& heads) : view_{view} {
    for (const ReceiptCursor& cursor : heads.cursors)
        progress_[cursor.agency] = {cursor.confirmed_through, cursor.acknowledged_through, cursor.confirmed_through, {},
                                    cursor.confirmed_through};
    last_seen_ = heads.entry;
    resend_unconfirmed();
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
        fresh_[*item.entry.addressee].push_back(std::move(item));
}

void ReceiptFeed::close_batch(Outbox& outbox, Step& step) {
    for (auto& [agency, items] : fresh_) {
        if (!outbox.has_room()) {
            fall_behind_from(before(items.front().entry.seq));
            continue;
        }
        launch(agency, std::move(items), outbox, step);
    }
    fresh_.clear();
}

void ReceiptFeed::launch(const AgencyCode& agency, std::vector<ReceiptItem> items, Outbox& outbox, Step& step) {
    Progress& progress = progress_.at(agency);
    auto at = items.begin();
    while (at != items.end()) {
        PublishReceipts message{{}, agency, {}};
        std::size_t bytes = 0;
        while (at != items.end() && message.items.size() < limits::receipts_per_message_max
               && (message.items.empty() || bytes + bytes_of(*at) <= limits::receipts_bytes_max)) {
            bytes += bytes_of(*at);
            message.items.push_back(std::move(*at++));
        }
        const EntrySeq first = message.items.front().entry.seq;
        const EntrySeq last = message.items.back().entry.seq;
        progress.sent_through = std::max(progress.sent_through, last);
        progress.in_flight.emplace(outbox.launch(std::move(message), step), std::pair{first, last});
    }
}

void ReceiptFeed::fall_behind_from(EntrySeq cursor) noexcept {
    cursor_ = is_behind_ ? std::min(cursor_, cursor) : cursor;
    behind_since_ = last_seen_;
    is_behind_ = true;
}

void ReceiptFeed::resend_unconfirmed() noexcept {
    EntrySeq from = last_seen_;
    for (auto& [agency, progress] : progress_) {
        progress.in_flight.clear();
        progress.sent_through = progress.confirmed_through;
        from = std::min(from, progress.confirmed_through);
    }
    fresh_.clear();
    fall_behind_from(from);
}

void ReceiptFeed::bus_up(bool is_wiped) {
    if (is_wiped)
        for (auto& [agency, progress] : progress_)
            progress.confirmed_through = std::min(progress.confirmed_through, progress.acknowledged_through);
    resend_unconfirmed();
}

void ReceiptFeed::bus_down() { resend_unconfirmed(); }

void ReceiptFeed::committed(EntrySeq through) {
    while (!recent_.empty() && recent_.front().entry.seq <= through)
        recent_.pop_front();
}

void ReceiptFeed::collect(ReceiptItem item, ByAgency& unsent, Step& step) {
    const AgencyCode agency = *item.entry.addressee;
    if (item.entry.seq > progress_of(agency, step).sent_through)
        unsent[agency].push_back(std::move(item));
}

Result<void> ReceiptFeed::pump(Outbox& outbox, Step& step) {
    while (is_behind_ && !is_paused_ && outbox.has_room()) {
        auto page = view_.receipts(cursor_, limits::entries_page);
        if (!page)
            return page.error();
        ByAgency unsent;
        for (ReceiptItem& item : page->items)
            collect(std::move(item), unsent, step);
        cursor_ = std::max(cursor_, page->through);
        const bool has_all = page->is_last && cursor_ >= behind_since_;
        if (has_all) {
            // The ledger has no more; what it does not show yet is at hand.
            for (ReceiptItem& item : recent_)
                if (item.entry.seq > cursor_)
                    collect(std::move(item), unsent, step);
            recent_.clear();
            is_behind_ = false;
        }
        for (auto& [agency, items] : unsent)
            launch(agency, std::move(items), outbox, step);
        if (page->is_last)
            break;
    }
    return {};
}

void ReceiptFeed::confirmed(const AgencyCode& agency, PublishId id, Step& step) {
    const auto it = progress_.find(agency);
    if (it == progress_.end() || it->second.in_flight.erase(id) == 0)
        return;
    Progress& progress = it->second;
    // Messages are confirmed in any order: safe is what lies before the first one still in flight.
    EntrySeq through = progress.sent_through;
    for (const auto& [other, span] : progress.in_flight)
        through = std::min(through, before(span.first));
    if (through > progress.confirmed_through) {
        progress.confirmed_through = through;
        note(agency, progress, step);
    }
}

void ReceiptFeed::returned(const AgencyCode& agency, PublishId id) {
    const auto it = progress_.find(agency);
    if (it == progress_.end())
        return;
    Progress& progress = it->second;
    const auto message = progress.in_flight.find(id);
    if (message == progress.in_flight.end())
        return;
    const EntrySeq from = before(message->second.first);
    progress.in_flight.erase(message);
    // Later messages of this agency may be sent twice by this: its kit tells them apart by their entries.
    progress.sent_through = std::min(progress.sent_through, from);
    fall_behind_from(from);
    is_paused_ = true;
}

void ReceiptFeed::acknowledged(const AgencyCode& agency, EntrySeq through, Step& step) {
    const auto it = progress_.find(agency);
    if (it == progress_.end())
        return;
    Progress& progress = it->second;
    through = std::min(through, progress.sent_through);
    if (through <= progress.acknowledged_through)
        return;
    progress.acknowledged_through = through;
    note(agency, progress, step);
}

void ReceiptFeed::note(const AgencyCode& agency, Progress& progress, Step& step) {
    progress.noted_through = progress.confirmed_through;
    for (ReceiptCursor& cursor : step.writes.cursors) {
        if (cursor.agency == agency) {
            cursor = {agency, progress.confirmed_through, progress.acknowledged_through};
            return;
        }
    }
    step.writes.cursors.push_back({agency, progress.confirmed_through, progress.acknowledged_through});
}

void ReceiptFeed::tick(EntrySeq committed_through, Step& step) {
    is_paused_ = false;
    if (++ticks_ % ticks_between_notes != 0 || is_behind_)
        return;
    for (auto& [agency, progress] : progress_) {
        const bool is_idle = progress.in_flight.empty() && !fresh_.contains(agency);
        if (!is_idle || number(committed_through) < number(progress.noted_through) + entries_unnoted_max)
            continue;
        const bool has_all = progress.acknowledged_through == progress.confirmed_through;
        progress.sent_through = std::max(progress.sent_through, committed_through);
        progress.confirmed_through = progress.sent_through;
        if (has_all)
            progress.acknowledged_through = progress.confirmed_through;
        note(agency, progress, step);
    }
}

}  // namespace hub
