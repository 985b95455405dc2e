#include "hub/core/period_report.hpp"

namespace hub {
namespace {

using namespace std::chrono;

constexpr minutes zone = WorkingCalendar::zone;

local_days day_of(Instant at) noexcept { return local_days{floor<days>((at + zone).time_since_epoch())}; }
Instant start_of(local_days day) noexcept { return Instant{day.time_since_epoch()} - zone; }

}  // namespace

Result<void> check(const ReportQuery& query) {
    const auto days = (query.to - query.from).count() + 1;
    const auto max = query.by == ReportBy::day ? limits::report_days_by_day_max : limits::report_days_max;
    if (days < 1)
        return Fault{Errc::field_invalid, "to", "before from"};
    if (days > max)
        return Fault{Errc::field_invalid, "to", std::to_string(days) + " days; at most " + std::to_string(max)};
    return {};
}

DeliveryCounts& DeliveryCounts::operator+=(const DeliveryCounts& other) noexcept {
    deliveries += other.deliveries;
    waiting += other.waiting;
    failed += other.failed;
    fetched += other.fetched;
    rejected += other.rejected;
    finished += other.finished;
    withdrawn += other.withdrawn;
    on_time += other.on_time;
    late += other.late;
    open += other.open;
    late_retrieval += other.late_retrieval;
    late_arrival += other.late_arrival;
    late_decision += other.late_decision;
    return *this;
}

SentCounts& SentCounts::operator+=(const SentCounts& other) noexcept {
    documents += other.documents;
    changes += other.changes;
    refused += other.refused;
    deliveries += other.deliveries;
    return *this;
}

// ---- Terms

Instant TermKeeper::due_of_hour(Duty duty, bool is_urgent, std::int64_t hour) {
    const std::int64_t key = (hour * 8 + static_cast<std::int64_t>(duty)) * 2 + (is_urgent ? 1 : 0);
    const auto known = dues_.find(key);
    if (known != dues_.end())
        return known->second;
    const Instant due = rules_.term_of(duty, is_urgent).from(Instant{hours{hour}}, rules_.calendar);
    dues_.emplace(key, due);
    return due;
}

bool TermKeeper::is_over(Duty duty, bool is_urgent, Instant start, Instant at, bool is_border_over) {
    const Term& term = rules_.term_of(duty, is_urgent);
    // Working time is no longer than the time that goes by.
    if (term.working && at < start + *term.working)
        return false;
    // Who starts later ends later or at the same time: between the dues of the full hours only the calendar knows.
    const std::int64_t hour = floor<hours>(start.time_since_epoch()).count();
    if (at < due_of_hour(duty, is_urgent, hour))
        return false;
    if (at > due_of_hour(duty, is_urgent, hour + 1))
        return true;
    const Instant due = term.from(start, rules_.calendar);
    return is_border_over ? at >= due : at > due;
}

TermKeeper::Verdict TermKeeper::verdict(Duty duty, bool is_urgent, Instant start, std::optional<Instant> end) {
    // What has not come is late as soon as overdue says so, which is at the border itself.
    const bool is_late = is_over(duty, is_urgent, start, end.value_or(now_), !end);
    return is_late ? Verdict::late : end ? Verdict::kept : Verdict::open;
}

// ---- The tally

ReportTally::ReportTally(const ReportQuery& query, const DeadlineRules& rules, std::optional<std::int64_t> only)
    : query_{query}, only_{only}, terms_{rules, query.now} {}

Instant ReportTally::from() const noexcept { return start_of(query_.from); }
Instant ReportTally::until() const noexcept { return start_of(query_.to + days{1}); }

local_days ReportTally::period_of(Instant at) const noexcept {
    const local_days day = day_of(at);
    if (query_.by == ReportBy::day)
        return day;
    const year_month_day date{day};
    return local_days{date.year() / date.month() / 1};
}

bool ReportTally::add(const ReportedDocument& document) {
    // What came in the same millisecond is counted as well: what is missing then begins at a time that can be told.
    const bool is_full = looked_at_ >= query_.looked_at_max;
    if (is_full && document.accepted_at != document_.accepted_at) {
        counted_until_ = document.accepted_at;
        return false;
    }
    ++looked_at_;
    if (const local_days period = period_of(document.accepted_at); period != period_) {
        receivers_.clear();
        period_ = period;
    }
    document_ = document;
    document_.refusal = {};
    sender_ = nullptr;
    if (!is_meant(document.sender))
        return true;
    sender_ = &sums_[{period_, document.sender}];
    if (!document.refusal.empty()) {
        ++sender_->sent.refused;
        const auto known = refusals_.find(document.refusal);
        known == refusals_.end() ? void(refusals_.emplace(document.refusal, 1)) : void(++known->second);
        return true;
    }
    ++sender_->sent.documents;
    if (document.business == Business::recall || document.business == Business::update)
        ++sender_->sent.changes;
    return true;
}

void ReportTally::add(const ReportedDelivery& delivery) {
    ++looked_at_;
    if (!sender_ && !is_meant(delivery.inbox))
        return;
    const DeliveryCounts counts = counts_of(delivery);
    if (sender_)
        sender_->sent.deliveries += counts;
    if (!is_meant(delivery.inbox))
        return;
    Sums*& receiver = receivers_[delivery.inbox];
    if (!receiver)
        receiver = &sums_[{period_, delivery.inbox}];
    receiver->received += counts;
}

DeliveryCounts ReportTally::counts_of(const ReportedDelivery& delivery) {
    DeliveryCounts counts{.deliveries = 1};
    const int rank = rank_of(delivery.station);
    counts.failed = delivery.station == Station::failed;
    counts.waiting = rank < rank_of(Station::failed);
    counts.fetched = rank > rank_of(Station::failed);
    counts.rejected = delivery.station == Station::rejected;
    counts.finished = delivery.station == Station::finished;
    counts.withdrawn = delivery.station == Station::withdrawn;
    if (counts.failed)
        return counts;
    using enum TermKeeper::Verdict;
    bool is_open = false;
    const auto judge = [&](Duty duty, Instant start, const std::optional<Instant>& end, std::uint64_t& late) {
        // Who is asked to give it back owes that answer and nothing else (duty_of).
        const auto verdict = !end && delivery.change == ChangeState::asked
                                 ? open : terms_.verdict(duty, document_.is_urgent, start, end);
        late = verdict == TermKeeper::Verdict::late;
        is_open = is_open || !end;
        return end.has_value();
    };
    // Each begins when the one before it has ended.
    (void)(judge(Duty::retrieval, document_.accepted_at, delivery.retrieved_at, counts.late_retrieval)
           && judge(Duty::arrival, *delivery.retrieved_at, delivery.arrived_at, counts.late_arrival)
           && judge(Duty::decision, *delivery.arrived_at, delivery.decided_at, counts.late_decision));
    counts.late = counts.late_retrieval + counts.late_arrival + counts.late_decision > 0;
    counts.open = counts.late == 0 && is_open;
    counts.on_time = counts.late == 0 && !is_open;
    return counts;
}

}  // namespace hub
