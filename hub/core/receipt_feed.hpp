#pragma once
// What the senders are told. Receipts of one batch for one agency share a message: the broker's work per
// message is the ceiling of the whole hub. How far each agency's receipts have got is in the ledger, so after
// a crash or a lost connection they are composed again from its entries.

#include "hub/core/outbox.hpp"

#include <map>
#include <vector>

namespace hub {

class ReceiptFeed {
public:
    ReceiptFeed(LedgerView& view, const Heads& heads);

    /// An entry of the open batch that has an addressee.
    void add(ReceiptItem item, Step& step);
    /// The open batch is complete: what it brought is launched, or left for later.
    void close_batch(Outbox& outbox, Step& step);

    void bus_up(bool is_wiped);
    void bus_down();
    /// Reads what is behind and launches it while there is room.
    Result<void> pump(Outbox& outbox, Step& step);
    /// Entries up to here show through the ledger's view.
    void committed(EntrySeq through);

    void confirmed(const AgencyCode& agency, PublishId id, Step& step);
    void returned(const AgencyCode& agency, PublishId id);
    /// The agency's adapter says what it has stored; more than was sent is not believed.
    void acknowledged(const AgencyCode& agency, EntrySeq through, Step& step);
    /// Notes from time to time that agencies without news are not behind.
    void tick(EntrySeq committed_through, Step& step);

    bool is_behind() const noexcept { return is_behind_; }

private:
    struct Progress {
        EntrySeq confirmed_through{};
        EntrySeq acknowledged_through{};
        EntrySeq sent_through{};
        std::map<PublishId, std::pair<EntrySeq, EntrySeq>> in_flight;   ///< First and last entry of each message.
        EntrySeq noted_through{};                                       ///< As the ledger has it.
    };

    Progress& progress_of(const AgencyCode& agency, Step& step);
    using ByAgency = std::map<AgencyCode, std::vector<ReceiptItem>>;
    void collect(ReceiptItem item, ByAgency& unsent, Step& step);
    void launch(const AgencyCode& agency, std::vector<ReceiptItem> items, Outbox& outbox, Step& step);
    void note(const AgencyCode& agency, Progress& progress, Step& step);
    void fall_behind_from(EntrySeq cursor) noexcept;
    void resend_unconfirmed() noexcept;

    LedgerView& view_;
    std::map<AgencyCode, Progress> progress_;
    ByAgency fresh_;                                         ///< Of the open batch, while not behind.
    EntrySeq last_seen_{};

    bool is_behind_ = false;
    bool is_paused_ = false;                                 ///< The broker would not take some: until the next tick.
    EntrySeq cursor_{};                                      ///< Read up to here.
    EntrySeq behind_since_{};                                ///< Entries above it are in recent_ or in the view.
    std::deque<ReceiptItem> recent_;                         ///< Added while behind, not yet in the view.
    unsigned ticks_ = 0;
};

}  // namespace hub
