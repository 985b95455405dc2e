#pragma once
// What is on its way to the broker. A delivery lives in memory only while it is due or in flight; whatever
// does not fit waits in the ledger and is read back page by page. Recovery after a crash, a lost connection or
// a wiped broker is the same walk through the ledger, started from its beginning. Only what goes to inboxes with gates
// of their own is not in it: queue_gates.hpp.

#include "hub/core/limits.hpp"
#include "hub/core/queue_gates.hpp"
#include "hub/core/step.hpp"
#include "hub/core/uncommitted.hpp"

#include <deque>
#include <map>
#include <set>
#include <unordered_map>

namespace hub {

class Outbox {
public:
    Outbox(LedgerView& view, const std::vector<QueueControl>& queues) : view_{view}, gates_{queues} {}

    /// A fresh delivery of the open batch.
    void add(const EnvelopeRecord& envelope);
    /// A delivery whose new attempt has begun, or that was parked. Its bytes are read from the ledger.
    void send_again(const DueDelivery& delivery);
    /// The delivery's state moved by something else than a confirm.
    void moved(const StationChange& change);

    void bus_up(const BusUp& event, DeliverySeq last);
    /// The agency's inbox has lost what it held: as after a wiped broker, for this agency alone, with the next tick
    /// that finds nothing else due. `last`: the highest number in use.
    void inbox_lost(const AgencyCode& agency, DeliverySeq last);
    /// What its inbox has lost is on its way to it.
    bool is_filling(const AgencyCode& agency) const;
    /// As an operator has set it. What a paused inbox has lost is not brought: inbox_lost() once it goes on.
    void set_queue(const QueueControl& control, Instant now);
    bool is_paused(const AgencyCode& agency) const { return gates_.is_paused(agency); }
    void bus_down();
    bool is_bus_up() const noexcept { return is_bus_up_; }

    /// Reads what is behind and publishes what the window allows.
    Result<void> pump(const Uncommitted& uncommitted, Step& step);
    /// `decided`, `committed`: the last entry that was written, and the last that the ledger has for certain.
    void tick(Instant now, EntrySeq decided, EntrySeq committed);

    bool has_room() const noexcept;                     ///< For one more message in flight.
    PublishId launch(PublishReceipts receipts, std::size_t bytes, Step& step);
    void launch(DeadLetter dead, Step& step);           ///< Dropped without room: the ledger has it.

    /// What a publish id stood for; nullopt for ids of an earlier connection. Without a delivery, too, when another
    /// attempt at it has begun since: that one is still to be sent.
    struct Landed {
        std::optional<DueDelivery> delivery;
        std::optional<AgencyCode> receipts_for;
    };
    std::optional<Landed> landed(PublishId id);
    /// Not taken: a delivery's agency is left alone for a while, then tried again from the ledger. For
    /// receipts, whose they were.
    std::optional<AgencyCode> returned(PublishId id, Instant now);
    void unreadable(PublishId id);

    std::size_t in_flight() const noexcept { return in_flight_.size(); }
    std::size_t due() const noexcept { return urgent_.size() + normal_.size(); }
    bool is_behind() const noexcept { return is_behind_; }
    bool is_refilling() const noexcept { return refill_ != Refill::none && !refill_only_; }

private:
    struct Due {
        DueDelivery delivery;
        std::shared_ptr<const Bytes> frame;
        bool is_let_through = false;                           ///< By the gate of its inbox.
    };
    struct InFlight {
        std::optional<DueDelivery> delivery;
        std::optional<AgencyCode> receipts_for;
        std::size_t bytes = 0;
        std::uint32_t attempt = 0;                             ///< That the delivery was sent as.
    };
    enum class Refill : std::uint8_t { none, reading, landing };

    void push_all(const EnvelopeRecord& envelope);
    void push(Due due);
    Due pop(std::deque<Due>& queue);
    void leave_for_later(const DueDelivery& delivery);
    void launch(Due due, Step& step);
    void fall_behind_from(DeliverySeq cursor) noexcept;
    /// False: more than enough has been looked at for now.
    Result<bool> read_page(const Uncommitted& uncommitted);
    /// What the gates let through. False: nothing has been looked at.
    Result<bool> draw(const Uncommitted& uncommitted, bool is_draining);
    Result<void> draw(const QueueGates::Turn& turn, const Uncommitted& uncommitted);
    bool is_under_way(DeliverySeq delivery) const;
    void finish_refill(Step& step);
    std::map<PublishId, InFlight>::iterator erase(std::map<PublishId, InFlight>::iterator it);

    LedgerView& view_;
    QueueGates gates_;
    std::deque<Due> urgent_;
    std::deque<Due> normal_;
    std::unordered_map<std::uint64_t, Due*> waiting_;          ///< What is in the two, by delivery number.
    std::size_t due_frame_bytes_ = 0;
    std::map<PublishId, InFlight> in_flight_;
    std::unordered_map<std::uint64_t, PublishId> flying_;      ///< By delivery number.
    std::size_t in_flight_bytes_ = 0;
    std::uint64_t next_publish_ = 1;

    bool is_bus_up_ = false;
    std::uint64_t connection_ = 0;
    bool is_behind_ = true;                                    ///< At start the ledger may hold anything.
    DeliverySeq cursor_{};                                     ///< Read up to here.
    Refill refill_ = Refill::none;
    DeliverySeq refill_until_{};
    std::optional<std::set<AgencyCode>> refill_only_;          ///< Nullopt: all agencies.
    PublishId refill_last_{};

    std::map<AgencyCode, Instant> left_alone_until_;
    bool must_walk_again_ = false;                             ///< Something was left behind on purpose.
    std::optional<EntrySeq> walk_once_committed_;              ///< The walk would not find it earlier.
    Instant walk_wanted_at_{};
    std::set<AgencyCode> refill_again_;                        ///< Inboxes whose part of a refill was refused.
    bool is_mark_owed_ = false;                                ///< To a wiped broker, once all inboxes have theirs.
    std::set<DeliverySeq> unreadable_;
};

}  // namespace hub
