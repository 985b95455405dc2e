#pragma once
// The port to the ledger, the store of record: what the relay writes, what it must be able to ask, and what
// one commit holds. Implementations: ledger/sqlite_ledger, ledger/memory_ledger; both keep the contract in
// tests/contract.

#include "hub/core/access.hpp"
#include "hub/core/content.hpp"
#include "hub/core/envelope.hpp"
#include "hub/core/operation.hpp"
#include "hub/core/queue_control.hpp"
#include "hub/core/receipt.hpp"
#include "hub/core/unit.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hub {

// ---- Rows

/// One receiver of an envelope. Several can share an inbox: units below an agency that takes documents for them,
/// units outside the province. One message then brings the envelope to all of them; how far each has got is told
/// apart.
struct Receiver {
    AgencyCode code;                                ///< Own code of an agency, or as written: routing.hpp, receiver_of().
    AgencyCode inbox;                               ///< Own code of the agency that takes it.
    bool operator==(const Receiver&) const = default;
};

/// An envelope that the hub took, or refused. `frame` is the message as received; it is null when nothing of
/// the content may or need be kept (refusals, units).
struct EnvelopeRecord {
    EnvelopeSeq seq{};
    AgencyCode sender;                              ///< The agency's own code, resolved; for frames that could
                                                    ///< not be decoded the agency whose queue it came from.
    std::optional<EnvelopeId> id;                   ///< Absent when the frame did not even show one.
    std::shared_ptr<const EnvelopeHeader> header;   ///< Null when it could not be decoded.
    std::shared_ptr<const Bytes> frame;
    Digest header_digest;
    Instant accepted_at;                            ///< Or refused at.
    std::optional<Fault> refusal;
    EnvelopeSeq changes{};                          ///< The document that it recalls, updates or replaces; 0: none known.
    DeliverySeq first_delivery{};                   ///< Deliveries are numbered in the order of `receivers`.
    /// Unique codes; a delivery row each, state accepted. Those of one inbox stand together: the first of them is
    /// what the broker brings, the others come with it and count as taken, for nothing is due for them.
    std::vector<Receiver> receivers;
};

/// How a delivery has come to stand where it stands.
struct Turn {
    std::uint32_t attempt = 1;                      ///< One more with each retry.
    EntrySeq by{};                                  ///< Failed, retried, parked or released by it, or the last before its
                                                    ///< adapter held it; 0: accepted.
    std::optional<Cause> cause;                     ///< When it failed. Nullopt: the one before stays on record.
    OperationSeq operation{};                       ///< 0: the one before stays on record.
};

/// Two turns in one commit.
std::optional<Turn> merged(const std::optional<Turn>& earlier, const std::optional<Turn>& later);

/// By which envelope a delivery's last change was asked, and how it stood before: so it stands again when that envelope
/// cannot be delivered.
struct Asking {
    EnvelopeSeq by{};
    Change before;
};

struct StationChange {
    DeliverySeq delivery{};
    Station station{};
    Instant at;
    Carriage carriage{};
    std::optional<Change> change = std::nullopt;    ///< Nullopt: as it was.
    std::optional<Turn> turn = std::nullopt;        ///< Nullopt: as it was.
    std::optional<Asking> asking = std::nullopt;    ///< Nullopt: as it was.
};

/// What happened. Appended, never changed: the entries are the leaves of the ledger's Merkle tree.
enum class EntryKind : std::uint8_t {
    accepted = 1,         ///< An envelope was accepted.
    refused = 2,          ///< An envelope was refused; `code`, `field`, `text`.
    station = 3,          ///< An event of one delivery; `event`, for statuses also `code` and `text`.
    hub_started = 4,
    settings_changed = 5,
    held = 6,                     ///< A legal hold: kept whatever retention says; `text` is the reason.
    released = 7,                 ///< The hold has ended; `text` is the reason.
    retired = 8,                  ///< Its time is over: the bytes are gone, digests and entries stay.
    content_damaged = 9,          ///< A part by reference is damaged in the store; `text` is its digest.
    content_restored = 10,        ///< It was put again.
    act = 11,                     ///< Of a person or program, with no other entry of its own; see Entry::act.
    // What operators do with many deliveries: `field` is "operation/<number>", `code` the act, `text` the reason.
    operation_begun = 20,
    operation_stopped = 21,
    operation_resumed = 22,
    operation_ended = 23,         ///< `text`: how many of how many.
    operation_approved = 24,
};

