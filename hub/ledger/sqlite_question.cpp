#include "hub/ledger/sqlite_question.hpp"

#include "hub/ledger/search_match.hpp"
#include "hub/ledger/sqlite_owed.hpp"
#include "hub/ledger/sqlite_view.hpp"

namespace hub::ledger {
namespace {

/// A delivery of the envelope for which `what` holds.
std::string delivery_condition(const std::string& what) {
    return "EXISTS (SELECT 1 FROM deliveries d WHERE d.seq >= e.first_delivery"
           " AND d.seq < e.first_delivery + e.receivers AND " + what + ")";
}

std::string receiver_condition(std::int64_t number) {
    return delivery_condition(std::to_string(number) + " IN (d.receiver, d.inbox)");
}

/// `whose`: a condition on the delivery that is late, or nothing.
std::string lateness_condition(const std::vector<LateSpan>& late, const std::string& whose) {
    std::string any;
    for (const LateSpan& span : late)
        any += (any.empty() ? "(d.owes & 95 = " : " OR d.owes & 95 = ") + std::to_string(owes_of(span.duty, span.is_urgent))
               + " AND d.owed_since BETWEEN " + std::to_string(ms_of(span.from)) + " AND " + std::to_string(ms_of(span.to));
    return delivery_condition(whose + any + ")");
}

/// As rows name it; nullopt: nothing has ever failed for it.
Result<std::optional<std::int64_t>> number_of_cause(const std::string& fingerprint, Database& database) {
    auto row = database.prepare("SELECT number FROM causes WHERE fingerprint = ?1");
    if (!row)
        return row.error();
    const auto step = row->bind_text(1, fingerprint).step();
    if (!step)
        return step.error();
    return *step ? std::optional{row->integer(0)} : std::nullopt;
}

std::string carriages_of(Standing standing) {
    static_assert(static_cast<int>(Carriage::taken) == 2 && static_cast<int>(Carriage::parked) == 3
                  && static_cast<int>(Carriage::failed) == 4 && static_cast<int>(Carriage::at_adapter) == 5
                  && static_cast<int>(Carriage::parked_failed) == 6);
    switch (standing) {
    case Standing::waiting: return "(0, 1)";
    case Standing::failed: return "(4)";
    case Standing::parked: return "(3, 6)";
    case Standing::at_adapter: return "(5)";
    }
    return "()";
}

/// Conditions on what became of an envelope's deliveries.
Result<void> add_fates(const SearchQuery& query, Database& database, AgencyNumbers& agencies, SearchConditions& conditions) {
    const auto add = [&](const std::string& what) { conditions.sql += " AND " + delivery_condition(what); };
    if (query.station)
        add("d.station = " + std::to_string(static_cast<int>(*query.station)));
    if (query.standing)
        add("d.carriage IN " + carriages_of(*query.standing));
    if (query.operation)
        add("d.operation = " + std::to_string(number(*query.operation)));
    if (!query.late.empty()) {
        const auto receiver = query.receiver ? agencies.number(database, *query.receiver)
                                             : Result<std::optional<std::int64_t>>{std::nullopt};
        if (!receiver)
            return receiver.error();
        // Who asks for a receiver asks for what that one is late with.
        const std::string whose = *receiver ? std::to_string(**receiver) + " IN (d.receiver, d.inbox) AND " : std::string{};
        conditions.sql += " AND " + lateness_condition(query.late, whose);
    }
    if (query.cause.empty())
        return {};
    const auto cause = number_of_cause(query.cause, database);
    if (!cause)
        return cause.error();
    conditions.is_impossible = conditions.is_impossible || !*cause;
    const bool is_parked = query.standing == Standing::parked;
    add(std::string{is_parked ? "d.carriage = 6" : "d.carriage = 4"} + " AND d.cause = " + std::to_string(cause->value_or(0)));
    return {};
}

/// Deliveries of envelopes below this one are numbered below that; looks at a bounded number of refusals, which have
/// none.
Result<std::int64_t> delivery_bound(const SearchRange& range, Database& database) {
    if (range.below == INT64_MAX)
        return range.below;
    auto row = database.prepare("SELECT first_delivery FROM (SELECT first_delivery FROM envelopes WHERE seq >= ?1"
                                " ORDER BY seq LIMIT ?2) WHERE first_delivery > 0 LIMIT 1");
    if (!row)
        return row.error();
    const auto step = row->bind(1, range.below).bind(2, range.rows_max).step();
    if (!step)
        return step.error();
    return *step ? row->integer(0) : INT64_MAX;
}

/// All that was refused, when that is little: what was accepted between is not looked at.
Result<bool> has_few_refusals(const SearchRange& range, Database& database) {
    const auto count = database.ask("SELECT count(*) FROM (SELECT 1 FROM envelopes INDEXED BY envelopes_refused"
                                    " WHERE refusal_code IS NOT NULL LIMIT "
                                    + std::to_string(range.rows_max) + ")");
    if (!count)
        return count.error();
    return count->value_or(0) < range.rows_max;
}

/// All that is late can be put into its order.
Result<bool> are_few_late(const std::vector<LateSpan>& late, std::int64_t late_max, Database& database) {
    const auto count = database.ask("SELECT count(*) FROM (" + late_deliveries_sql(late) + " LIMIT "
                                    + std::to_string(late_max) + ")");
    if (!count)
        return count.error();
    return count->value_or(0) < late_max;
}

/// ?1: below which envelope, ?2: how many at most.
Result<Statement> newest(std::string_view sql, const SearchRange& range, Database& database) {
    auto statement = database.prepare(sql);
    if (statement)
        statement->bind(1, range.below).bind(2, range.rows_max);
    return statement;
}

/// ?3: with what the index begins.
Result<Statement> newest_of(std::string_view sql, std::int64_t number, const SearchRange& range, Database& database) {
    auto statement = newest(sql, range, database);
    if (statement)
        statement->bind(3, number);
    return statement;
}

/// ?4: below which delivery.
Result<Statement> newest_by_delivery(std::string_view sql, std::int64_t number, const SearchRange& range, Database& database) {
    const auto end = delivery_bound(range, database);
    if (!end)
        return end.error();
    auto statement = newest_of(sql, number, range, database);
    if (statement)
        statement->bind(4, *end);
    return statement;
}

constexpr std::string_view by_receiver_sql =
    "SELECT envelope, seq FROM deliveries WHERE receiver = ?3 AND seq < ?4 AND envelope < ?1 UNION ALL"
    " SELECT envelope, seq FROM deliveries INDEXED BY deliveries_by_inbox WHERE inbox = ?3 AND seq < ?4 AND envelope < ?1"
    " ORDER BY seq DESC LIMIT ?2";
/// The newest of each way are the newest of both.
constexpr std::string_view by_party_sql =
    "SELECT * FROM (SELECT seq FROM envelopes WHERE sender = ?3 AND seq < ?1 ORDER BY seq DESC LIMIT ?2) UNION"
    " SELECT envelope FROM (SELECT envelope FROM deliveries WHERE receiver = ?3 AND seq < ?4 AND envelope < ?1"
    "  ORDER BY seq DESC LIMIT ?2) UNION"
    " SELECT envelope FROM (SELECT envelope FROM deliveries INDEXED BY deliveries_by_inbox"
    "  WHERE inbox = ?3 AND seq < ?4 AND envelope < ?1 ORDER BY seq DESC LIMIT ?2) ORDER BY 1 DESC LIMIT ?2";
constexpr std::string_view by_sender_sql =
    "SELECT seq FROM envelopes WHERE sender = ?3 AND seq < ?1 ORDER BY seq DESC LIMIT ?2";
constexpr std::string_view by_operation_sql =
    "SELECT envelope FROM deliveries INDEXED BY deliveries_by_operation WHERE operation = ?3 AND seq < ?4"
    " AND envelope < ?1 ORDER BY seq DESC LIMIT ?2";
/// All that stands aside in one of two ways: for one cause it does not lie in the order of time.
constexpr std::string_view aside_sql =
    "SELECT envelope FROM (SELECT envelope, seq FROM deliveries INDEXED BY deliveries_aside WHERE carriage > 2"
    "  AND carriage = ?3 AND seq < ?4 AND envelope < ?1 ORDER BY seq DESC LIMIT ?2) UNION ALL"
    " SELECT envelope FROM (SELECT envelope, seq FROM deliveries INDEXED BY deliveries_aside WHERE carriage > 2"
    "  AND carriage = ?5 AND seq < ?4 AND envelope < ?1 ORDER BY seq DESC LIMIT ?2) ORDER BY 1 DESC LIMIT ?2";

/// Those that wait are too many: they are looked for as anything else.
bool is_aside(const SearchQuery& query) {
    return !query.cause.empty() || (query.standing && *query.standing != Standing::waiting);
}

Result<Statement> by_standing(const SearchQuery& query, const SearchRange& range, Database& database) {
    const Standing standing = query.standing.value_or(Standing::failed);
    const Carriage carriage = standing == Standing::parked       ? Carriage::parked
                              : standing == Standing::at_adapter ? Carriage::at_adapter
                                                                 : Carriage::failed;
    const Carriage other = standing == Standing::parked ? Carriage::parked_failed : carriage;
    auto statement = newest_by_delivery(aside_sql, static_cast<std::int64_t>(carriage), range, database);
    if (statement)
        statement->bind(5, static_cast<std::int64_t>(other));
    return statement;
}

constexpr std::string_view refused_sql =
    "SELECT seq FROM envelopes INDEXED BY envelopes_refused WHERE refusal_code IS NOT NULL AND seq < ?1"
    " ORDER BY seq DESC LIMIT ?2";
constexpr std::string_view all_sql = "SELECT seq FROM envelopes WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2";

/// What is late, however much else there is. Nullopt: it is too much, or the parties' own documents are fewer.
Result<std::optional<Statement>> by_lateness(const SearchQuery& query, const SearchRange& range, Database& database) {
    // An entry of the index costs far less than a row that is examined.
    constexpr std::int64_t late_for_a_row = 20;
    const bool has_party = query.receiver || query.sender || query.agency || query.scope;
    const auto are_few = are_few_late(query.late, has_party ? range.rows_max : range.rows_max * late_for_a_row, database);
    if (!are_few)
        return are_few.error();
    if (!*are_few)
        return std::optional<Statement>{};
    const auto end = delivery_bound(range, database);
    if (!end)
        return end.error();
    // Without a bound of the deliveries the newest late ones could all be too new.
    if (*end == INT64_MAX && range.below != INT64_MAX)
        return std::optional<Statement>{};
    auto statement = newest("SELECT d.envelope FROM (SELECT seq FROM (" + late_deliveries_sql(query.late)
                                + ") WHERE seq < ?3 ORDER BY seq DESC LIMIT ?2) l CROSS JOIN deliveries d ON d.seq = l.seq"
                                  " WHERE d.envelope < ?1 ORDER BY l.seq DESC",
                            range, database);
    if (!statement)
        return statement.error();
    statement->bind(3, *end);
    return std::optional{std::move(*statement)};
}

Result<Statement> by_id(const SearchQuery& query, const SearchRange& range, std::string& bound, Database& database) {
    const auto id = EnvelopeId::parse(query.id);
    auto statement = newest(
        id ? "SELECT seq FROM envelopes WHERE id = ?3 AND refusal_code IS NULL AND seq < ?1 UNION ALL"
             " SELECT seq FROM envelopes WHERE id = ?3 AND refusal_code IS NOT NULL AND seq < ?1 ORDER BY seq DESC LIMIT ?2"
           : "SELECT rowid FROM search WHERE search MATCH ?3 AND rowid < ?1 UNION"
             " SELECT seq FROM envelopes WHERE axis_doc_id = ?4 AND seq < ?1 ORDER BY 1 DESC LIMIT ?2",
        range, database);
    if (!statement)
        return statement;
    bound = id ? std::string{id->bytes()} : match_of_words("document_id", search_key(query.id));
    id ? statement->bind_octets(3, bound) : statement->bind_text(3, bound).bind_text(4, query.id);
    return statement;
}

Result<Statement> by_agency(const SearchQuery& query, const SearchRange& range, Database& database, AgencyNumbers& agencies) {
    const auto& agency = query.receiver ? query.receiver
                         : query.sender ? query.sender
                         : query.agency ? query.agency
                                        : query.scope;
    const auto number = agencies.number(database, *agency);
    if (!number)
        return number.error();
    const std::int64_t of = number->value_or(0);
    if (query.sender && !query.receiver)
        return newest_of(by_sender_sql, of, range, database);
    return newest_by_delivery(query.receiver ? by_receiver_sql : by_party_sql, of, range, database);
}

}  // namespace

Result<std::optional<std::string>> party_condition(const AgencyCode& agency, Database& database, AgencyNumbers& agencies) {
    const auto number = agencies.number(database, agency);
    if (!number)
        return number.error();
    if (!*number)
        return std::optional<std::string>{};
    return std::optional{" AND (e.sender = " + std::to_string(**number) + " OR " + receiver_condition(**number) + ")"};
}

Result<SearchConditions> conditions_of(const SearchQuery& query, Database& database, AgencyNumbers& agencies) {
    SearchConditions conditions{.sql = {}, .is_impossible = has_only_signs(query)};
    const auto agency_number = [&](const AgencyCode& code) -> Result<std::int64_t> {
        const auto number = agencies.number(database, code);
        if (!number)
            return number.error();
        conditions.is_impossible = conditions.is_impossible || !*number;
        return number->value_or(0);
    };
    if (query.sender) {
        const auto number = agency_number(*query.sender);
        if (!number)
            return number.error();
        conditions.sql += " AND e.sender = " + std::to_string(*number);
    }
    if (query.receiver) {
        const auto number = agency_number(*query.receiver);
        if (!number)
            return number.error();
        conditions.sql += " AND " + receiver_condition(*number);
    }
    for (const auto& agency : {query.agency, query.scope}) {
        if (!agency)
            continue;
        const auto is_party = party_condition(*agency, database, agencies);
        if (!is_party)
            return is_party.error();
        conditions.is_impossible = conditions.is_impossible || !*is_party;
        conditions.sql += is_party->value_or("");
    }
    if (auto added = add_fates(query, database, agencies, conditions); !added)
        return added.error();
    if (query.urgency)
        conditions.sql += " AND e.urgency >= " + std::to_string(static_cast<int>(*query.urgency));
    if (query.kind)
        conditions.sql += " AND e.kind = " + std::to_string(static_cast<int>(*query.kind));
    if (query.refused_only)
        conditions.sql += " AND e.refusal_code IS NOT NULL";
    if (query.since)
        conditions.sql += " AND e.accepted_at >= " + std::to_string(ms_of(*query.since));
    if (query.until)
        conditions.sql += " AND e.accepted_at < " + std::to_string(ms_of(*query.until));
    // Acknowledgements are the adapters' own affair, and each document has several: nobody meets them who has not asked
    // for what was refused, for one of them or for all. Nor pages of units: of kind service people look for refusals.
    if (!query.refused_only && !query.kind && query.id.empty())
        conditions.sql += " AND e.kind <> 3 AND (e.kind <> 5 OR e.refusal_code IS NOT NULL)";
    return conditions;
}

Result<Statement> candidates(const SearchQuery& query, Reading reading, const SearchRange& range, std::string& bound,
                             Database& database, AgencyNumbers& agencies) {
    if (!query.id.empty())
        return by_id(query, range, bound, database);
    bound = match_of(query, reading);
    if (!bound.empty()) {
        auto statement = newest("SELECT rowid FROM search WHERE search MATCH ?3 AND rowid < ?1 ORDER BY rowid DESC LIMIT ?2",
                                range, database);
        if (statement)
            statement->bind_text(3, bound);
        return statement;
    }
    if (query.operation)
        return newest_by_delivery(by_operation_sql, static_cast<std::int64_t>(number(*query.operation)), range, database);
    if (is_aside(query))
        return by_standing(query, range, database);
    if (query.refused_only) {
        const auto are_few = has_few_refusals(range, database);
        if (!are_few || *are_few)
            return are_few ? newest(refused_sql, range, database) : are_few.error();
    }
    if (!query.late.empty()) {
        auto late = by_lateness(query, range, database);
        if (!late)
            return late.error();
        if (*late)
            return std::move(**late);
    }
    if (query.receiver || query.sender || query.agency || query.scope)
        return by_agency(query, range, database, agencies);
    return newest(all_sql, range, database);
}

}  // namespace hub::ledger
