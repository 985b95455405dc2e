#pragma once
// The hub's heart: event + time → ledger writes and effects. No clock, socket, disk, thread or log in here;
// what it must know of the past it asks the ledger's view.
//
// The engine steps events, commits the writes, and only then performs the effects. See outbox.hpp for what is
// on its way to the broker and receipt_feed.hpp for what senders are told.

#include "hub/core/axis_link.hpp"
#include "hub/core/directory.hpp"
#include "hub/core/document_reference.hpp"
#include "hub/core/inbox_watch.hpp"
#include "hub/core/ledger.hpp"
#include "hub/core/limits.hpp"
#include "hub/core/outbox.hpp"
#include "hub/core/receipt_feed.hpp"
#include "hub/core/retention.hpp"
#include "hub/core/step.hpp"
#include "hub/core/uncommitted.hpp"

namespace hub {

class Relay {
public:
    /// `heads` as the ledger gave them at start; `view` must outlive the relay and must show a batch before
    /// its LedgerCommitted is stepped.
    Relay(std::shared_ptr<const Directory> directory, RetentionRules retention, LedgerView& view, Heads heads,
          AxisRules axis = {}, OperationRules operations = {});

    /// Adds to `step`. A fault is the ledger's, never the sender's: the engine must stop.
    Result<void> on(const Event& event, Instant now, Step& step);

    /// Call when a batch is complete, before it is committed: its receipts are composed and added.
    void close_batch(Step& step);

    struct Counters {
        std::uint64_t accepted = 0;                  ///< Since the start, as all of these; in the ledger, as all that is
                                                     ///< written there.
        std::uint64_t refused = 0;
        std::uint64_t repeated = 0;                  ///< Same id, same bytes: answered again.
        std::uint64_t confirmed = 0;
        std::uint64_t returned = 0;
        std::uint64_t inboxes_lost = 0;              ///< Found to hold less than they should, and filled again.
        std::uint64_t unreadable = 0;                ///< Deliveries whose bytes the ledger could not give.
        std::uint64_t contents_stored = 0;
        std::uint64_t contents_damaged = 0;          ///< Found since the start.
        std::uint64_t envelopes_retired = 0;
        std::uint64_t contents_removed = 0;
        std::size_t publishes_unconfirmed = 0;
        std::size_t deliveries_due = 0;              ///< In memory.
        bool is_behind = false;                      ///< More deliveries wait in the ledger only.
        bool is_bus_up = false;
        bool is_refilling = false;                   ///< The broker had lost its data.
        std::uint64_t axis_words_refused = 0;        ///< Of what was said of the axis; most are not in the ledger.
        std::map<AgencyCode, AxisLink> axis;         ///< Of each axis participant of which something is known.
    };
    Counters counters() const;

private:
    /// What one message brings: an envelope's deliveries to one inbox, in order. Empty when there are none.
    using Deliveries = std::vector<DeliveryRecord>;

    Result<void> handle(const Started& event, Instant now, Step& step);
    Result<void> handle(const Delivered& event, Instant now, Step& step);
    Result<void> handle(const Confirmed& event, Instant now, Step& step);
    Result<void> handle(const Returned& event, Instant now, Step& step);
    Result<void> handle(const Unreadable& event, Instant now, Step& step);
    Result<void> handle(const BusUp& event, Instant now, Step& step);
    Result<void> handle(const BusDown& event, Instant now, Step& step);
    Result<void> handle(const InboxCounted& event, Instant now, Step& step);
    Result<void> handle(const Tick& event, Instant now, Step& step);
    Result<void> handle(const LedgerCommitted& event, Instant now, Step& step);
    Result<void> handle(const ContentStored& event, Instant now, Step& step);
    Result<void> handle(const ContentDamaged& event, Instant now, Step& step);
    Result<void> handle(const ContentWhole& event, Instant now, Step& step);
    Result<void> handle(const HoldAsked& event, Instant now, Step& step);
    Result<void> handle(const ActDone& event, Instant now, Step& step);
    Result<void> handle(const OperationAsked& event, Instant now, Step& step);
    Result<void> handle(const OperationTurned& event, Instant now, Step& step);
    Result<void> handle(const QueueTurned& event, Instant now, Step& step);
    Result<void> handle(const RulesChanged& event, Instant now, Step& step);

