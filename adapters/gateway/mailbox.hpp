#pragma once
// What the gateway holds for its agencies: packets that came for them, until they have acknowledged them, and
// what they have sent, with what came of it. One SQLite database and one folder of packet files for all.
//
//   mailbox.db      every row; a call that writes returns when its row is durable
//   packets/xx/     one file a packet: of a sent one until the hub has answered, of a received one until it is pruned
//   spool/          on the way in
//
// Any thread. Readers wait for nobody.

#include "adapters/gateway/commit_queue.hpp"

#include "hub/core/envelope.hpp"
#include "hub/core/receipt.hpp"

#include <filesystem>
#include <set>

namespace hub::gateway {

/// The hub's answer to a sent packet. The values are stored.
enum class SendState : std::uint8_t { waiting = 0, accepted = 1, refused = 2 };
/// What the agency has said of a received packet. The values are stored.
enum class HoldState : std::uint8_t { fresh = 0, processing = 1, done = 2, failed = 3 };

/// Why something was refused, as receipts name it.
struct RefusalNote {
    std::string code;
    std::string field;
    std::string text;
};

struct SentReceiver {
    std::string code;                     ///< As the packet writes it.
    std::string own_code;                 ///< As receipts name it.
    Station station = Station::accepted;  ///< The furthest one known.
    std::string text;                     ///< With `failed`: why. With a status: what it says.
    Instant changed_at;
    Change change{};                      ///< The last one that the sender has asked of him.
};

struct SentPacket {
    EnvelopeId id;      ///< The DocId.
    AgencyCode agency;  ///< Own code: whose it is.
    std::string from;   ///< As the packet writes it.
    Kind kind{};
    std::string title;
    std::string number;  ///< Full.
    std::string issued_on;    ///< Of a document: ISO date.
    std::string document_id;  ///< Of a document: as the packet writes it; may be empty.
    Instant sent_at;
    std::uint64_t bytes = 0;
    Digest content;  ///< By which the same packet is known again.
    std::vector<SentReceiver> receivers;
    SendState state = SendState::waiting;
    RefusalNote refusal;
    std::string traceparent;  ///< Of the caller; empty: the envelope begins its own.
    std::optional<EnvelopeId> answers{};  ///< Of a status: the envelope that it is about, where the caller has named it.
};

struct ReceivedPacket {
    std::string doc_id;
    AgencyCode agency;  ///< Own code: whose mailbox.
    EnvelopeId envelope;
    AgencyCode sender;  ///< As the envelope writes it.
    std::string to;     ///< The agency as the envelope writes it.
    Kind kind{};
    std::string title;
    std::string number;
    Instant at;
    Instant changed_at;
    std::uint64_t bytes = 0;
    HoldState state = HoldState::fresh;
    std::string description;            ///< What the agency has said with its state.
    bool is_signed_by_gateway = false;  ///< Its signature is a gateway's, for a sender without a key.
    std::string traceparent;            ///< As the envelope carries it.
    Digest content{};                   ///< Of its octets; not read back.
    std::uint64_t seq = 0;              ///< Its place in the list; given by the mailbox.
};

/// Where a list goes on: behind the packet of this time and id.
struct ListPlace {
    Instant at;
    std::string doc_id;
};

/// What an agency is told by a webhook, until it has confirmed it.
struct WebhookEvent {
    std::uint64_t seq = 0;
    std::string id;    ///< The same for each try.
    std::string type;  ///< "document.received" …
    std::string doc_id;
    std::string party;                ///< Sender of what was received, receiver of what was sent; may be empty.
    std::optional<Station> station;   ///< With "receiver.changed".
    std::string code;                 ///< With "….refused".
    Instant at;
    unsigned tries = 0;
};

class Mailbox {
public:
    /// Packets of one list: the oldest of what waits, the newest of what was sent.
    static constexpr std::size_t listed_max = 1000;
    /// Of what was sent, roughly: the last packet has all of its own.
    static constexpr std::size_t receivers_listed_max = 5000;

    /// Makes what is missing. setting_invalid: the folder, or it is another gateway's;
    /// ledger_version_unsupported.
    /// `reserve_bytes`: with less free the disk counts as full.
    static Result<std::unique_ptr<Mailbox>> open(const std::filesystem::path& folder, std::uint64_t reserve_bytes = 0);
    ~Mailbox();

    /// For a further packet. Rows about those that are here are written all the same.
    bool has_room() const;
    std::filesystem::path spool() const { return folder_ / "spool"; }
    /// Of a packet, sent or received.
    std::filesystem::path file_of(const std::string& doc_id) const;
    /// Gives a file of this disk its place too, durably. Its old name stays until the row is safe.
    Result<void> take_file(const std::filesystem::path& from, const std::string& doc_id) const;
    void remove_file(const std::string& doc_id) const;