struct Entry {
    EntrySeq seq{};
    Instant at;
    EntryKind kind{};
    EnvelopeSeq envelope{};                         ///< 0: none.
    std::optional<ReceiptEvent> event;              ///< For EntryKind::station.
    std::optional<AgencyCode> receiver;             ///< For EntryKind::station: whose delivery.
    std::optional<AgencyCode> addressee;            ///< Who gets a receipt for it.
    std::string code;                               ///< Status code as written, or name_of(Errc).
    std::string field;
    std::string text;
    std::shared_ptr<const Act> act;                 ///< Whose doing it was; null: the hub's or an agency's own.

    bool operator==(const Entry& other) const;      ///< By the act's value.
};

/// By their id, their header's octets and the reason. What showed neither id nor header is like nothing else.
bool is_same_refusal(const EnvelopeRecord& one, const EnvelopeRecord& other);

inline Entry entry_of(EntryKind kind, EnvelopeSeq envelope) {
    Entry entry;
    entry.kind = kind;
    entry.envelope = envelope;
    return entry;
}

/// The name of what happened in receipts and JSON: "accepted", "refused", a station's or a status's name
/// (name_of(ReceiptEvent)), "held", "released", "retired", "content_damaged", "content_restored", "hub_started",
/// "settings_changed", "operation_begun", "operation_stopped", "operation_resumed", "operation_ended",
/// "operation_approved", and for acts name_of(Verb).
std::string_view what_of(const Entry& entry) noexcept;

/// How far an agency's receipts have got.
struct ReceiptCursor {
    AgencyCode agency;
    EntrySeq confirmed_through{};                   ///< The broker holds them, or held them.
    EntrySeq acknowledged_through{};                ///< The agency's adapter has stored them.
};

/// A legal hold begins or ends.
struct HoldChange {
    EnvelopeSeq envelope{};
    bool is_held = false;
};

/// The time of an envelope is over.
struct Retirement {
    EnvelopeSeq envelope{};
    Instant at;
};

/// May name and fetch a content: whoever has put it, and the parties of an envelope that names it. For the parts
/// of accepted envelopes the ledger notes it by itself, and with the content's removal it ends.
struct ContentParty {
    Digest digest;
    AgencyCode agency;
};

/// How far the senders of the envelopes that name a content have been told that it is damaged, or whole again.
struct ContentTelling {
    Digest digest;
    EntryKind kind{};                               ///< content_damaged or content_restored.
    EnvelopeSeq through{};                          ///< Told up to here.
    EnvelopeSeq until{};                            ///< The last one that can be concerned.
    bool is_mixed = false;                          ///< An earlier one broke off: some have heard other words last.
    bool is_over = false;                           ///< All have been told.
    bool operator==(const ContentTelling&) const = default;
};

/// A page of units: each is written unless its version is older than the one there. When `pass` is full and over, units
/// that no page since its first has named are closed.
struct UnitsTaken {
    EnvelopeSeq envelope{};
    std::shared_ptr<const UnitsPage> page;
    UnitPass pass;                                  ///< With this page.
};

/// A recall, update or replacement of a document that has not come yet, under the names by which that will be known.
struct EarlyQuestion {
    EnvelopeSeq envelope{};
    AgencyCode sender;
    std::string issuer;                             ///< Of senders outside the province; empty for others.
    std::string document_id;                        ///< Empty: not told.
    std::string full_number;                        ///< Empty: not told.
    std::string promulgated_on;                     ///< Not empty when full_number is not.
};

/// The document of an early question has come: it changes that one.
struct MetQuestion {
    EnvelopeSeq question{};
    EnvelopeSeq document{};
};

/// One commit: all or nothing.
struct Batch {
    std::vector<EnvelopeRecord> envelopes;
    std::vector<StationChange> stations;            ///< May name deliveries of this same batch.
    std::vector<Entry> entries;
    std::vector<ReceiptCursor> cursors;
    std::vector<ContentRecord> contents;            ///< New, or in a new state.
    std::vector<ContentParty> content_parties;
    std::vector<HoldChange> holds;
    std::vector<Retirement> retired;                ///< Their frames are given back; they name no content any more.
    std::vector<UnitsTaken> units;
    std::vector<Operation> operations;              ///< New, or as they stand now.
    std::vector<QueueControl> queues;               ///< As they stand now.
    std::vector<ContentTelling> tellings;           ///< As far as they have come with this batch.
    std::vector<EarlyQuestion> early;
    std::vector<MetQuestion> met;

