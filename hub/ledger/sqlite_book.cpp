#include "hub/ledger/sqlite_book.hpp"

#include "hub/core/limits.hpp"
#include "hub/ledger/agency_numbers.hpp"
#include "hub/ledger/sqlite_acts.hpp"
#include "hub/ledger/sqlite_operations.hpp"
#include "hub/ledger/sqlite_parked.hpp"
#include "hub/ledger/sqlite_search.hpp"

#include <algorithm>

namespace hub::ledger {
namespace {

constexpr std::string_view sample_columns =
    "e.seq, e.id, e.sender, d.receiver, e.issuer, e.number, e.notation, e.promulgated_on, e.document_id, e.subject,"
    " e.type_name, d.station, d.attempt, d.changed_at, ";

/// Of a delivery `d` and its envelope `e`. Of what was sent under one number the latest three are looked at.
constexpr std::string_view sent_again =
    "EXISTS (SELECT 1 FROM (SELECT a.first_delivery AS first_delivery, a.receivers AS receivers FROM envelopes a"
    "   INDEXED BY envelopes_by_full_number WHERE a.sender = e.sender"
    "   AND a.number || CASE WHEN a.notation IS NULL THEN '' ELSE '/' || a.notation END"
    "     = e.number || CASE WHEN e.notation IS NULL THEN '' ELSE '/' || e.notation END"
    "   AND a.kind = 1 AND a.refusal_code IS NULL AND e.kind = 1 AND a.seq > e.seq AND a.business = e.business"
    "   AND a.promulgated_on IS e.promulgated_on ORDER BY a.seq DESC LIMIT 3) a CROSS JOIN deliveries x"
    " WHERE x.seq >= a.first_delivery AND x.seq < a.first_delivery + a.receivers AND x.receiver = d.receiver"
    "  AND x.carriage NOT IN (4, 6))";
static_assert(has_failed(Carriage{4}) && has_failed(Carriage{6}));

class Book final : public OperationBook {
public:
    explicit Book(std::filesystem::path folder) : folder_{std::move(folder)} {}

    Result<FailureReport> failures() override;
    Result<ParkedReport> parked() override {
        auto connected = connect();
        return connected ? read_parked(*database_, agencies_) : connected.error();
    }
    Result<std::uint64_t> count_parked() override {
        auto connected = connect();
        return connected ? read_parked_count(*database_) : connected.error();
    }
    Result<Preview> preview(const Selection& selection) override;
    Result<std::uint64_t> count(const Selection& selection, const Horizon& seen) override;
    Result<std::vector<Operation>> operations(std::optional<OperationSeq> before, std::size_t count) override;
    Result<std::vector<Operation>> open_operations() override;
    Result<std::optional<Operation>> operation(OperationSeq seq) override;
    Result<std::optional<Operation>> operation(std::string_view key) override;
    Result<OperationOutcome> outcome(OperationSeq seq) override {
        auto connected = connect();
        return connected ? read_outcome(*database_, seq) : connected.error();
    }
    Result<AuditPage> audit(const AuditQuery& query) override;

private:
    Result<void> connect();
    Result<void> count_receivers(FailureGroup& group, std::int64_t cause, std::uint64_t since, std::uint64_t counted_max);
    Result<void> add_sample(FailureGroup& group, std::int64_t cause, std::uint64_t turned_by);
    Result<DeliverySample> sample_at(const Statement& row);
    Result<Instant> time_of(std::uint64_t entry);
    Result<void> count_sent_again(Preview& preview, const SelectionSql& sql, const Selection& selection);
    Result<Horizon> heads();
    Result<std::vector<DeliverySample>> sample(const SelectionSql& sql, const Selection& selection, const Horizon& seen);
    Result<std::optional<Operation>> only(Result<std::vector<Operation>> found);