    Result<std::optional<ContentRecord>> content(const Digest& digest) const;
    /// A fault of disposition reject is what speaks against the parts by reference of an envelope of `sender`.
    Result<void> check_contents(const EnvelopeHeader& header, const AgencyCode& sender) const;
    /// A recall, update or replacement: whose, about what.
    struct Inquiry {
        AgencyCode sender;
        std::vector<std::string> issuers;            ///< By which names its sender may have issued the document; one
                                                     ///< empty name: it is its own agency.
        DocumentReference reference;
        EnvelopeSeq document{};                      ///< 0: nothing that this hub knows. Of an early one the first
                                                     ///< question about it.
        bool is_early = false;                       ///< The document has not come yet.
    };
    /// Nullopt: the envelope asks for nothing. A fault of disposition reject is what speaks against it.
    Result<std::optional<Inquiry>> check_change(const EnvelopeHeader& header, const AgencyCode& sender,
                                                const std::vector<Receiver>& receivers, Instant now) const;
    Result<std::vector<std::string>> issuers_of(std::string_view issuer, const AgencyCode& sender) const;
    /// What the inquiry is about. document_of_another: somebody else has sent it.
    Result<void> find_document(Inquiry& inquiry, const EnvelopeHeader& header, const AgencyCode& inbox, Instant now) const;
    Result<std::optional<EnvelopeSeq>> document_by_envelope(const EnvelopeHeader& header, const AgencyCode& sender,
                                                            const AgencyCode& inbox) const;
    Result<std::optional<EnvelopeSeq>> own_document(const Inquiry& inquiry, Instant now) const;
    Result<bool> is_of_another(const Inquiry& inquiry, Instant now) const;
    /// As LedgerView::document() and numbered_document(), with what is not yet committed.
    Result<std::optional<EnvelopeSeq>> document(const std::optional<AgencyCode>& sender, const AnsweredName& name) const;
    Result<std::optional<EnvelopeSeq>> numbered_document(const AgencyCode& sender, const AnsweredName& name) const;
    /// Writes down for each receiver of the change that its document is to be changed.
    Result<void> ask(const EnvelopeRecord& change, const Inquiry& inquiry, Instant now, Step& step);
    /// Those deliveries that bear what is asked of `receiver` about the document: its own, those of another packet of that
    /// name, or of the first update that went to it. Of a document that has not come yet the first question's.
    Result<Deliveries> bearers(const Receiver& receiver, const Inquiry& inquiry) const;
    /// Of the deliveries to its inbox those to this receiver.
    Result<Deliveries> of_receiver(Deliveries deliveries, const Receiver& receiver) const;
    Result<Deliveries> first_update(EnvelopeSeq document, const AgencyCode& inbox) const;
    Result<std::vector<EnvelopeSeq>> early_questions(const AgencyCode& sender, const AnsweredName& name) const;
    Result<Deliveries> early_bearers(const Receiver& receiver, const Inquiry& inquiry) const;
    /// Which delivery bears what the envelope of `change` asks of its receiver.
    Result<std::optional<DeliveryRecord>> bearer_of(const DeliveryRecord& change, const AgencyCode& inbox) const;
    /// What the envelope of `change`, accepted earlier, is about.
    Result<Inquiry> inquiry_of(const DeliveryRecord& change) const;
    Result<std::optional<DocumentName>> document_name(EnvelopeSeq document) const;
    /// What was asked about a document before it came is asked, and answered as it was.
    Result<void> meet(const EnvelopeRecord& document, Instant now, Step& step);
    void hand_over(DeliveryRecord& question, DeliveryRecord& document, Instant now, Step& step);
    /// The message that brought these to the inbox could not be delivered: what they ask is not asked.
    Result<void> undo(const Deliveries& changes, const Acknowledgement::Item& why, const AgencyCode& inbox, Instant now,
                      Step& step);
    /// It is delivered after all, or once more.
    Result<void> ask_again(const Deliveries& changes, const AgencyCode& inbox, Instant now, Step& step);
    void write(ContentRecord content, Step& step);
    /// An entry for each envelope that names the content, told to its sender: a page now, the others with the ticks.
    Result<void> tell_of_content(EntryKind kind, const Digest& digest, Instant now, Step& step);
    /// One page of one content.
    Result<void> go_on_telling(Instant now, Step& step);
    Result<void> tell_page(const Digest& digest, Instant now, Step& step);
    /// One page of the look through the ledger for what has had its time.
    Result<void> retire(Instant now, Step& step);
    Result<void> retire_envelopes(Instant now, Step& step);
    Result<void> retire_contents(Instant now, Step& step);
    bool is_kept(const AgedEnvelope& envelope, Instant now) const;

