#pragma once
// The port through which people look into the ledger: find a document, read its story, see the queues.
// Every question has a bounded cost and says when there was more.

#include "hub/core/deadline.hpp"
#include "hub/core/ledger.hpp"

namespace hub {

/// Whose documents one may see: everybody's, or those that this agency sent or received. What lies outside is for the
/// asker as if it were not there.
using Scope = std::optional<AgencyCode>;

/// Starts from `from` to `to`, both included, of a duty that is late.
struct LateSpan {
    Duty duty{};
    bool is_urgent = false;                    ///< Of documents that are urgent or more; otherwise of all others.
    Instant from;
    Instant to;
};

/// An agency that a text names, and what the text says besides.
struct NamedAgency {
    AgencyCode agency;
    std::string rest;
};

/// All given conditions hold together. Text is folded before it is compared.
struct SearchQuery {
    std::string text;                          ///< One box: number, notation, id, DocumentId, code or subject words.
    std::optional<NamedAgency> named;          ///< By `text`: what it sent or received, where nothing has the words.
    std::string number;                        ///< "7816" or the full "7816/VPCP-TTĐT".
    std::string notation;
    std::string id;                            ///< Envelope id, DocumentId or axis DocId, whole.
    std::string subject;                       ///< Words or beginnings of words.
    std::optional<Kind> kind;
    std::optional<AgencyCode> agency;          ///< Sender or receiver.
    std::optional<AgencyCode> sender;
    std::optional<AgencyCode> receiver;
    std::optional<Station> station;            ///< Of at least one delivery.
    std::optional<Urgency> urgency;            ///< This or more.
    std::optional<Standing> standing;          ///< At least one delivery stands there.
    std::string cause;                         ///< Fingerprint: at least one delivery stands as failed for it, or with
                                               ///< `standing` parked was parked after it had failed for it.
    std::optional<OperationSeq> operation;     ///< It has moved at least one delivery last.
    /// At least one delivery, of `receiver` if that is given, is within one of them; empty: late or not.
    std::vector<LateSpan> late;
    bool refused_only = false;
    std::optional<Instant> since;
    std::optional<Instant> until;
    std::optional<EnvelopeSeq> before;         ///< Cursor: older than this one.
    /// With `before`: SearchAnswer::attempt of the page before. The pages of a question are of one reading.
    std::optional<std::size_t> attempt = std::nullopt;
    bool has_found = false;                    ///< That attempt had found something by then.
    std::size_t count = 50;                    ///< At most limits::search_rows_max.
    Scope scope;
};

struct DeliverySummary {
    AgencyCode receiver;
    Station station{};
    Instant changed_at;
    Change change;
    std::optional<Standing> standing = std::nullopt;   ///< Nullopt: the receiver has it, or it came with another one.
    std::optional<Owing> owing = std::nullopt;         ///< Nullopt: it owes nothing, as duty_of() says.
};

struct DocumentSummary {
    EnvelopeSeq seq{};
    std::optional<EnvelopeId> id;
    Kind kind{};
    AgencyCode sender;
    DocumentName document;                     ///< For statuses: what they answer.
    Urgency urgency{};
    Business business{};
    std::string status_code;                   ///< Kind status: its code.
    Instant accepted_at;
    std::optional<Fault> refusal;
    std::vector<DeliverySummary> deliveries;
    bool is_held = false;                      ///< Under legal hold.
    std::optional<Instant> retired_at;         ///< Its bytes are gone; what is here stays.
    bool is_signed_by_gateway = false;         ///< EnvelopeHeader::signed_by_gateway.
};

/// How `text` was understood.
enum class FoundBy : std::uint8_t {
    words,                                     ///< As it was asked.
    loose_words,                               ///< As a clerk may have meant it.
    agency,                                    ///< SearchQuery::named.
};

struct SearchAnswer {
    /// Newest first; before that, of what was found by words, what has them as they were written.
    std::vector<DocumentSummary> documents;
    bool has_more = false;
    bool is_cut = false;                       ///< The cost bound was reached.
    EnvelopeSeq searched_down_to{};            ///< With has_more or is_cut: go on with it as `before`.
    FoundBy found_by{};
    std::size_t attempt = 0;                   ///< Which of the ways to read the question this is.
    /// Words were asked for and no kind: documents have them, and what else has them (their statuses) is not here.
    bool is_documents_only = false;
};

struct Story {
    DocumentSummary document;
    std::vector<Part> parts;
    std::vector<Entry> entries;                ///< Ascending; at most limits::story_entries_max.
};

struct QueueAge {
    AgencyCode agency;
    std::uint64_t waiting = 0;                 ///< Deliveries not yet retrieved, counted up to 100,000.
    std::uint64_t unconfirmed = 0;             ///< Of these, not yet in the broker.
    std::uint64_t in_inbox = 0;                ///< Of these, in the agency's inbox at the broker.
    std::optional<Instant> oldest_at;
    std::optional<Instant> last_retrieved_at;
};

/// What one agency is late with, and all that it takes documents for.
struct Overdue {
    AgencyCode agency;
    Duty duty{};
    bool is_urgent = false;
    std::uint64_t count = 0;                   ///< At most limits::overdue_counted_max.
    Instant oldest_since;                      ///< When the duty that is late longest began.
};

struct OverdueDelivery {
    Instant since;
    AgencyCode receiver;                       ///< As addressed: can be a unit below the agency.
    EnvelopeSeq seq{};
    std::optional<EnvelopeId> id;
    AgencyCode sender;
    DocumentName document;                     ///< Number, notation and subject.
};

struct FoundUnits {
    std::vector<Unit> units;
    bool has_more = false;
};

struct UnitTotals {
    std::uint64_t units = 0;                   ///< Closed ones too.
    std::optional<Instant> pass_ended_at;      ///< The newest pass that came to its last page.
    std::optional<Instant> full_pass_ended_at;
};

struct LedgerCounts {
    std::uint64_t envelopes = 0;
    std::uint64_t deliveries = 0;
    std::uint64_t entries = 0;
};

/// Used by one thread; reads only.
class LedgerSearch {
public:
    virtual ~LedgerSearch() = default;
    virtual Result<SearchAnswer> find(const SearchQuery& query) = 0;
    /// By envelope id; the newest when several senders used the same one. not_found.
    virtual Result<Story> story(const EnvelopeId& id, const Scope& scope) = 0;
    virtual Result<Story> story(EnvelopeSeq seq, const Scope& scope) = 0;
    /// Agencies with something waiting, oldest first; within a scope that agency alone.
    virtual Result<std::vector<QueueAge>> queues(const Scope& scope) = 0;
    /// When the agency's adapter has fetched something last; nullopt: nothing yet.
    virtual Result<std::optional<Instant>> last_retrieved_at(const AgencyCode& agency) = 0;
    /// What operators have set, of queues that are not plain.
    virtual Result<std::vector<QueueControl>> queue_controls(const Scope& scope) = 0;
    virtual Result<LedgerCounts> counts() = 0;
    /// Damaged contents that a delivery still waits for, as it stands in the ledger. At most `count`; and of deliveries
    /// that ever waited for a damaged one only so many are looked at as for any other question.
    virtual Result<std::uint64_t> damaged_contents_due(std::size_t count) = 0;
    /// Agencies that are late, by agency and then in the order of `spans`.
    virtual Result<std::vector<Overdue>> overdue(const std::vector<LateSpan>& spans) = 0;
    /// The oldest first; at most `count`.
    virtual Result<std::vector<OverdueDelivery>> overdue_of(const AgencyCode& agency, const LateSpan& span,
                                                            std::size_t count) = 0;

    /// As LedgerView::unit().
    virtual Result<std::optional<Unit>> unit(const AgencyCode& code) = 0;
    /// Units of the national axis with every word of `text` in name or codes, or the beginning of one; who has it as a
    /// code first. At most `count`.
    virtual Result<FoundUnits> find_units(const std::string& text, std::size_t count) = 0;
    virtual Result<UnitTotals> unit_totals() = 0;
};

}  // namespace hub
