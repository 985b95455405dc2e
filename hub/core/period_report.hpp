#pragma once
// Counts over a period for those who account for the exchange: what each agency sent and was sent, how far it got, and
// whether it was in time by the rules of deadline.hpp as they stand when the report is made. Paper is outside of the hub:
// which share of all documents is exchanged electronically needs a total that people know.

#include "hub/core/deadline.hpp"
#include "hub/core/ids.hpp"
#include "hub/core/limits.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <vector>

namespace hub {

enum class ReportBy : std::uint8_t { day, month };

/// A day is one of Vietnam; a document belongs to the day on which the hub took or refused it, whenever its receivers
/// answered.
struct ReportQuery {
    std::chrono::local_days from;
    std::chrono::local_days to;                ///< Included. At most limits::report_days_max days; by day fewer.
    ReportBy by = ReportBy::day;
    std::optional<AgencyCode> agency;          ///< Own code. Only what it sent, and what was brought to its inbox.
    Instant now;
    std::uint64_t looked_at_max = limits::report_looked_at_max;
};

/// field_invalid "to": it ends before it begins, or is longer than is counted at once.
Result<void> check(const ReportQuery& query);

/// Deliveries by where they stand now: waiting, failed and fetched are all of them; so are failed, on time, late and open.
/// Late is who duty_of() says owes something, past its term, and who did it after its term.
struct DeliveryCounts {
    std::uint64_t deliveries = 0;
    std::uint64_t waiting = 0;                 ///< Not with the receiver yet; what was parked then too.
    /// The receiver could not store it: not delivered, and nobody's delay; what was parked then too.
    std::uint64_t failed = 0;
    std::uint64_t fetched = 0;                 ///< And whatever came of it:
    std::uint64_t rejected = 0;                ///< Status 02,
    std::uint64_t finished = 0;                ///< 06,
    std::uint64_t withdrawn = 0;               ///< 15.
    std::uint64_t on_time = 0;                 ///< Taken, 01 and 02 or 03, each within its term.
    std::uint64_t late = 0;                    ///< One of them came after its term, or has not come and it is over.
    std::uint64_t open = 0;                    ///< None is late and one is not due yet; or it was asked back first.
    std::uint64_t late_retrieval = 0;          ///< Of the late ones, what was late: one can be in all three.
    std::uint64_t late_arrival = 0;
    std::uint64_t late_decision = 0;

    DeliveryCounts& operator+=(const DeliveryCounts& other) noexcept;
    bool operator==(const DeliveryCounts&) const = default;
};

struct SentCounts {
    std::uint64_t documents = 0;               ///< Accepted.
    std::uint64_t changes = 0;                 ///< Of these, recalls and updates of others.
    std::uint64_t refused = 0;                 ///< By the hub. What could not be decoded counts as a document.
    DeliveryCounts deliveries;

    SentCounts& operator+=(const SentCounts& other) noexcept;
    bool operator==(const SentCounts&) const = default;
};

struct ReportRow {
    std::chrono::local_days period;            ///< The day, or the first of the month.
    AgencyCode agency;                         ///< Sender; of deliveries the agency that takes them.
    SentCounts sent;
    DeliveryCounts received;
    bool operator==(const ReportRow&) const = default;
};

struct PeriodReport {
    std::vector<ReportRow> rows;               ///< By period, then by code; none is all zero.
    std::map<std::string, std::uint64_t> refusals;   ///< By code.
    /// Not all was counted: what the hub took or refused from then on is missing.
    std::optional<Instant> counted_until;
    bool operator==(const PeriodReport&) const = default;
};

/// A document as a report looks at it. Agencies are numbers here, whatever the ledger numbers them by.
struct ReportedDocument {
    Instant accepted_at;                       ///< Or refused at.
    std::int64_t sender = 0;
    bool is_urgent = false;
    Business business{};
    std::string_view refusal;                  ///< Its code; empty: accepted.
};

/// What became of it at one receiver, and when that had done what it owes; nullopt: not yet.
struct ReportedDelivery {
    std::int64_t inbox = 0;
    Station station{};
    ChangeState change{};
    std::optional<Instant> retrieved_at;
    std::optional<Instant> arrived_at;
    std::optional<Instant> decided_at;
};

/// Whether terms were kept, for many starts: working time is looked up once for an hour, not once for a delivery.
class TermKeeper {
public:
    TermKeeper(const DeadlineRules& rules, Instant now) : rules_{rules}, now_{now} {}

