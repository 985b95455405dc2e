#include "hub/ledger/sqlite_owed.hpp"

#include "hub/core/limits.hpp"

namespace hub::ledger {
namespace {

/// From one agency to the next by the index: whoever owes nothing costs nothing.
constexpr std::string_view next_agency_sql =
    "SELECT coalesce(inbox, receiver) FROM deliveries INDEXED BY deliveries_owed"
    " WHERE owes & 15 > 0 AND coalesce(inbox, receiver) > ?1 ORDER BY coalesce(inbox, receiver) LIMIT 1";
/// Deliveries of what is a document by itself, then of what changes another, the longest owed of each first.
const std::string late_sql =
    "(SELECT * FROM (SELECT owed_since, receiver, envelope FROM deliveries INDEXED BY deliveries_owed"
    " WHERE owes & 15 > 0 AND coalesce(inbox, receiver) = ?1 AND owes = ?2 AND owed_since >= ?3 AND owed_since <= ?4"
    " ORDER BY owed_since LIMIT ?5)"
    " UNION ALL SELECT * FROM (SELECT owed_since, receiver, envelope FROM deliveries INDEXED BY deliveries_owed"
    " WHERE owes & 15 > 0 AND coalesce(inbox, receiver) = ?1 AND owes = ?2 + 32 AND owed_since >= ?3 AND owed_since <= ?4"
    " ORDER BY owed_since LIMIT ?5))";
const std::string count_sql = "SELECT min(count(*), ?5), min(owed_since) FROM " + late_sql;
const std::string deliveries_sql =
    "SELECT d.owed_since, d.receiver, e.seq, e.id, e.sender, e.number, e.notation, e.subject FROM " + late_sql
    + " d JOIN envelopes e ON e.seq = d.envelope ORDER BY d.owed_since LIMIT ?5";

Statement& bind(Statement& row, std::int64_t agency, const LateSpan& span, std::size_t count) {
    return row.bind(1, agency)
        .bind(2, owes_of(span.duty, span.is_urgent))
        .bind(3, ms_of(span.from))
        .bind(4, ms_of(span.to))
        .bind(5, static_cast<std::int64_t>(count));
}

}  // namespace

std::string late_deliveries_sql(const std::vector<LateSpan>& spans) {
    std::string values;
    for (const LateSpan& span : spans)
        for (const int change : {0, owes_change})
            values += (values.empty() ? "(" : ", (") + std::to_string(owes_of(span.duty, span.is_urgent) + change) + ", "
                      + std::to_string(ms_of(span.from)) + ", " + std::to_string(ms_of(span.to)) + ")";
    return "WITH RECURSIVE owing (agency) AS ("
           " SELECT (SELECT coalesce(inbox, receiver) FROM deliveries INDEXED BY deliveries_owed"
           "  WHERE owes & 15 > 0 ORDER BY coalesce(inbox, receiver) LIMIT 1) UNION ALL"
           " SELECT (SELECT coalesce(inbox, receiver) FROM deliveries INDEXED BY deliveries_owed"
           "  WHERE owes & 15 > 0 AND coalesce(inbox, receiver) > owing.agency ORDER BY coalesce(inbox, receiver) LIMIT 1)"
           "  FROM owing WHERE owing.agency IS NOT NULL),"
           " span (owes, since, until) AS (VALUES " + values + ")"
           " SELECT d.seq AS seq FROM owing CROSS JOIN span CROSS JOIN deliveries d INDEXED BY deliveries_owed"
           " WHERE d.owes & 15 > 0 AND coalesce(d.inbox, d.receiver) = owing.agency AND d.owes = span.owes"
           " AND d.owed_since >= span.since AND d.owed_since <= span.until";
}

std::optional<int> owed_at_first(const EnvelopeHeader* header) {
    if (!header || header->kind != Kind::document)
        return std::nullopt;
    const bool is_change = header->business == Business::recall || header->business == Business::update;
    return owes_of(undone_at(Station::accepted, header->business), header->urgency != Urgency::normal)
           + (is_change ? owes_change : 0);
}

std::optional<Owing> owing_of(std::int64_t owes, Instant since) noexcept {
    const auto duty = static_cast<Duty>(owes & owes_duty);
    if (duty == Duty::none || (owes & owes_failed) != 0)
        return std::nullopt;
    return Owing{duty, (owes & owes_urgent) != 0, since};
}

Result<std::vector<Overdue>> read_overdue(Database& database, AgencyNumbers& agencies,
                                          const std::vector<LateSpan>& spans) {
    auto next = database.prepare(next_agency_sql);
    auto counted = database.prepare(count_sql);
    if (!next || !counted)
        return next ? counted.error() : next.error();
    std::vector<Overdue> found;
    for (std::int64_t agency = 0;;) {
        const auto has_another = next->bind(1, agency).step();
        if (!has_another)
            return has_another.error();
        if (!*has_another)
            return found;
        agency = next->integer(0);
        next->reset();
        const auto code = agencies.code(database, agency);
        if (!code)
            return code.error();
        for (const LateSpan& span : spans) {
            const auto row = bind(*counted, agency, span, limits::overdue_counted_max).step();
            if (!row)
                return row.error();
            if (counted->number(0) > 0)
                found.push_back({*code, span.duty, span.is_urgent, counted->number(0), instant_of(counted->integer(1))});
            counted->reset();
        }
    }
}

Result<std::vector<OverdueDelivery>> read_overdue_of(Database& database, AgencyNumbers& agencies,
                                                     const AgencyCode& agency, const LateSpan& span, std::size_t count) {
    std::vector<OverdueDelivery> found;
    const auto number = agencies.number(database, agency);
    if (!number)
        return number.error();
    if (!*number)
        return found;
    auto row = database.prepare(deliveries_sql);
    if (!row)
        return row.error();
    bind(*row, **number, span, count);
    for (;;) {
        const auto step = row->step();
        if (!step)
            return step.error();
        if (!*step)
            return found;
        const auto receiver = agencies.code(database, row->integer(1));
        const auto sender = agencies.code(database, row->integer(4));
        if (!receiver || !sender)
            return receiver ? sender.error() : receiver.error();
        OverdueDelivery late{instant_of(row->integer(0)), *receiver, EnvelopeSeq{row->number(2)}, std::nullopt, *sender, {}};
        if (const auto id = EnvelopeId::from_bytes(row->octets(3)); id)
            late.id = *id;
        late.document.number = row->text(5);
        late.document.notation = row->text(6);
        late.document.subject = row->text(7);
        found.push_back(std::move(late));
    }
}

}  // namespace hub::ledger
