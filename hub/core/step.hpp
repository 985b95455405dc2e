#pragma once
// What comes into the relay and what goes out of it.

#include "hub/core/directory.hpp"
#include "hub/core/ledger.hpp"
#include "hub/core/retention.hpp"

#include <variant>

namespace hub {

/// An inbound message of one connection; acknowledging it on a later connection has no effect.
struct InboundTag {
    std::uint64_t connection = 0;
    std::uint64_t delivery = 0;
    auto operator<=>(const InboundTag&) const = default;
};

/// What the verify pool found out about a message, without looking at a clock or the ledger.
struct Verdict {
    std::shared_ptr<const EnvelopeHeader> header;    ///< Null when the frame could not be decoded.
    Digest header_digest;
    std::optional<Acknowledgement> acknowledgement;  ///< For kind acknowledgement.
    bool misses_receipts = false;                    ///< Its sender does, behind its receipts_through.
    std::shared_ptr<const UnitsPage> units;          ///< For kind service that brings them.
    std::optional<Fault> fault;                      ///< Malformed, bad signature, wrong digest …
    Instant signer_valid_from;                       ///< Of the certificate that verified.
    Instant signer_valid_until;
    std::optional<AgencyCode> signer_agency;         ///< Own code of the agency that holds the certificate.
};

// ---- Events

/// The hub has started; the first event.
struct Started {};
struct Delivered {
    InboundTag tag;
    AgencyCode queue;                                ///< Own code of the agency whose submit queue it came from.
    std::string user_id;                             ///< AMQP user_id; empty when it was not set.
    std::string message_id;                          ///< As set by the publisher, checked by nobody.
    std::shared_ptr<const Bytes> frame;
    Verdict verdict;
};
enum class PublishId : std::uint64_t {};
struct Confirmed { PublishId id{}; };
/// The broker would not take it: returned as unroutable, or negatively confirmed.
struct Returned { PublishId id{}; };
/// Its bytes in the ledger are damaged: it cannot be published.
struct Unreadable { PublishId id{}; };
/// The publishing connection is up, the `connection`th of this process. `is_wiped`: the broker lost what it
/// held for this ledger.
struct BusUp {
    bool is_wiped = false;
    std::uint64_t connection = 0;
};
struct BusDown {};
/// What the broker holds for an agency in both inboxes, beside what consumers have taken without acknowledging it.
struct InboxCounted {
    AgencyCode agency;
    std::uint64_t ready = 0;
    std::uint64_t consumers = 0;
};
struct Tick {};                                      ///< About once a second.
/// Somebody outside of the broker waits for an Answer. Chosen by the asker, unique while the process lives.
enum class Ticket : std::uint64_t {};
/// An agency has put a content: its copy is durable in the store. Answered when the ledger knows it.
struct ContentStored {
    Ticket ticket{};
    AgencyCode agency;
    Digest digest;
    std::uint64_t bytes = 0;
    CopyId copy{};
};
/// A copy was found missing or with other octets than its digest says.
struct ContentDamaged {
    Digest digest;
    CopyId copy{};
};
/// A copy that was found damaged or missing was read again, and is what its digest says.
struct ContentWhole {
    Digest digest;
    CopyId copy{};
};
/// An operator sets or ends a legal hold. not_found when there is no such envelope.
struct HoldAsked {
    Ticket ticket{};
    EnvelopeId envelope;
    bool is_held = false;
    Act act;                                         ///< Its reason goes into the entry.
};
/// Somebody has done something that stands in no envelope's story. Answered when the ledger has it.
struct ActDone {
    Ticket ticket{};
    Act act;
};
/// An operator has many deliveries treated: `wanted` with what the asker knows, the relay adds the rest. Answered with
/// success again for a key that is known. operations_full.
struct OperationAsked {
    Ticket ticket{};
    Operation wanted;
    Act act;                                         ///< Its object and detail are the relay's to say.
};
/// An operator stops an operation, lets it go on, or approves it. not_found; operation_over; not_allowed: who asked for it
/// may not approve it, and it does not go on before somebody has.
struct OperationTurned {
    Ticket ticket{};
    OperationSeq operation{};
    OperationTurn turn{};
    Act act;
    std::uint64_t expected = 0;                      ///< Of OperationTurn::approve: how many its actor saw.
};
/// An operator pauses, lets go or limits what goes to an agency. Answered with success too where it stands so already.
/// not_found; field_invalid: no such rate.
struct QueueTurned {
    Ticket ticket{};
    AgencyCode agency;
    QueueAct wanted{};
    std::uint32_t per_minute = 0;                    ///< 0: no limit.
    Act act;                                         ///< Its object and detail are the relay's to say.
};
/// The settings were read again. What is handed over before it was judged by the old directory, all behind it by this one.
struct RulesChanged {
    std::shared_ptr<const Directory> directory;
    RetentionRules retention;
    AxisRules axis;
    OperationRules operations;
};
/// The oldest closed batch is durable and shows through the ledger's view, or (fault) will never be.
struct LedgerCommitted { std::optional<Fault> fault; };

using Event =
    std::variant<Started, Delivered, Confirmed, Returned, Unreadable, BusUp, BusDown, InboxCounted, Tick, ContentStored,
                 ContentDamaged, ContentWhole, HoldAsked, ActDone, OperationAsked, OperationTurned,
                 QueueTurned, RulesChanged, LedgerCommitted>;

// ---- Effects
//
// What is published belongs to one connection and is dropped on any other: the relay composes it again from
// the ledger, in its order.

/// To the inbox of an agency, persistent, mandatory, confirmed.
struct PublishEnvelope {
    PublishId id{};
    std::uint64_t connection = 0;
    AgencyCode inbox;
    bool is_urgent = false;                          ///< To `inbox.<code>.urgent`.
    Urgency urgency{};
    EnvelopeSeq envelope{};
    EnvelopeId envelope_id;
    DeliverySeq delivery{};
    std::uint32_t attempt = 1;                       ///< An adapter that could not store an earlier one tries again.
    std::shared_ptr<const Bytes> frame;              ///< Null: the engine reads it from the ledger.
};
/// One message with receipts for one agency.
struct PublishReceipts {
    PublishId id{};
    std::uint64_t connection = 0;
    AgencyCode addressee;
    std::vector<ReceiptItem> items;
    EntrySeq follows{};                              ///< The last one that it was told before; 0: not known.
};
struct AcknowledgeInbound { InboundTag tag; };
/// What could not be decoded goes to the queue `dead`, with the reason in its headers.
struct DeadLetter {
    PublishId id{};
    std::uint64_t connection = 0;
    AgencyCode queue;
    std::shared_ptr<const Bytes> frame;
    Fault reason;
};
/// Everything that the broker had lost is in it again: leave the mark that tells so. Only on this connection:
/// by the next one the broker may have lost everything again.
struct MarkBroker { std::uint64_t connection = 0; };

/// To whoever waits for this ticket.
struct Answer {
    Ticket ticket{};
    std::optional<Fault> fault;
};
/// This copy is not needed, or not any more.
struct RemoveCopy {
    Digest digest;
    CopyId copy{};
    AgencyCode put_by;                               ///< Whose quota gets the bytes back.
    std::uint64_t bytes = 0;
};

using Effect = std::variant<PublishEnvelope, PublishReceipts, AcknowledgeInbound, DeadLetter, MarkBroker, Answer,
                            RemoveCopy>;

struct Step {
    Batch writes;
    std::vector<Effect> effects;

    bool is_empty() const noexcept { return writes.is_empty() && effects.empty(); }
};

}  // namespace hub
