#pragma once
// What the senders are told. At most one message of receipts is under way to an agency: what happens meanwhile
// waits and shares the next one. So each agency gets its receipts in the order of their entries, without gaps,
// and the broker, whose work per message is the ceiling of the whole hub, gets few messages.
//
// How far each agency's receipts have got is in the ledger: after a crash or a lost connection they are
// composed again from its entries.

#include "hub/core/outbox.hpp"

#include <deque>
#include <map>

namespace hub {

class ReceiptFeed {
public:
    ReceiptFeed(LedgerView& view, const Heads& heads);

    /// An entry of the open batch that has an addressee.
    void add(ReceiptItem item, Step& step);
    /// The open batch is complete: what it brought may be told when it is durable.
    void close_batch(Outbox& outbox, Step& step);
    /// Entries up to here show through the ledger's view.
    void committed(EntrySeq through);

    void bus_up(bool is_wiped, Step& step);
    /// Nothing waits in the agency's inbox: receipts that it never acknowledged may be lost.
    void inbox_empty(const AgencyCode& agency, Step& step);
    void bus_down();
    /// Reads what is behind and launches what may go.
    Result<void> pump(Outbox& outbox, Step& step);

    void confirmed(const AgencyCode& agency, PublishId id, Step& step);
    void returned(const AgencyCode& agency, PublishId id);
    /// The agency's adapter says what it has stored; more than was sent is not believed.
    void acknowledged(const AgencyCode& agency, EntrySeq through, Step& step);
    /// Behind `through` it misses some that were told. True: they are told again, from there; not so soon after the
    /// last time.
    bool missed(const AgencyCode& agency, EntrySeq through, Step& step);
    /// Notes from time to time that agencies without news are not behind.
    void tick(EntrySeq committed_through, Step& step);

    bool is_behind() const noexcept { return is_behind_; }

private:
    struct InFlight {
        PublishId id{};
        EntrySeq last{};
    };
    struct Progress {
        EntrySeq confirmed_through{};
        EntrySeq acknowledged_through{};
        EntrySeq taken_through{};                ///< In flight or waiting, up to here.
        EntrySeq noted_through{};                ///< As the ledger has it.
        EntrySeq told_through{};                 ///< The last receipt that was confirmed; 0: not known.
        std::optional<unsigned> told_again_at;   ///< The tick.
        std::optional<InFlight> in_flight;
    };

    Progress& progress_of(const AgencyCode& agency, Step& step);
    void tell_again(const AgencyCode& agency, Progress& progress, Step& step);
    void wait(ReceiptItem item, Step& step);
    void launch_waiting(Outbox& outbox, Step& step);
    void note(const AgencyCode& agency, Progress& progress, Step& step);
    void forget_waiting() noexcept;
    void forget_waiting_of(const AgencyCode& agency);
    void fall_behind_from(EntrySeq cursor);

    LedgerView& view_;
    std::map<AgencyCode, Progress> progress_;
    std::vector<ReceiptItem> fresh_;             ///< Of the open batch, while not behind.
    std::map<AgencyCode, std::deque<ReceiptItem>> waiting_;
    std::size_t waiting_count_ = 0;
    EntrySeq last_seen_{};

    bool is_behind_ = false;
    bool is_paused_ = false;                     ///< The broker would not take some: until the next tick.
    EntrySeq cursor_{};                          ///< Read up to here.
    EntrySeq behind_since_{};                    ///< Entries above it are in recent_ or in the view.
    std::deque<ReceiptItem> recent_;             ///< Added while behind, not yet in the view.
    unsigned ticks_ = 0;
};

}  // namespace hub
