#pragma once
// The port through which operators look at what failed, what an operation would touch, how far it is, and who did
// what. Every question has a bounded cost and says when there was more.

#include "hub/core/ledger.hpp"

namespace hub {

/// A delivery as a line for people.
struct DeliverySample {
    EnvelopeSeq envelope{};
    std::optional<EnvelopeId> id;
    AgencyCode sender;
    AgencyCode receiver;
    DocumentName document;
    Station station{};
    std::uint32_t attempt = 1;
    Instant changed_at;
    /// Its sender has sent the same document, by number and day, to this receiver once more since, and that has not failed.
    bool is_sent_again = false;
};

/// Deliveries that stand failed for one cause.
struct FailureGroup {
    Cause cause;
    std::string fingerprint;
    std::uint64_t count = 0;
    bool is_cut = false;                            ///< There are more: the bound of what is counted was reached.
    Instant first_at;                               ///< Since when something has failed for it without a break.
    Instant last_at;                                ///< When the latest of them came to stand failed.
    std::vector<std::pair<AgencyCode, std::uint64_t>> receivers;   ///< Most first, at most failure_receivers_shown.
    std::uint64_t receiver_count = 0;
    std::optional<DeliverySample> sample;           ///< The latest.
};
inline constexpr std::size_t failure_receivers_shown = 10;

struct FailureReport {
    std::vector<FailureGroup> groups;               ///< Largest first, at most limits::failure_causes_max.
    bool is_cut = false;                            ///< There are more causes.
};

/// How many deliveries an operation has parked, and why it was asked for.
struct ParkedAct {
    OperationSeq operation{};
    std::string actor;
    std::string reason;
    Instant asked_at;
    std::uint64_t count = 0;
};

/// Deliveries that are parked after they had failed for one cause, or before they failed.
struct ParkedGroup {
    std::optional<Cause> cause;                     ///< Nullopt: they had not failed.
    std::string fingerprint;                        ///< no_cause: they had not failed.
    std::uint64_t count = 0;
    Instant first_at;                               ///< When the earliest of them was parked, and the latest.
    Instant last_at;
    std::vector<std::pair<AgencyCode, std::uint64_t>> receivers;   ///< Most first, at most failure_receivers_shown.
    std::uint64_t receiver_count = 0;
    std::vector<ParkedAct> acts;                    ///< The newest operations first, at most parked_acts_shown.
    std::uint64_t act_count = 0;
};
inline constexpr std::size_t parked_acts_shown = 5;
inline constexpr std::uint64_t parked_deliveries_counted = 100'000;   ///< In one listing.

struct ParkedReport {
    std::vector<ParkedGroup> groups;                ///< Largest first, at most limits::failure_causes_max.
    bool is_cut = false;                            ///< There are more: only so many deliveries are looked at.
};

/// Where the deliveries stand that an operation has moved last.
struct OperationOutcome {
    std::uint64_t counted = 0;                      ///< Of these, the newest; what follows adds up to it.
    bool is_cut = false;                            ///< There can be more than outcome_deliveries_counted.
    std::uint64_t waiting = 0;
    std::uint64_t failed = 0;
    std::uint64_t parked = 0;
    std::uint64_t at_adapter = 0;
    std::uint64_t arrived = 0;                      ///< The receiver has it.
};
inline constexpr std::uint64_t outcome_deliveries_counted = 20'000;

/// What an operation would touch.
struct Preview {
    std::uint64_t count = 0;
    bool is_cut = false;                            ///< More than limits::operation_deliveries_max: not to be run.
    Horizon seen;
    std::vector<DeliverySample> sample;             ///< The oldest of them, at most preview_sample_max.
    std::uint64_t sent_again = 0;                   ///< Of the oldest `looked_at`, at most preview_looked_at_max.
    std::uint64_t looked_at = 0;
};
inline constexpr std::size_t preview_sample_max = 10;
inline constexpr std::size_t preview_looked_at_max = 200;

struct AuditQuery {
    std::string actor;                              ///< Empty: anybody.
    std::optional<Verb> verb;
    std::string object;                             ///< Of the act: an envelope id, "operation/12"; empty: any.
    std::optional<Instant> since;
    std::optional<Instant> until;
    std::optional<EntrySeq> before;                 ///< Cursor: older than this one.
    std::size_t count = 50;                         ///< At most limits::search_rows_max.
};

struct AuditLine {
    EntrySeq entry{};
    Instant at;
    Act act;
};

struct AuditPage {
    std::vector<AuditLine> lines;                   ///< Newest first.
    bool has_more = false;
    bool is_cut = false;                            ///< The bound of what is looked at was reached.
    EntrySeq searched_down_to{};                    ///< Go on with `before` = this one.
};

/// Used by one thread; reads only.
class OperationBook {
public:
    virtual ~OperationBook() = default;
    virtual Result<FailureReport> failures() = 0;
    virtual Result<ParkedReport> parked() = 0;
    /// At most parked_deliveries_counted.
    virtual Result<std::uint64_t> count_parked() = 0;
    /// field_invalid: check(Selection).
    virtual Result<Preview> preview(const Selection& selection) = 0;
    /// How many of `selection` still stand there as they did at `seen`. field_invalid: the ledger is not so long.
    virtual Result<std::uint64_t> count(const Selection& selection, const Horizon& seen) = 0;
    /// Newest first, older than `before`.
    virtual Result<std::vector<Operation>> operations(std::optional<OperationSeq> before, std::size_t count) = 0;
    /// Those of which something is still to become, oldest first: at most limits::operations_open_max.
    virtual Result<std::vector<Operation>> open_operations() = 0;
    virtual Result<std::optional<Operation>> operation(OperationSeq seq) = 0;
    virtual Result<std::optional<Operation>> operation(std::string_view key) = 0;
    virtual Result<OperationOutcome> outcome(OperationSeq seq) = 0;
    virtual Result<AuditPage> audit(const AuditQuery& query) = 0;
};

}  // namespace hub
