#pragma once
// What an adapter is made of. An adapter connects an agency's document system to the hub; the kit does the
// broker, the signatures, the retries and the once-only bookkeeping. This page is all of it.
//
// What the kit promises
// - submit() returns only after the signed envelope is on this machine's disk; it is sent, and sent again
//   after any interruption, until the hub's answer (accepted or refused) has been handed to on_receipt().
// - on_envelope() is called once per envelope, urgent ones first; once more for each attempt that the hub's operators
//   begin after it was reported `failed`, or while the adapter holds it: whatever it still has of it counts then. The broker is told that the envelope was
//   taken only after on_envelope() returned success and the id was written to the journal; of one with contents
//   to fetch, when it is on this machine's disk.
// - What a hub of before took, and what cannot be read any more, is reported `failed`; on_envelope() is not called.
// - on_receipt() is called in the hub's order; a receipt is repeated only when the last call failed or the
//   process ended before it was noted.
// - Contents of any size: what does not fit into an envelope goes through the hub's content store
//   (docs/contents.md) by threads of the kit's own, urgent ones first, and goes on after any interruption. An
//   envelope is sent when all of it is there; on_envelope() is called when all of it has come. What the hub has put
//   into the message (`inline_mib` of the agency) is taken from it, and needs no content store.
// - An envelope whose contents cannot be fetched keeps nobody else waiting: it lies in the journal folder, and is
//   reported `failed` when it has expired and was tried for a day in vain. Of 1024 such, further large ones stay with the broker.
//
// One thread: all calls and all handlers. poll() must be called again within 10 seconds.

#include "hub/amqp/session.hpp"
#include "hub/core/envelope.hpp"
#include "hub/wire/envelope_codec.hpp"
#include "hub/wire/named_receivers.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hub::kit {