    /// What speaks against taking it from this queue, signed like this, at this time.
    std::optional<Fault> authorise(const Delivered& event, Instant now) const;
    /// receiver_unknown too for what the axis participant brings for units outside: it would go back to where it came from.
    Result<std::vector<Receiver>> resolve_receivers(const EnvelopeHeader& header, const AgencyCode& sender,
                                                    Instant now) const;
    Result<std::optional<KnownEnvelope>> known(const AgencyCode& sender, const EnvelopeId& id) const;
    /// The agency's last acknowledgement was refused: what it has taken the hub does not know.
    Result<bool> is_unheard(const AgencyCode& agency);

    /// What the axis knows of this code, with what is not yet committed.
    Result<std::optional<Unit>> unit(const AgencyCode& code) const;
    /// As hub::receiver_of(); of a unit outside the province its present code, whichever form is written.
    Result<AgencyCode> receiver_of(const AgencyCode& written, Instant now) const;
    /// The same of somebody to whom an envelope of this kind is to go. receiver_unknown, receiver_closed: AxisRules.
    Result<AgencyCode> addressee_of(const AgencyCode& written, Kind kind, Instant now) const;
    /// Under which codes deliveries to this receiver may stand: some were written before the axis named both forms.
    Result<std::vector<AgencyCode>> all_codes_of(const AgencyCode& receiver, const AgencyCode& inbox) const;
    std::optional<Fault> check_units(const Delivered& event, Instant now) const;
    void take_units(const Delivered& event, Instant now, Step& step);
    /// What the connector says of the axis: noted, not written down.
    Result<void> hear_of_axis(const Delivered& event, Instant now, Step& step);
    /// One comes every few seconds, each with an id of its own: of an agency's the first in an hour is refused on
    /// record, the others are only counted.
    Result<void> refuse_word(const Delivered& event, Fault fault, Instant now, Step& step);

