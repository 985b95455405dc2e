#pragma once
// The whole hub on a virtual clock: the real relay and engine over the memory ledger, with a broker, agencies
// and faults that are driven by one seed. Agencies keep what they sent and what they got; the hub's promises
// are checked against that alone.

#include "hub/engine.hpp"
#include "hub/ledger/memory_ledger.hpp"

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace hub::sim {

inline constexpr std::array<std::string_view, 2> failure_codes{"ledger_full", "field_invalid"};

struct Faults {
    unsigned crash_per_mille = 4;         ///< Of the hub, at any step.
    unsigned bus_loss_per_mille = 4;
    unsigned inbound_loss_per_mille = 4;
    unsigned wipe_per_mille = 1;          ///< The broker loses all it holds.
    unsigned nack_per_mille = 10;
    unsigned resend_per_mille = 50;       ///< An agency sends again what was not answered yet.
    unsigned slow_commit_per_mille = 300;
    unsigned damage_per_mille = 3;        ///< A copy in the content store turns out to be damaged.
    unsigned not_stored_per_mille = 100;  ///< A receiver cannot store what it is brought, by this attempt.
    unsigned purge_per_mille = 1;         ///< An inbox loses all it holds, and nobody tells.
    unsigned garbled_per_mille = 50;      ///< An acknowledgement is refused.
};

struct Plan {
    std::uint64_t seed = 1;
    std::size_t documents = 12;           ///< Per agency.
    Faults faults;
};

class World {
public:
    explicit World(const Plan& plan);
    /// Runs with faults until every agency has sent its documents, then without until nothing moves.
    /// Returns what was violated; empty when every promise was kept.
    std::vector<std::string> run();

    std::uint64_t trace_hash() const noexcept { return trace_; }
    std::size_t crashes() const noexcept { return crashes_; }
    std::size_t wipes() const noexcept { return wipes_; }

private:
    struct Submission {
        std::shared_ptr<const EnvelopeHeader> header;
        std::shared_ptr<const Bytes> frame;
        std::optional<Acknowledgement> acknowledgement;
        bool misses_receipts = false;
    };
    struct Queued {
        Submission submission;
        std::optional<InboundTag> unacknowledged;
    };
    struct InboxMessage {
        std::shared_ptr<const Bytes> frame;           ///< Null for receipts.
        std::optional<EnvelopeId> envelope;
        std::vector<ReceiptItem> receipts;
        std::uint32_t attempt = 1;
        EntrySeq follows{};                           ///< Of receipts.
    };
    struct Agency {
        AgencyCode code;
        std::deque<Queued> submit;                    ///< In the broker.
        std::deque<InboxMessage> urgent, normal;      ///< In the broker.
        // The agency's own, never lost:
        std::map<EnvelopeId, Submission> sent;
        std::set<EnvelopeId> unanswered;
        std::set<EnvelopeId> accepted;
        std::map<EnvelopeId, std::string> refused;
        std::map<EnvelopeId, int> effects;            ///< Received documents: how often they took effect.
        std::map<EnvelopeId, Bytes> received;
        std::map<EnvelopeId, std::uint32_t> not_stored;   ///< The last attempt that failed.
        std::map<std::uint64_t, ReceiptItem> receipts;
        std::vector<Acknowledgement::Item> to_acknowledge;
        std::vector<Submission> to_report;            ///< Statuses for documents received.
        std::set<EnvelopeId> forged;                  ///< Ids reused with other bytes: must be refused.
        std::set<EnvelopeId> garbled;                 ///< Acknowledgements that must be refused.
        std::size_t purges = 0;
        bool misses_receipts = false;
        std::size_t ask_at = 0;                       ///< The tick from which it asks for them.
        std::size_t asked = 0;                        ///< How often.
        std::map<Digest, std::uint64_t> has_contents; ///< Large parts that it has sent: digest and size.
        std::set<Digest> to_put;                      ///< Must go into the hub's store (again).
        std::vector<Submission> waiting_for_contents; ///< Sent once their parts are put.
        std::size_t documents_left = 0;
        std::uint64_t next_number = 1;
    };
    struct OnTheWire {
        PublishId id;
        std::optional<AgencyCode> to;                 ///< Absent for the dead queue and the mark.
        bool is_urgent = false;
        bool is_mark = false;
        InboxMessage message;
    };

    struct SimBus final : Bus {
        explicit SimBus(World& owner) : world{owner} {}
        void perform(PublishEnvelope effect) override;
        void perform(PublishReceipts effect) override;
        void perform(DeadLetter effect) override;
        void perform(MarkBroker effect) override;
        void perform(AcknowledgeInbound effect) override;
        World& world;
    };
    struct SimDesk final : Desk {
        explicit SimDesk(World& owner) : world{owner} {}
        void perform(Answer effect) override;
        void perform(RemoveCopy effect) override;
        World& world;
    };
    struct SimCommitter final : Committer {
        void begin(const Batch& batch) override { pending = &batch; }
        const Batch* pending = nullptr;
    };

    bool is_on_bus(std::uint64_t connection) const { return is_bus_up_ && connection == bus_connection_; }
    void start_hub();
    void crash_hub();
    void lose_bus();
    void lose_inbound();
    void wipe_broker();
    void step(bool has_faults);
    void step_hub();
    void step_broker(bool has_faults);
    void step_agency(Agency& agency, bool has_faults);
    void deliver_to_hub();
    void commit(const Batch& batch);
    void finish_commit();
    // The content store: files outlive the hub.
    void add_large_part(Agency& from, EnvelopeHeader& header);
    void put_contents(Agency& from);
    void submit_what_waited(Agency& from);
    void damage_a_content(bool has_faults);
    void operate(bool has_faults);
    void turn_a_queue(bool has_faults);
    void check_pause(const AgencyCode& inbox);
    std::uint64_t count_of(const Selection& selection, const Horizon& seen);
    bool has_set_aside();
    void check_move(const StationChange& change);
    bool could_not_store(Agency& agency, const InboxMessage& message, bool has_faults);
    static RetentionRules rules();
    bool can_take(const Agency& by, const InboxMessage& message) const;
    void check_contents(std::vector<std::string>& found);
    void consume(Agency& agency, bool has_faults);
    void take(Agency& agency, const InboxMessage& message, bool has_faults);
    void take_receipts(Agency& agency, const InboxMessage& message);
    bool is_asking(const Agency& agency) const { return agency.misses_receipts && ticks_ >= agency.ask_at; }
    void plan_statuses(Agency& agency, const EnvelopeHeader& document);
    void plan_status(Agency& agency, const EnvelopeHeader& document, const std::string& status,
                     std::optional<EnvelopeId> answers, const AgencyCode& reporter);
    void send_document(Agency& agency);
    void send_forgery(Agency& agency);
    void send_recall(Agency& agency);
    void answer_recall(Agency& agency, const EnvelopeHeader& recall);
    void check_recalls(const Agency& agency, std::vector<std::string>& found);
    void send_acknowledgement(Agency& agency, bool has_faults);
    void refuse_an_acknowledgement(Agency& from);
    void acknowledge_again(Agency& by, const EnvelopeId& refused);
    void purge_an_inbox();
    void count_an_inbox();
    bool is_anything_due();
    void check_fillings(std::vector<std::string>& found);
    void submit(Agency& agency, Submission submission);
    void resend(Agency& agency);
    bool is_at_rest();
    bool is_quiet();
    std::string state_of_rest();
    std::vector<std::string> violations();
    void check_receipts(const Agency& agency, std::vector<std::string>& found);

    AgencyCode inbox_of(const AgencyCode& receiver) const;
    EnvelopeHeader header(Agency& agency, Kind kind);
    EnvelopeId fresh_id();
    bool chance(unsigned per_mille);
    std::size_t pick(std::size_t count);
    Agency& agency(const AgencyCode& code);
    void note(std::string_view what, std::uint64_t value = 0);

    Plan plan_;
    std::mt19937_64 random_;
    Instant now_{std::chrono::milliseconds{1'800'000'000'000}};
    std::uint64_t trace_ = 14695981039346656037ull;
    std::vector<Agency> agencies_;
    std::shared_ptr<const Directory> directory_;

    ledger::MemoryLedger ledger_;
    std::unique_ptr<LedgerView> view_;
    std::unique_ptr<Relay> relay_;
    SimBus bus_{*this};
    SimDesk desk_{*this};
    SimCommitter committer_;
    std::unique_ptr<Engine> engine_;
    std::map<CopyId, Digest> store_;                  ///< Files of the content store.
    std::map<Ticket, std::pair<AgencyCode, Digest>> tickets_;
    std::uint64_t last_copy_ = 0;
    std::uint64_t last_ticket_ = 0;
    std::deque<Event> events_;

    bool is_bus_up_ = false;
    std::uint64_t bus_connection_ = 0;
    bool is_marked_ = false;
    std::deque<OnTheWire> wire_;
    std::vector<PublishId> confirms_;
    std::uint64_t inbound_connection_ = 1;
    std::uint64_t inbound_tag_ = 0;
    std::size_t crashes_ = 0;
    std::size_t wipes_ = 0;
    std::size_t ticks_ = 0;
    std::size_t next_counted_ = 0;
    std::uint64_t filled_before_ = 0;                 ///< Inboxes, by hubs that have crashed.
    struct Recall {
        EnvelopeId id;
        std::map<std::string, std::string> answers;   ///< By receiver.
    };
    std::map<EnvelopeId, Recall> recalls_;            ///< By the document that is recalled.
    std::map<EnvelopeId, std::set<std::string>> statuses_reported_;   ///< By document.
    std::map<std::uint64_t, StationChange> changes_seen_;     ///< The latest, by delivery.
    std::map<std::uint64_t, std::uint32_t> attempts_;
    std::vector<std::string> moved_back_;
};

}  // namespace hub::sim