    bool is_empty() const noexcept {
        return envelopes.empty() && stations.empty() && entries.empty() && cursors.empty() && contents.empty()
               && content_parties.empty() && holds.empty() && retired.empty() && units.empty()
               && operations.empty() && queues.empty() && tellings.empty() && early.empty() && met.empty();
    }
};

// ---- Answers

struct Heads {
    EnvelopeSeq envelope{};                         ///< Highest number in use; 0 when empty.
    DeliverySeq delivery{};
    EntrySeq entry{};
    Instant last_entry_at;
    std::vector<ReceiptCursor> cursors;
    UnitPass units;
    OperationSeq operation{};
    std::vector<Operation> operations;              ///< Those that are open.
    std::vector<QueueControl> queues;               ///< Those that are not plain.
    std::vector<ContentTelling> tellings;           ///< Those that are not over.
};

struct KnownEnvelope {
    EnvelopeSeq seq{};
    Digest header_digest;
    std::vector<AgencyCode> receivers;              ///< Whom it went to.
};

struct DeliveryRecord {
    DeliverySeq seq{};
    EnvelopeSeq envelope{};
    EnvelopeId id;                                  ///< Of the envelope.
    AgencyCode sender;                              ///< Of the envelope: who gets the receipts.
    AgencyCode receiver;
    Station station{};
    Carriage carriage{};                            ///< Of the first of an inbox; `taken` for those that come with it.
    Change change;                                  ///< What its sender has asked since.
    Business business{};                            ///< Of the envelope: business_of().
    EnvelopeSeq changes{};                          ///< As in EnvelopeRecord.
    std::uint32_t attempt = 1;
    EntrySeq turned_by{};                           ///< As Turn::by.
    Asking asking;
};

/// A status 13 asks for a recall, as a packet of type 1 does.
inline Business business_of(const EnvelopeHeader& header) {
    const bool is_recall = header.kind == Kind::status && header.status
                           && status_event(header.status->code) == ReceiptEvent::status_13;
    return is_recall ? Business::recall : header.business;
}

/// In the attempt that is under way.
inline bool has_failed(const DeliveryRecord& delivery) noexcept {
    return has_failed(delivery.carriage) || delivery.station == Station::failed;
}

/// How a status names the document that it answers (edXML's ResponseFor). Views; any may be empty.
struct AnsweredName {
    std::string_view document_id;
    std::string_view full_number;
    std::string_view promulgated_on;                ///< ISO date: numbers begin anew with every year.
    std::string_view issuer;                        ///< Of senders outside the province, who share one agency.

    /// A document of this number, promulgated on `date`, may be meant.
    bool allows(std::string_view date) const noexcept {
        return promulgated_on.empty() || date.empty() || promulgated_on == date;
    }
    bool is_of(std::string_view document_issuer) const noexcept { return issuer.empty() || issuer == document_issuer; }
};

/// The document has the number, day and issuer of `name`.
bool is_numbered(const DocumentName& document, const AnsweredName& name);
/// The question is about the document of that issuer that has this DocumentId, or this number and day.
bool is_about(const EarlyQuestion& question, const AnsweredName& name);

/// A delivery that is still to be brought to its inbox.
struct DueDelivery {
    DeliverySeq seq{};
    EnvelopeSeq envelope{};
    AgencyCode sender;
    AgencyCode receiver;
    AgencyCode inbox;
    EnvelopeId id;
    Kind kind{};
    Urgency urgency{};
    Station station{};
    Carriage carriage{};
    std::uint32_t frame_bytes = 0;
    std::uint32_t receivers = 1;                    ///< Whom one message brings it to: deliveries from `seq` on.
    std::uint32_t attempt = 1;
};

enum class DueScope : std::uint8_t {
    held,                                           ///< Not yet in its inbox.
    not_taken,                                      ///< held or in_inbox: after the broker lost its data.
};

struct DuePage {
    std::vector<DueDelivery> deliveries;            ///< By ascending number.
    DeliverySeq through{};                          ///< Everything up to here has been looked at.
    bool is_last = false;                           ///< Nothing was due beyond `through` when it was read.
};