    enum class Verdict : std::uint8_t { kept, late, open };
    Verdict verdict(Duty duty, bool is_urgent, Instant start, std::optional<Instant> end);

private:
    bool is_over(Duty duty, bool is_urgent, Instant start, Instant at, bool is_border_over);
    Instant due_of_hour(Duty duty, bool is_urgent, std::int64_t hour);

    const DeadlineRules& rules_;
    const Instant now_;
    std::unordered_map<std::int64_t, Instant> dues_;
};

/// Adds up: a document, then each of its deliveries, in the order of acceptance.
class ReportTally {
public:
    /// `rules` must outlive it. `only`: the number of query.agency; 0 when the ledger does not know it.
    ReportTally(const ReportQuery& query, const DeadlineRules& rules, std::optional<std::int64_t> only);

    /// False: the bound was reached, and this one and all after it are not counted.
    bool add(const ReportedDocument& document);
    void add(const ReportedDelivery& delivery);
    Instant from() const noexcept;             ///< The first instant of the period, and the first after it.
    Instant until() const noexcept;
    /// `code_of` gives a number's code.
    template <class CodeOf>
    Result<PeriodReport> report(CodeOf code_of) const;

private:
    struct Sums {
        SentCounts sent;
        DeliveryCounts received;
    };
    using Key = std::pair<std::chrono::local_days, std::int64_t>;
    bool is_meant(std::int64_t agency) const noexcept { return !only_ || *only_ == agency; }
    std::chrono::local_days period_of(Instant at) const noexcept;
    DeliveryCounts counts_of(const ReportedDelivery& delivery);

    const ReportQuery query_;
    const std::optional<std::int64_t> only_;
    TermKeeper terms_;
    std::map<Key, Sums> sums_;
    std::map<std::string, std::uint64_t, std::less<>> refusals_;
    ReportedDocument document_;
    std::chrono::local_days period_{};
    Sums* sender_ = nullptr;                   ///< Of document_; null: it is not asked for.
    std::unordered_map<std::int64_t, Sums*> receivers_;   ///< Of period_.
    std::uint64_t looked_at_ = 0;
    std::optional<Instant> counted_until_;
};

/// On a connection of its own; used by one thread. Reads day by day, so it holds back no writer and no log.
class LedgerReports {
public:
    virtual ~LedgerReports() = default;
    /// field_invalid: check(ReportQuery). timed_out: it was asked to stop. Looks at no more than query.looked_at_max
    /// documents and deliveries, beside those of one more millisecond.
    virtual Result<PeriodReport> report(const ReportQuery& query, const DeadlineRules& rules, std::stop_token stop = {}) = 0;
};

template <class CodeOf>
Result<PeriodReport> ReportTally::report(CodeOf code_of) const {
    PeriodReport made;
    for (const auto& [key, sums] : sums_) {
        Result<AgencyCode> code = code_of(key.second);
        if (!code)
            return code.error();
        made.rows.push_back({key.first, std::move(*code), sums.sent, sums.received});
    }
    std::ranges::sort(made.rows, [](const ReportRow& a, const ReportRow& b) {
        return a.period != b.period ? a.period < b.period : a.agency < b.agency;
    });
    for (const auto& [code, count] : refusals_)
        made.refusals.emplace(code, count);
    made.counted_until = counted_until_;
    return made;
}

}  // namespace hub