    Result<void> accept(const Delivered& event, std::vector<Receiver> receivers, const std::optional<Inquiry>& inquiry,
                        Instant now, Step& step);
    /// What an accepted envelope says of others.
    Result<void> take(const Delivered& event, const EnvelopeRecord& record, const std::optional<Inquiry>& inquiry,
                      Instant now, Step& step);
    Result<void> refuse(const Delivered& event, Fault fault, Instant now, Step& step);
    /// As LedgerView::refused_before(), with what is not yet committed.
    Result<std::optional<EnvelopeSeq>> refused_before(const EnvelopeRecord& refused) const;
    void repeat(const Delivered& event, const KnownEnvelope& known, Instant now, Step& step);
    Result<void> apply(const StatusReport& status, const EnvelopeHeader& header, const AgencyCode& reporter,
                       const Receiver& addressee, Instant now, Step& step);
    Result<void> apply(const Acknowledgement& acknowledgement, const AgencyCode& reporter, Instant now, Step& step);
    /// Of the deliveries to an inbox those that a report of `reporter` is about. An agency speaks for all of its units;
    /// one of several units never for another.
    Result<Deliveries> reported_on(Deliveries deliveries, const AgencyCode& reporter, const AgencyCode& inbox) const;
    Result<Deliveries> deliveries(EnvelopeSeq envelope, const AgencyCode& inbox) const;
    Result<Deliveries> deliveries(const AgencyCode& sender, const EnvelopeId& envelope, const AgencyCode& inbox) const;
    /// As LedgerView::named_deliveries(), with what is not yet committed.
    Result<Deliveries> named_deliveries(const AgencyCode& sender, const AgencyCode& inbox, const AnsweredName& name) const;
    /// What the ledger's view said, with what is not yet committed.
    Result<Deliveries> up_to_date(Result<Deliveries> found) const;
    Result<Deliveries> acknowledged_deliveries(const Acknowledgement::Item& item, const AgencyCode& reporter,
                                               Instant now) const;
    struct Answered {
        Deliveries deliveries;
        bool is_by_id = false;                       ///< Of the envelope, not only by the document's name.
    };
    /// What a status is about, to all receivers of the inbox.
    /// `issuer`: where the sender is the axis participant, who of those outside; empty otherwise.
    Result<Answered> answered(const EnvelopeHeader& header, const AgencyCode& sender, const AgencyCode& inbox,
                              std::string_view issuer) const;
    bool is_axis(const AgencyCode& agency) const noexcept;
    /// What a status says of `delivery`, and when that is a recall, update or replacement, of the document too.
    Result<void> report(DeliveryRecord& delivery, const AgencyCode& inbox, ReceiptEvent event, const Entry& entry,
                        Instant now, Step& step);
    /// The receiver could not store the message that brought it.
    void fail(DeliveryRecord& brought, const Acknowledgement::Item& item, Instant now, Step& step);
    /// The message has been carried as far as `shown`; a broker's confirm that is still to come is told first.
    void carry(Deliveries& deliveries, Carriage shown, Instant now, Step& step);
    /// Moves the delivery if the event moves it, and writes the event down for the document's sender. A question that no
    /// envelope asks of this delivery is only told.
    void record(DeliveryRecord& delivery, ReceiptEvent event, Entry entry, Instant now, Step& step,
                EnvelopeSeq asked_by = {});
    Result<void> confirm(DueDelivery due, Instant now, Step& step);
    /// An operation that is not done.
    struct Running {
        Operation operation;
        Instant window_at{};                         ///< The second that its rate is counted in.
        std::uint32_t done_in_window = 0;
    };
    /// From where an operation that was asked for, or approved, begins.
    void let_begin(Operation& operation, Instant now) const;
    std::optional<Fault> turn(Operation& operation, const OperationTurned& event, Instant now, Step& step);
    /// One that waits begins when its time has come, one that nobody approves lapses when it is over.
    void wake(Operation& operation, Instant now, Step& step);
    /// A step of each operation.
    Result<void> operate(Instant now, Step& step);
    Result<void> advance(Running& running, Instant now, Step& step);
    /// False: it has moved on by itself.
    Result<bool> treat(const SelectedDelivery& selected, const Operation& operation, Instant now, Step& step);
    Result<void> retry(Deliveries& group, const AgencyCode& inbox, const Operation& operation, Instant now, Step& step);
    void turn(DeliveryRecord& delivery, ReceiptEvent event, const Operation& operation, Instant now, Step& step);
    void note(EntryKind kind, const Operation& operation, std::string text, std::optional<Act> act, Instant now,
              Step& step);
    /// What speaks against it.
    std::optional<Fault> turn_queue(const QueueTurned& event, Instant now, Step& step);
    /// The bus is up: paused inboxes are not filled with what the broker has lost, those let go since are.
    void owe_refills(bool is_wiped, Step& step);
    void settle_refills(Step& step);
    void write(StationChange change, Step& step);
    void append(Entry entry, ReceiptItem about, Step& step);
    Result<void> pump(Step& step);

    std::shared_ptr<const Directory> directory_;
    RetentionRules retention_;
    AxisRules axis_;
    OperationRules operation_rules_;
    LedgerView& view_;
    Heads heads_;
    Uncommitted uncommitted_;
    Outbox outbox_;
    ReceiptFeed receipts_;
    struct Closed {
        EntrySeq last_entry{};
        Counters counted;
    };
    std::deque<Closed> closed_;                      ///< Batches whose commit is under way, oldest first.
    EntrySeq committed_entry_{};
    Counters counters_;
    Counters counted_;                               ///< In the open batch, of what is written.
    InboxWatch inboxes_;
    std::map<AgencyCode, bool> unheard_;             ///< What is known of it since the start.
    std::map<AgencyCode, Instant> words_refused_at_; ///< Of words about the axis, when one was refused on record.

    std::map<Digest, ContentTelling> tellings_;      ///< Of contents with more envelopes than one page.

    std::vector<Running> operations_;                ///< In the order of their numbers.
    std::map<AgencyCode, QueueControl> queues_;      ///< Those that are not plain.

    enum class Pass : std::uint8_t { waiting, envelopes, contents };
    Pass pass_ = Pass::waiting;
    Instant next_pass_at_{};
    EnvelopeSeq retired_through_{};                  ///< Of this pass.
    std::optional<Digest> contents_through_;         ///< Of this pass.
};

}  // namespace hub
