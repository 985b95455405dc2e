#include "hub/ledger/sqlite_operations.hpp"

#include <array>

namespace hub::ledger {
namespace {

constexpr std::size_t causes_remembered_max = 1000;

constexpr std::string_view operation_columns =
    "seq, key, act, standing, cause, sender, receiver, envelope, number, since, until, seen_entry, seen_delivery,"
    " expected, per_second, actor, reason, state, done, through, asked_at, changed_at,"
    " starts_at, decided_by, decision, decided_at";

Result<std::optional<AgencyCode>> agency_at(Statement& row, int column, Database& database, AgencyNumbers& agencies) {
    if (row.is_null(column))
        return std::optional<AgencyCode>{};
    auto code = agencies.code(database, row.integer(column));
    if (!code)
        return code.error();
    return std::optional{std::move(*code)};
}

Result<Operation> operation_at(Statement& row, Database& database, AgencyNumbers& agencies) {
    auto sender = agency_at(row, 5, database, agencies), receiver = agency_at(row, 6, database, agencies);
    if (!sender || !receiver)
        return sender ? receiver.error() : sender.error();
    Operation operation;
    operation.seq = OperationSeq{row.number(0)};
    operation.key = row.text(1);
    operation.act = static_cast<DeliveryAct>(row.integer(2));
    Selection& selection = operation.selection;
    selection.standing = static_cast<Standing>(row.integer(3));
    selection.cause = row.text(4);
    selection.sender = std::move(*sender);
    selection.receiver = std::move(*receiver);
    if (const auto id = EnvelopeId::from_bytes(row.octets(7)); id)
        selection.envelope = *id;
    selection.number = row.text(8);
    if (!row.is_null(9))
        selection.since = instant_of(row.integer(9));
    if (!row.is_null(10))
        selection.until = instant_of(row.integer(10));
    operation.seen = {EntrySeq{row.number(11)}, DeliverySeq{row.number(12)}};
    operation.expected = row.number(13);
    operation.per_second = static_cast<std::uint32_t>(row.integer(14));
    operation.actor = row.text(15);
    operation.reason = row.text(16);
    operation.state = static_cast<OperationState>(row.integer(17));
    operation.done = row.number(18);
    operation.through = DeliverySeq{row.number(19)};
    operation.asked_at = instant_of(row.integer(20));
    operation.changed_at = instant_of(row.integer(21));
    if (!row.is_null(22))
        operation.starts_at = instant_of(row.integer(22));
    operation.decided_by = row.text(23);
    operation.decision = row.text(24);
    if (!row.is_null(25))
        operation.decided_at = instant_of(row.integer(25));
    return operation;
}

}  // namespace

// ---- Writing

Result<void> OperationWriter::prepare() {
    if (statements_)
        return {};
    const std::array<std::string, 5> sql{
        "UPDATE deliveries SET attempt = ?2, turned_by = ?3, cause = coalesce(?4, cause),"
        " operation = coalesce(?5, operation) WHERE seq = ?1",
        "SELECT number FROM causes WHERE fingerprint = ?1",
        "INSERT INTO causes (fingerprint, code, detail) VALUES (?1,?2,?3) RETURNING number",
        "INSERT INTO operations (" + std::string{operation_columns} + ") VALUES"
        " (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24,?25,?26)"
        " ON CONFLICT (seq) DO UPDATE SET expected = ?14, state = ?18, done = ?19, through = ?20, changed_at = ?22,"
        " starts_at = ?23, decided_by = ?24, decision = ?25, decided_at = ?26",
        // One that fails once more for the same has not arrived between.
        "UPDATE causes SET since = ?2 WHERE number = ?1"
        " AND NOT EXISTS (SELECT 1 FROM deliveries WHERE seq = ?3 AND cause = ?1)"
        " AND NOT EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_failing WHERE cause = ?1 AND carriage IN (4, 6))"};
    std::vector<Statement> made;
    for (const std::string& text : sql) {
        auto statement = database_.prepare(text);
        if (!statement)
            return statement.error();
        made.push_back(std::move(*statement));
    }
    statements_.emplace(Statements{std::move(made[0]), std::move(made[1]), std::move(made[2]), std::move(made[3]),
                                   std::move(made[4])});
    return {};
}

Result<std::int64_t> OperationWriter::number_of(const Cause& cause) {
    const std::string fingerprint = fingerprint_of(cause);
    if (const auto known = causes_.find(fingerprint); known != causes_.end())
        return known->second;
    Statement& asked = statements_->cause;
    std::int64_t number = 0;
    {
        const ResetOnExit reset{asked};
        const auto step = asked.bind_text(1, fingerprint).step();
        if (!step)
            return step.error();
        if (*step)
            number = asked.integer(0);
    }
    if (number == 0) {
        Statement& added = statements_->add_cause;
        const ResetOnExit reset{added};
        const auto step = added.bind_text(1, fingerprint).bind_text(2, cause.code).bind_text(3, cause.detail).step();
        if (!step)
            return step.error();
        number = added.integer(0);
    }
    if (causes_.size() >= causes_remembered_max)
        causes_.clear();
    causes_.emplace(fingerprint, number);
    return number;
}

Result<void> OperationWriter::write(DeliverySeq delivery, const Turn& turn) {
    if (auto prepared = prepare(); !prepared)
        return prepared;
    std::optional<std::int64_t> cause;
    if (turn.cause) {
        const auto known = number_of(*turn.cause);
        if (!known)
            return known.error();
        cause = *known;
        Statement& begun = statements_->begin_cause;
        if (auto done = begun.bind(1, *cause).bind(2, number(turn.by)).bind(3, number(delivery)).run(); !done)
            return done;
    }
    Statement& row = statements_->turn;
    row.bind(1, number(delivery)).bind(2, std::int64_t{turn.attempt});
    turn.by == EntrySeq{} ? row.bind_null(3) : row.bind(3, number(turn.by));
    cause ? row.bind(4, *cause) : row.bind_null(4);
    turn.operation == OperationSeq{} ? row.bind_null(5) : row.bind(5, number(turn.operation));
    return row.run();
}

Result<void> OperationWriter::write(const Operation& o) {
    if (auto prepared = prepare(); !prepared)
        return prepared;
    Statement& row = statements_->operation;
    const auto bind_agency = [&](int index, const std::optional<AgencyCode>& code) -> Result<void> {
        if (!code) {
            row.bind_null(index);
            return {};
        }
        const auto number = agencies_.number_for_writing(database_, *code);
        if (!number)
            return number.error();
        row.bind(index, *number);
        return {};
    };
    const auto bind_time = [&](int index, const std::optional<Instant>& at) {
        at ? row.bind(index, ms_of(*at)) : row.bind_null(index);
    };
    const Selection& s = o.selection;
    row.bind(1, number(o.seq)).bind_text(2, o.key).bind(3, static_cast<int>(o.act)).bind(4, static_cast<int>(s.standing));
    row.bind_text_or_null(5, s.cause);
    if (auto bound = bind_agency(6, s.sender); !bound)
        return bound;
    if (auto bound = bind_agency(7, s.receiver); !bound)
        return bound;
    s.envelope ? row.bind_octets(8, s.envelope->bytes()) : row.bind_null(8);
    row.bind_text_or_null(9, s.number);
    bind_time(10, s.since);
    bind_time(11, s.until);
    row.bind(12, number(o.seen.entry)).bind(13, number(o.seen.delivery)).bind(14, o.expected);
    row.bind(15, std::int64_t{o.per_second}).bind_text(16, o.actor).bind_text(17, o.reason);
    row.bind(18, static_cast<int>(o.state)).bind(19, o.done).bind(20, number(o.through));
    bind_time(23, o.starts_at);
    bind_time(26, o.decided_at);
    row.bind_text(24, o.decided_by).bind_text(25, o.decision);
    return row.bind(21, ms_of(o.asked_at)).bind(22, ms_of(o.changed_at)).run();
}

// ---- Reading

Result<std::vector<Operation>> read_operations(Database& database, AgencyNumbers& agencies, std::string_view condition,
                                               const std::function<void(Statement&)>& bind, std::size_t count) {
    std::vector<Operation> found;
    auto row = database.prepare("SELECT " + std::string{operation_columns} + " FROM operations "
                                + std::string{condition} + " LIMIT ?2");
    if (!row)
        return row.error();
    bind(*row);
    row->bind(2, static_cast<std::uint64_t>(count));
    for (;;) {
        const auto step = row->step();
        if (!step)
            return step.error();
        if (!*step)
            return found;
        auto read = operation_at(*row, database, agencies);
        if (!read)
            return read.error();
        found.push_back(std::move(*read));
    }
}

// ---- Selections

namespace {

struct Source {
    std::string_view index, stands;
};

/// Each condition names its index's own, or SQLite would not take it.
Source source_of(Standing standing) noexcept {
    static_assert(static_cast<int>(Carriage::taken) == 2 && static_cast<int>(Carriage::parked) == 3
                  && static_cast<int>(Carriage::failed) == 4 && static_cast<int>(Carriage::at_adapter) == 5
                  && static_cast<int>(Carriage::parked_failed) == 6);
    switch (standing) {
    case Standing::waiting: return {"deliveries_waiting", "d.carriage < 2"};
    case Standing::failed: return {"deliveries_aside", "d.carriage > 2 AND d.carriage = 4"};
    case Standing::parked: return {"deliveries_aside", "d.carriage > 2 AND d.carriage IN (3, 6)"};
    case Standing::at_adapter: return {"deliveries_aside", "d.carriage > 2 AND d.carriage = 5"};
    }
    return {"deliveries_aside", "d.carriage > 2"};
}

std::string hex_of(BytesView octets) {
    std::string text = "X'";
    for (const char octet : octets) {
        text += "0123456789ABCDEF"[static_cast<unsigned char>(octet) >> 4];
        text += "0123456789ABCDEF"[static_cast<unsigned char>(octet) & 15];
    }
    return text + "'";
}

Result<std::optional<std::int64_t>> cause_number(Database& database, std::string_view fingerprint) {
    auto row = database.prepare("SELECT number FROM causes WHERE fingerprint = ?1");
    if (!row)
        return row.error();
    const auto step = row->bind_text(1, fingerprint).step();
    if (!step)
        return step.error();
    return *step ? std::optional{row->integer(0)} : std::nullopt;
}

/// Deliveries `d` that stand there, by the narrowest index that gives them in their order.
std::string standing_rows(const Selection& selection, const std::string& receiver) {
    const Source source = source_of(selection.standing);
    std::string sql;
    if (selection.envelope)
        sql = " FROM envelopes x CROSS JOIN deliveries d WHERE x.id = " + hex_of(selection.envelope->bytes())
              + " AND x.refusal_code IS NULL AND d.seq >= x.first_delivery AND d.seq < x.first_delivery + x.receivers AND ";
    else
        sql = " FROM deliveries d INDEXED BY " + std::string{source.index} + " WHERE ";
    sql += source.stands;
    if (!selection.envelope && selection.standing == Standing::waiting)
        sql += " AND coalesce(d.inbox, d.receiver) = " + receiver;
    return sql;
}

}  // namespace

void SelectionSql::bind(Statement& statement, const Selection& selection, const Horizon& seen, DeliverySeq after) {
    statement.bind(1, number(after))
        .bind(2, number(seen.delivery))
        .bind(3, number(seen.entry))
        .bind_text(4, selection.number);
}

Result<SelectionSql> sql_of(const Selection& selection, Database& database, AgencyNumbers& agencies) {
    SelectionSql sql;
    std::string receiver;
    sql.fits = "coalesce(d.turned_by, 0) <= ?3 AND e.retired_at IS NULL AND e.position IS NOT NULL"
               // A status has the number of what it answers.
               " AND (?4 = '' OR (e.kind = 1 AND (e.number = ?4 OR e.number || '/' || e.notation = ?4)))";
    static_assert(static_cast<int>(Kind::document) == 1);
    const auto add_agency = [&](const std::optional<AgencyCode>& code, bool is_sender) -> Result<void> {
        if (!code)
            return {};
        const auto known = agencies.number(database, *code);
        if (!known)
            return known.error();
        sql.is_impossible = sql.is_impossible || !*known;
        const std::string number = std::to_string(known->value_or(0));
        if (!is_sender)
            receiver = number;
        sql.fits += is_sender                                 ? " AND e.sender = " + number
                    : selection.standing == Standing::waiting ? " AND coalesce(d.inbox, d.receiver) = " + number
                                                              : " AND " + number + " IN (d.receiver, d.inbox)";
        return {};
    };
    if (auto added = add_agency(selection.sender, true); !added)
        return added.error();
    if (auto added = add_agency(selection.receiver, false); !added)
        return added.error();
    if (selection.since)
        sql.fits += " AND e.accepted_at >= " + std::to_string(ms_of(*selection.since));
    if (selection.until)
        sql.fits += " AND e.accepted_at < " + std::to_string(ms_of(*selection.until));
    const std::string rows = standing_rows(selection, receiver);
    sql.walk = "SELECT d.seq AS seq" + rows + " AND d.seq > ?1 AND d.seq <= ?2 ORDER BY d.seq LIMIT ?5";
    // What failed, was brought again and parked on its way knows its cause still, and does not stand failed for it.
    if (selection.standing == Standing::parked && !selection.cause.empty())
        sql.fits += selection.cause == no_cause ? " AND d.carriage = 3" : " AND d.carriage = 6";
    if (!selection.cause.empty() && selection.cause != no_cause) {
        const auto cause = cause_number(database, selection.cause);
        if (!cause)
            return cause.error();
        sql.is_impossible = sql.is_impossible || !*cause;
        sql.fits += " AND d.cause = " + std::to_string(cause->value_or(0));
    }
    // In the order of deliveries, which is nearly that of envelopes: by cause and receiver it takes ten times as long.
    sql.counted = "SELECT 1 FROM (SELECT d.seq AS seq" + rows + " AND d.seq <= ?2) s CROSS JOIN deliveries d"
                  " CROSS JOIN envelopes e WHERE d.seq = s.seq AND e.seq = d.envelope AND " + sql.fits + " LIMIT ?5";
    return sql;
}

}  // namespace hub::ledger