    const std::filesystem::path folder_;
    std::optional<Database> database_;
    AgencyNumbers agencies_;
};

Result<void> Book::connect() {
    if (database_)
        return {};
    auto opened = Database::open((folder_ / "ledger.sqlite").string(), Database::Mode::read_only);
    if (!opened)
        return opened.error();
    database_ = std::move(*opened);
    return {};
}

// ---- Failures

Result<FailureReport> Book::failures() {
    if (auto connected = connect(); !connected)
        return connected.error();
    FailureReport report;
    // From one cause to the next by the index: the deliveries between them are not looked at.
    auto row = database_->prepare(
        "WITH RECURSIVE found (number) AS ("
        " SELECT (SELECT d.cause FROM deliveries d INDEXED BY deliveries_failed WHERE d.carriage = 4"
        "  AND d.cause > 0 ORDER BY d.cause LIMIT 1) UNION ALL"
        " SELECT (SELECT d.cause FROM deliveries d INDEXED BY deliveries_failed WHERE d.carriage = 4"
        "  AND d.cause > found.number ORDER BY d.cause LIMIT 1) FROM found WHERE found.number IS NOT NULL)"
        " SELECT c.number, c.fingerprint, c.code, c.detail, c.since FROM found JOIN causes c ON c.number = found.number LIMIT ?1");
    if (!row)
        return row.error();
    row->bind(1, static_cast<std::uint64_t>(limits::failure_causes_max + 1));
    std::uint64_t counted = 0;
    for (;;) {
        const auto step = row->step();
        if (!step)
            return step.error();
        if (!*step)
            break;
        report.is_cut = report.groups.size() == limits::failure_causes_max;
        if (report.is_cut)
            break;
        FailureGroup group{.cause = {std::string{row->text(2)}, std::string{row->text(3)}},
                           .fingerprint = std::string{row->text(1)}};
        const std::uint64_t left = limits::failure_deliveries_counted - std::min<std::uint64_t>(
            counted, limits::failure_deliveries_counted - 1);
        const std::uint64_t since = row->is_null(4) ? UINT64_MAX : row->number(4);
        if (auto filled = count_receivers(group, row->integer(0), since, left); !filled)
            return filled.error();
        counted += group.count;
        // It may have gone between the two questions.
        if (group.count > 0)
            report.groups.push_back(std::move(group));
    }
    std::ranges::stable_sort(report.groups, std::greater{}, &FailureGroup::count);
    return report;
}

Result<void> Book::count_receivers(FailureGroup& group, std::int64_t cause, std::uint64_t since,
                                   std::uint64_t counted_max) {
    auto row = database_->prepare(
        "SELECT receiver, count(*), min(turned_by), max(turned_by) FROM ("
        " SELECT coalesce(d.inbox, d.receiver) AS receiver, d.turned_by AS turned_by FROM deliveries d"
        " INDEXED BY deliveries_failed WHERE d.carriage = 4 AND d.cause = ?1 LIMIT ?2) GROUP BY receiver ORDER BY 2 DESC");
    if (!row)
        return row.error();
    row->bind(1, cause).bind(2, counted_max + 1);
    std::uint64_t first = since, last = 0;
    for (;;) {
        const auto step = row->step();
        if (!step)
            return step.error();
        if (!*step)
            break;
        group.count += row->number(1);
        ++group.receiver_count;
        first = std::min(first, row->number(2));
        last = std::max(last, row->number(3));
        if (group.receivers.size() == failure_receivers_shown)
            continue;
        auto receiver = agencies_.code(*database_, row->integer(0));
        if (!receiver)
            return receiver.error();
        group.receivers.emplace_back(std::move(*receiver), row->number(1));
    }
    group.is_cut = group.count > counted_max;
    group.count = std::min(group.count, counted_max);
    if (group.count == 0)
        return {};
    const auto first_at = time_of(first), last_at = time_of(last);
    if (!first_at || !last_at)
        return first_at ? last_at.error() : first_at.error();
    group.first_at = *first_at;
    group.last_at = *last_at;
    return add_sample(group, cause, last);
}

Result<Instant> Book::time_of(std::uint64_t entry) {
    const auto at = database_->ask("SELECT at FROM entries WHERE seq = " + std::to_string(entry));
    if (!at)
        return at.error();
    return instant_of(at->value_or(0));
}

Result<void> Book::add_sample(FailureGroup& group, std::int64_t cause, std::uint64_t turned_by) {
    auto row = database_->prepare("SELECT " + std::string{sample_columns} + std::string{sent_again}
                                  + " FROM entries n CROSS JOIN envelopes e CROSS JOIN deliveries d WHERE n.seq = ?2"
                                    " AND e.seq = n.envelope AND d.seq >= e.first_delivery"
                                    " AND d.seq < e.first_delivery + e.receivers AND d.cause = ?1 AND d.turned_by = ?2");
    if (!row)
        return row.error();
    const auto step = row->bind(1, cause).bind(2, turned_by).step();
    if (!step)
        return step.error();
    if (!*step)
        return {};
    auto read = sample_at(*row);
    if (!read)
        return read.error();
    group.sample = std::move(*read);
    return {};
}

Result<DeliverySample> Book::sample_at(const Statement& row) {
    auto sender = agencies_.code(*database_, row.integer(2)), receiver = agencies_.code(*database_, row.integer(3));
    if (!sender || !receiver)
        return sender ? receiver.error() : sender.error();
    DeliverySample sample{.sender = std::move(*sender), .receiver = std::move(*receiver)};
    sample.envelope = EnvelopeSeq{row.number(0)};
    if (const auto id = EnvelopeId::from_bytes(row.octets(1)); id)
        sample.id = *id;
    sample.document = {std::string{row.text(4)}, std::string{row.text(5)}, std::string{row.text(6)},
                       std::string{row.text(7)}, std::string{row.text(8)}, std::string{row.text(9)},
                       std::string{row.text(10)}};
    sample.station = static_cast<Station>(row.integer(11));
    sample.attempt = row.is_null(12) ? 1 : static_cast<std::uint32_t>(row.integer(12));
    sample.changed_at = instant_of(row.integer(13));
    sample.is_sent_again = row.integer(14) != 0;
    return sample;
}

// ---- Selections

Result<Preview> Book::preview(const Selection& selection) {
    if (auto checked = check(selection); !checked)
        return checked.error();
    if (auto connected = connect(); !connected)
        return connected.error();
    Preview preview;
    // First how far, then how many: what comes between the two is not counted.
    const auto known = heads();
    if (!known)
        return known.error();
    preview.seen = *known;
    const auto counted = count(selection, preview.seen);
    if (!counted)
        return counted.error();
    preview.is_cut = *counted > limits::operation_deliveries_max;
    preview.count = std::min(*counted, limits::operation_deliveries_max);
    const auto sql = sql_of(selection, *database_, agencies_);
    if (!sql)
        return sql.error();
    if (preview.count == 0 || sql->is_impossible)
        return preview;
    auto lines = sample(*sql, selection, preview.seen);
    if (!lines)
        return lines.error();
    preview.sample = std::move(*lines);
    if (auto counted_again = count_sent_again(preview, *sql, selection); !counted_again)
        return counted_again.error();
    return preview;
}

Result<void> Book::count_sent_again(Preview& preview, const SelectionSql& sql, const Selection& selection) {
    auto row = database_->prepare("SELECT count(*), coalesce(sum(is_sent_again), 0) FROM (SELECT "
                                  + std::string{sent_again} + " AS is_sent_again FROM (" + sql.walk
                                  + ") s CROSS JOIN deliveries d CROSS JOIN envelopes e WHERE d.seq = s.seq"
                                    " AND e.seq = d.envelope AND " + sql.fits + " LIMIT ?6)");
    if (!row)
        return row.error();
    SelectionSql::bind(*row, selection, preview.seen, {});
    row->bind(5, limits::operation_deliveries_max).bind(6, static_cast<std::uint64_t>(preview_looked_at_max));
    if (const auto step = row->step(); !step)
        return step.error();
    preview.looked_at = row->number(0);
    preview.sent_again = row->number(1);
    return {};
}

Result<Horizon> Book::heads() {
    auto row = database_->prepare("SELECT (SELECT max(seq) FROM entries), (SELECT max(seq) FROM deliveries)");
    if (!row)
        return row.error();
    if (const auto step = row->step(); !step)
        return step.error();
    return Horizon{EntrySeq{row->number(0)}, DeliverySeq{row->number(1)}};
}

Result<std::uint64_t> Book::count(const Selection& selection, const Horizon& seen) {
    if (auto connected = connect(); !connected)
        return connected.error();
    const auto known = heads();
    if (!known)
        return known.error();
    // With a horizon ahead of the ledger the set would grow.
    if (seen.entry > known->entry || seen.delivery > known->delivery)
        return Fault{Errc::field_invalid, "seen",
                     std::to_string(number(seen.entry)) + "-" + std::to_string(number(seen.delivery))};
    const auto sql = sql_of(selection, *database_, agencies_);
    if (!sql)
        return sql.error();
    if (sql->is_impossible)
        return std::uint64_t{0};
    auto row = database_->prepare("SELECT count(*) FROM (" + sql->counted + ")");
    if (!row)
        return row.error();
    SelectionSql::bind(*row, selection, seen, {});
    const auto step = row->bind(5, limits::operation_deliveries_max + 1).step();
    if (!step)
        return step.error();
    return row->number(0);
}

Result<std::vector<DeliverySample>> Book::sample(const SelectionSql& sql, const Selection& selection,
                                                 const Horizon& seen) {
    std::vector<DeliverySample> found;
    auto row = database_->prepare("SELECT " + std::string{sample_columns} + std::string{sent_again} + " FROM (" + sql.walk
                                  + ") s CROSS JOIN deliveries d CROSS JOIN envelopes e WHERE d.seq = s.seq"
                                    " AND e.seq = d.envelope AND " + sql.fits);
    if (!row)
        return row.error();
    SelectionSql::bind(*row, selection, seen, {});
    row->bind(5, limits::operation_deliveries_max);
    while (found.size() < preview_sample_max) {
        const auto step = row->step();
        if (!step)
            return step.error();
        if (!*step)
            break;
        auto read = sample_at(*row);
        if (!read)
            return read.error();
        found.push_back(std::move(*read));
    }
    return found;
}

// ---- Operations

Result<std::vector<Operation>> Book::operations(std::optional<OperationSeq> before, std::size_t count) {
    if (auto connected = connect(); !connected)
        return connected.error();
    constexpr std::uint64_t highest = INT64_MAX;
    const std::uint64_t below = std::min(before ? number(*before) : highest, highest);
    return read_operations(*database_, agencies_, "WHERE seq < ?1 ORDER BY seq DESC",
                           [&](Statement& row) { row.bind(1, below); },
                           std::clamp<std::size_t>(count, 1, limits::search_rows_max));
}

Result<std::vector<Operation>> Book::open_operations() {
    if (auto connected = connect(); !connected)
        return connected.error();
    return read_operations(*database_, agencies_, open_condition, [](Statement& row) { row.bind(1, 0); },
                           limits::operations_open_max);
}

Result<std::optional<Operation>> Book::only(Result<std::vector<Operation>> found) {
    if (!found)
        return found.error();
    return found->empty() ? std::nullopt : std::optional{std::move(found->front())};
}

Result<std::optional<Operation>> Book::operation(OperationSeq seq) {
    if (auto connected = connect(); !connected)
        return connected.error();
    return only(read_operations(*database_, agencies_, "WHERE seq = ?1",
                                [&](Statement& row) { row.bind(1, number(seq)); }, 1));
}

Result<std::optional<Operation>> Book::operation(std::string_view key) {
    if (auto connected = connect(); !connected)
        return connected.error();
    return only(read_operations(*database_, agencies_, "WHERE key = ?1",
                                [&](Statement& row) { row.bind_text(1, key); }, 1));
}

// ---- Audit

Result<AuditPage> Book::audit(const AuditQuery& query) {
    if (auto connected = connect(); !connected)
        return connected.error();
    // By the narrowest of the indexes; what else is asked is looked at row by row.
    std::string condition;
    if (!query.object.empty())
        condition = "INDEXED BY acts_by_object WHERE a.object = ?1 AND ";
    else if (!query.actor.empty())
        condition = "INDEXED BY acts_by_actor WHERE a.actor = ?1 AND ";
    else if (query.verb)
        condition = "INDEXED BY acts_by_verb WHERE a.verb = ?1 AND ";
    else
        condition = "WHERE ?1 IS NULL AND ";
    auto row = database_->prepare("SELECT a.entry, (SELECT n.at FROM entries n WHERE n.seq = a.entry), "
                                  + std::string{act_columns} + " FROM acts a " + condition
                                  + "a.entry < ?2 ORDER BY a.entry DESC LIMIT ?3");
    if (!row)
        return row.error();
    constexpr std::uint64_t highest = INT64_MAX;
    if (!query.object.empty() || !query.actor.empty())
        row->bind_text(1, query.object.empty() ? query.actor : query.object);
    else if (query.verb)
        row->bind(1, static_cast<int>(*query.verb));
    row->bind(2, std::min(query.before ? number(*query.before) : highest, highest)).bind(3, rows_examined_max);
    const std::size_t count = std::clamp<std::size_t>(query.count, 1, limits::search_rows_max);
    AuditPage page;
    std::int64_t looked_at = 0;
    for (;; ++looked_at) {
        const auto step = row->step();
        if (!step)
            return step.error();
        if (!*step)
            break;
        const Instant at = instant_of(row->integer(1));
        // Older ones stand behind it; within a minute the times of entries may be out of order.
        if (query.since && at < *query.since - std::chrono::minutes{1})
            break;
        const auto act = act_at(*row, 2);
        const bool fits = (query.actor.empty() || act->actor == query.actor) && (!query.verb || act->verb == *query.verb)
                          && (query.object.empty() || act->object == query.object)
                          && (!query.since || at >= *query.since) && (!query.until || at < *query.until);
        page.has_more = fits && page.lines.size() == count;
        if (page.has_more)
            return page;
        page.searched_down_to = EntrySeq{row->number(0)};
        if (fits)
            page.lines.push_back({page.searched_down_to, at, *act});
    }
    page.is_cut = looked_at >= rows_examined_max;
    return page;
}

}  // namespace

std::unique_ptr<OperationBook> open_book(std::filesystem::path folder) { return std::make_unique<Book>(std::move(folder)); }

}  // namespace hub::ledger