    // ---- Sent
    /// The DocId of this packet: its own, or of the same one that was sent before and was not refused.
    /// `ended`: that one is over, and its content may be sent anew.
    Result<EnvelopeId> add_sent(const SentPacket& packet, const std::optional<EnvelopeId>& ended = std::nullopt);
    /// All sendings of the same packet that were not refused. First the one that holds its content, if any does: the
    /// last one, whatever the clock was; then the newest first.
    Result<std::vector<SentPacket>> sendings(const AgencyCode& agency, const Digest& content);
    /// `own_codes`: to whom the hub sends it, as receipts will name them: inbox by inbox, in one inbox in the order of
    /// the packet. So it is known who is meant by a code that only the hub knows: if one is left, or if all that are
    /// left are outside of the province, which is one inbox. Others stay under the codes that they have.
    Result<void> note_accepted(const EnvelopeId& id, const std::vector<std::string>& own_codes = {});
    /// Its content may be sent anew.
    Result<void> note_refused(const EnvelopeId& id, const RefusalNote& refusal);
    /// Never moves back. `is_durable` false: sooner or later.
    Result<void> note_station(const EnvelopeId& id, const SentReceiver& receiver, bool is_durable);
    /// A change of the packet was asked of this receiver, or he has answered.
    Result<void> note_change(const EnvelopeId& id, const std::string& own_code, ReceiptEvent event);
    /// The documents of this DocumentId, newest first.
    Result<std::vector<SentPacket>> sent_documents(const AgencyCode& agency, const std::string& document_id);
    /// Without the hub's answer, oldest first.
    Result<std::vector<EnvelopeId>> unanswered(const AgencyCode& agency, std::size_t count);
    /// not_found: no such one of this agency.
    Result<SentPacket> find_sent(const AgencyCode& agency, const EnvelopeId& id);
    Result<std::vector<SentPacket>> sent(const AgencyCode& agency, Kind kind);

    /// Newest first.
    Result<std::vector<SentPacket>> sent_before(const AgencyCode& agency, Kind kind,
                                                const std::optional<ListPlace>& before, std::size_t count);
    /// When this was asked first under this key of the agency's own; now, if it was not.
    /// envelope_id_reused: the key stands for something else.
    Result<Instant> first_asked(const AgencyCode& agency, const std::string& key, const Digest& content,
                                Instant now);

    // ---- Received
    /// The same one again changes nothing.
    Result<void> add_received(const ReceivedPacket& packet);
    /// not_found: no such one of this agency. What was said last stands, except that done and failed are
    /// final.
    Result<void> set_state(const AgencyCode& agency, const std::string& doc_id, HoldState state,
                           const std::string& description, Instant at);
    /// Done or failed, and the hub has not been told.
    Result<std::vector<ReceivedPacket>> untold(const AgencyCode& agency, std::size_t count);
    Result<void> note_told(const std::string& doc_id);
    Result<void> tell_again(const std::string& doc_id);
    /// One that the agency's system could not take is offered to it as new: at the end of the list, by a webhook too.
    /// If the sender's later sending of the same packet waits there or was taken, it is done by that, and so untold.
    Result<void> offer_again(const std::string& doc_id, Instant at);
    Result<ReceivedPacket> find_received(const AgencyCode& agency, const std::string& doc_id);
    /// Neither done nor failed, in the order in which they came.
    Result<std::vector<ReceivedPacket>> pending(const AgencyCode& agency, Kind kind);
    Result<std::uint64_t> count_pending(const AgencyCode& agency, Kind kind);
    /// As pending(), page by page: behind the one with this `seq`.
    Result<std::vector<ReceivedPacket>> pending_after(const AgencyCode& agency, Kind kind, std::uint64_t after,
                                                      std::size_t count);

    // ---- Webhooks
    /// What happens to other agencies' packets is told to nobody, and forgotten where it waited.
    Result<void> set_webhook_agencies(const std::vector<AgencyCode>& agencies);
    Result<std::set<AgencyCode>> agencies_with_events(Instant now);
    /// Those that are due, oldest first.
    Result<std::vector<WebhookEvent>> due_events(const AgencyCode& agency, Instant now, std::size_t count);
    Result<void> forget_event(std::uint64_t seq);
    /// After a try that failed.
    Result<void> postpone_event(std::uint64_t seq, Instant until);

    /// Forgets what is done or failed since before `received_before`, and what the hub has answered of
    /// packets sent before `sent_before`. True: there may be more.
    Result<bool> prune(Instant received_before, Instant sent_before);

    /// See CommitQueue::failure().
    std::optional<Fault> failure() const { return commits_.failure(); }

private:
    class Reader;
    Mailbox(std::filesystem::path folder, Connection writer, int lock_fd, std::uint64_t reserve_bytes);
    Result<void> sweep();
    Result<bool> is_needed(Connection& reader, const std::string& doc_id) const;
    Result<std::unique_ptr<Connection>> borrow();
    void give_back(std::unique_ptr<Connection> reader);

    const std::filesystem::path folder_;
    const int lock_fd_;
    const std::uint64_t reserve_bytes_;
    CommitQueue commits_;
    std::mutex readers_mutex_;
    std::vector<std::unique_ptr<Connection>> readers_;  ///< Those that nobody uses.
};

/// Of a received envelope: the same for each repeat.
std::string doc_id_of(const AgencyCode& agency, const AgencyCode& sender, const EnvelopeId& envelope);

}  // namespace hub::gateway