/// A delivery of a selection, as of the last commit.
struct SelectedDelivery {
    DeliverySeq seq{};
    EnvelopeSeq envelope{};
    AgencyCode inbox;
    Kind kind{};
    Urgency urgency{};
    std::uint32_t frame_bytes = 0;
};

struct SelectedPage {
    std::vector<SelectedDelivery> deliveries;       ///< By ascending number.
    DeliverySeq through{};                          ///< Everything up to here has been looked at.
    bool is_last = false;
};

/// What one receipt tells its addressee.
struct ReceiptItem {
    Entry entry;
    std::optional<EnvelopeId> envelope;             ///< Of the document that it is about.
    std::optional<AgencyCode> envelope_sender;
    DocumentName document;                          ///< Empty when unknown.
    std::vector<AgencyCode> receivers;              ///< For accepted: whom it went to.
};

struct ReceiptPage {
    std::vector<ReceiptItem> items;                 ///< Entries with an addressee, by ascending number.
    EntrySeq through{};
    bool is_last = false;
};

/// An envelope as retention looks at it.
struct AgedEnvelope {
    EnvelopeSeq seq{};
    AgencyCode sender;
    std::optional<Kind> kind;                       ///< Nullopt: it could not be decoded.
    Instant accepted_at;
    bool is_settled = false;                        ///< Every receiver has taken it: nothing is due, and no
                                                    ///< adapter holds it.
    bool is_held = false;
};

struct AgedPage {
    std::vector<AgedEnvelope> envelopes;            ///< Whose frames are still kept, by ascending number.
    bool is_last = false;
};

/// Whether an envelope's bytes are kept, and whether they must be.
struct Keeping {
    EnvelopeSeq envelope{};
    bool is_held = false;
    bool is_retired = false;
};

/// An envelope that names a content.
struct ContentUse {
    EnvelopeSeq envelope{};
    EnvelopeId id;
    AgencyCode sender;
};

/// What the relay may ask. Sees committed batches only. Used by the core thread.
class LedgerView {
public:
    virtual ~LedgerView() = default;
    virtual Result<Heads> heads() = 0;
    /// The accepted envelope with this id, if any.
    virtual Result<std::optional<KnownEnvelope>> known(const AgencyCode& sender, const EnvelopeId& id) = 0;
    /// The newest refusal of the same octets of the same sender for the same reason, if any. Looks at no more than
    /// names_examined_max refusals of one id.
    virtual Result<std::optional<EnvelopeSeq>> refused_before(const EnvelopeRecord& refused) = 0;
    /// What goes to an inbox, in order; empty when nothing does.
    virtual Result<std::vector<DeliveryRecord>> deliveries(EnvelopeSeq envelope, const AgencyCode& inbox) = 0;
    /// The same of the newest document of `sender` to that inbox that a status names: by DocumentId, or by number when
    /// that is empty or finds nothing; exactly as its sender wrote it. Its recalls and updates may bear the same name:
    /// they are meant when no document is. Looks at no more than names_examined_max of one name.
    virtual Result<std::vector<DeliveryRecord>> named_deliveries(const AgencyCode& sender, const AgencyCode& inbox,
                                                                 const AnsweredName& name) = 0;
    /// The newest document with this DocumentId and, unless it is empty, of this issuer; of `sender` or, without one, of
    /// anybody. Without any, what the newest update of that name updates.
    virtual Result<std::optional<EnvelopeSeq>> document(const std::optional<AgencyCode>& sender,
                                                        std::string_view document_id, std::string_view issuer) = 0;
    /// The newest document of `sender` with this number, day and issuer, or what the newest update of that number updates;
    /// the name's DocumentId does not count. Looks at no more than names_examined_max of one number.
    virtual Result<std::optional<EnvelopeSeq>> numbered_document(const AgencyCode& sender, const AnsweredName& name) = 0;
    /// How it is named; nullopt unless it is a document or a replacement that was accepted.
    virtual Result<std::optional<DocumentName>> document_name(EnvelopeSeq document) = 0;
    /// As deliveries(), of the first update of a document that went to that inbox. Looks at no more than
    /// names_examined_max of them.
    virtual Result<std::vector<DeliveryRecord>> first_update(EnvelopeSeq document, const AgencyCode& inbox) = 0;
    /// Early questions of `sender` under either of these names and the issuer, in their order; at most
    /// early_questions_max of each name.
    virtual Result<std::vector<EnvelopeSeq>> early_questions(const AgencyCode& sender, const AnsweredName& name) = 0;
    /// At most `count` deliveries numbered above `after` and up to `until`, of these none to the inboxes `apart`; a page
    /// ends too when it has looked at due_skipped_max of what is not there yet. Bounded cost.
    virtual Result<DuePage> due(DueScope scope, DeliverySeq after, DeliverySeq until, std::size_t count,
                                const std::vector<AgencyCode>& apart = {}) = 0;
    /// At most `count` deliveries to one inbox that are not there yet, numbered above `after`. At a cost of what it finds.
    virtual Result<DuePage> held(const AgencyCode& inbox, DeliverySeq after, std::size_t count) = 0;
    /// More than `than` deliveries have been in the agency's inbox since before `before`, and nobody has taken them.
    /// Those that it could not store do not count. Bounded by `than` and what waits for this agency.
    virtual Result<bool> has_more_in_inbox(const AgencyCode& inbox, std::uint64_t than, Instant before) = 0;
    /// Of its newest names_examined_max envelopes the newest acknowledgement was refused.
    virtual Result<bool> is_last_acknowledgement_refused(const AgencyCode& agency) = 0;
    /// Looks at no more than `count` entries numbered above `after`.
    virtual Result<ReceiptPage> receipts(EntrySeq after, std::size_t count) = 0;
    /// The message as received. ledger_corrupt when it is missing or its bytes are not those accepted.
    virtual Result<std::shared_ptr<const Bytes>> frame(EnvelopeSeq envelope) = 0;