struct Settings {
    AgencyCode agency;                            ///< The agency's own code: names its queues.
    amqp::Address broker;
    std::filesystem::path certificate_file;       ///< The agency's signing certificate and key, PEM.
    std::filesystem::path key_file;
    /// Whose receipts are believed: the hub's certificate, during a change of keys the old and the new one. Receipts
    /// of any other key stay in the broker, and poll() says setting_invalid.
    std::filesystem::path hub_certificate_file;
    std::filesystem::path journal_folder;         ///< Made when missing; belongs to one adapter.
    std::chrono::hours expires_after{24 * 30};    ///< How long a submitted envelope may wait.
    std::chrono::hours journal_kept{24 * 400};    ///< How long ids are remembered: longer than any replay.
    std::chrono::milliseconds receipts_reported_after{20'000};   ///< Until the hub hears which receipts are stored.
    /// Of what is sent nothing was heard for so long: is another adapter of this agency there, which gets it?
    std::chrono::milliseconds silence_asked_after{45'000};
    std::string contents_url;                     ///< https://host:port; empty: none to send, and only attached ones come.
    std::filesystem::path contents_ca_file;       ///< Who signed that host's certificate; empty: the system's CAs.
    std::filesystem::path spool_folder;           ///< For received files; empty: `spool` in the journal folder.
};

/// A content: name and media type for people, bytes carried untouched.
/// To send, with `file` set: they are in that file, which must stay as it is until the hub's answer.
/// Received, with `file` set: they are in that file, verified and synced. The handler may move it away; the kit
/// removes what it leaves.
struct Content {
    std::string name;
    std::string media_type;
    Bytes bytes;
    std::filesystem::path file;
};

/// Everything but what the kit fills in (id, times, digests, signature).
struct Outgoing {
    /// Chosen before by new_envelope_id(), by an adapter that must know it should it end in the middle of
    /// submit(): submitted again with the same id and content it is the same envelope. Empty: the kit chooses.
    std::optional<EnvelopeId> id;
    Kind kind = Kind::document;
    AgencyCode sender;                            ///< As the document says it; must be the agency or an alias.
    std::vector<AgencyCode> receivers;
    Urgency urgency = Urgency::normal;
    std::optional<DocumentName> document;
    Business business = Business::fresh;
    std::string business_refers_to;
    std::string business_reason;
    std::optional<StatusReport> status;
    std::optional<Fault> refusal;                 ///< Kind service: tells the hub what the adapter refused.
    std::string secrecy;
    std::string traceparent;                      ///< Empty: the kit starts a trace.
    bool signed_by_gateway = false;               ///< The key is the adapter's, for a sender who holds none.
    std::vector<Content> contents;
};

struct Received {
    std::shared_ptr<const EnvelopeHeader> header;
    std::vector<Content> contents;                ///< Digests are verified.
    Bytes frame;                                  ///< The envelope as received: the evidence to keep.
    bool is_urgent = false;
    /// More than 1: an operator of the hub has it brought once more, because it was reported as failed or may be lost.
    std::uint32_t attempt = 1;
    /// For whom of the header's receivers this agency gets it, and why: the hub's word. Empty when it said nothing, as
    /// a hub of before did.
    std::vector<wire::AddressedReceiver> receivers;
};

/// A content on its way to or from the hub's store, for people to see.
struct Transfer {
    std::uint64_t number = 0;                     ///< Stays the same while it is under way.
    bool is_upload = false;
    std::string name;
    std::uint64_t bytes_done = 0;
    std::uint64_t bytes_total = 0;
    std::optional<Fault> fault;                   ///< Of the last try. It is tried again.
};

class Handler {
public:
    virtual ~Handler() = default;
    /// Store it durably, then return. A fault of disposition reject reports `failed` to the sender and is not
    /// tried again; any other fault is tried again later.
    virtual Result<void> on_envelope(const Received& envelope) = 0;
    /// True, for an adapter that hands documents on: success of on_envelope() says that it holds the envelope durably
    /// and answers for it. The hub sends it no more; what became of it is told by Kit::acknowledge().
    virtual bool acknowledges_later() const { return false; }
    /// It is in the kit's journal and is not handed over again; before that it is, when the process ends in between.
    /// Show only now what must be seen once, and after a start what Kit::has_taken() knows.
    virtual void on_taken(const EnvelopeHeader&) {}
    /// A fault stops the kit from noting the receipt as seen.
    virtual Result<void> on_receipt(const wire::Receipt& receipt) = 0;
    /// Some in the hub's order, for an adapter that can store them together: after a fault all of them come again.
    virtual Result<void> on_receipts(std::span<const wire::Receipt> receipts) {
        for (const wire::Receipt& receipt : receipts)
            if (auto handled = on_receipt(receipt); !handled)
                return handled;
        return {};
    }
};

/// internal when the machine gives no random numbers.
Result<EnvelopeId> new_envelope_id();

class Kit {
public:
    /// Reads keys and journal. setting_invalid names the file. The broker is not contacted yet.
    static Result<std::unique_ptr<Kit>> open(Settings settings);
    virtual ~Kit() = default;

    /// Signs, writes to the journal, sends when the broker is there. Reads a file once: a second or two for a
    /// GiB. Refused here already: what check() of core/envelope.hpp refuses, a secrecy mark; without a
    /// contents_url, or when it is no document, more than limits::envelope_bytes_max (envelope_too_large).
    virtual Result<EnvelopeId> submit(const Outgoing& outgoing) = 0;

    /// Connects when needed (with back-off), sends, receives, calls `handler`. Returns after `at_most` or when
    /// something was handled, within some seconds however much there is. broker_unreachable while it is not there: just
    /// call again. broker_refused, connection.blocked: it is there, and takes nothing for want of disk or memory; what
    /// is submitted waits. Any other fault says why the next one that came cannot be stored, or why the hub refuses
    /// what this adapter acknowledges, and what it sends goes on. timed_out, the inbox: another adapter of this agency
    /// seems to hold it, and gets the receipts of what this one submits. Each is told by each call while it lasts.
    virtual Result<void> poll(std::chrono::milliseconds at_most, Handler& handler) = 0;

    /// Submits and polls until the hub has answered. timed_out: the envelope stays in the journal and goes on
    /// being sent by later poll()s. A refusal is a Receipt with what == "refused".
    virtual Result<wire::Receipt> submit_and_wait(const Outgoing& outgoing, std::chrono::milliseconds at_most,
                                                  Handler& handler) = 0;

    /// What became of an envelope that is held: stored, or not, with code and detail for its sender. Durable when it
    /// returns, goes to the hub with a later poll(). The first word stands; repeated it does no harm.
    /// not_found: the kit does not know it, as when the process ended behind on_envelope(): it comes again.
    virtual Result<void> acknowledge(const Acknowledgement::Item& item) = 0;

    /// Signs and sends it now or never: not kept, and nobody answers. For what is said again soon and is of no use later.
    /// Nothing happens without a connection.
    virtual Result<void> mention(const Outgoing&) { return {}; }

    virtual bool has_taken(const EnvelopeId& id) const = 0;
    virtual bool is_connected() const = 0;
    virtual std::size_t unanswered() const = 0;   ///< Submitted, no answer from the hub yet.
    virtual std::vector<Transfer> transfers() const { return {}; }
};

}  // namespace hub::kit