    virtual Result<std::optional<ContentRecord>> content(const Digest& digest) = 0;
    virtual Result<bool> is_content_party(const Digest& digest, const AgencyCode& agency) = 0;
    /// Envelopes numbered above `after` that name it and are not retired, oldest first, at most `count`.
    virtual Result<std::vector<ContentUse>> content_uses(const Digest& digest, EnvelopeSeq after,
                                                         std::size_t count) = 0;
    /// Contents with digests above `after` that are not removed, at most `count`, by ascending digest.
    virtual Result<std::vector<ContentRecord>> contents(const std::optional<Digest>& after, std::size_t count) = 0;
    /// Of these, those that are damaged. At a cost of what it finds, however many are whole.
    virtual Result<std::vector<ContentRecord>> damaged_contents(const std::optional<Digest>& after,
                                                                std::size_t count) = 0;
    /// Of contents(), those that changed before `before` and that no envelope names. Looks at no more than `count`
    /// contents; `after` moves on to the last one looked at, nullopt at the end.
    virtual Result<std::vector<ContentRecord>> unnamed_contents(std::optional<Digest>& after, Instant before,
                                                                std::size_t count) = 0;
    /// Envelopes numbered above `after` whose frame is kept, accepted before `before`. At most `count`.
    virtual Result<AgedPage> aged(EnvelopeSeq after, Instant before, std::size_t count) = 0;
    /// Of the accepted envelopes with this id, of whichever senders; oldest first, at most `count`.
    virtual Result<std::vector<Keeping>> keeping(const EnvelopeId& id, std::size_t count) = 0;
    /// The unit of the national axis with this code, in its new or its old form; an open one where both fit. Nullopt
    /// too when several open units had this old code: which of them is meant nobody knows. Two look-ups by index.
    virtual Result<std::optional<Unit>> unit(const AgencyCode& code) = 0;
    /// Deliveries numbered above `after` that `selection` means and that stood so at `seen`; none whose bytes are gone.
    /// Looks at no more than `count` of those that stand there.
    virtual Result<SelectedPage> selected(const Selection& selection, const Horizon& seen, DeliverySeq after,
                                          std::size_t count) = 0;
    virtual Result<std::optional<Operation>> operation(std::string_view key) = 0;
    /// Bytes of the contents that each agency has put and that are kept.
    virtual Result<std::vector<std::pair<AgencyCode, std::uint64_t>>> content_usage() = 0;
};

/// One thread commits. ledger_full: nothing of the batch was kept, try again later. ledger_sync_failed and
/// ledger_corrupt: the process must end; what is on the disk is unknown.
class Ledger {
public:
    virtual ~Ledger() = default;
    virtual Result<void> commit(const Batch& batch) = 0;
    virtual std::unique_ptr<LedgerView> view() = 0;     ///< One per thread that asks.
};

}  // namespace hub
