#include "hub/ledger/sqlite_ledger.hpp"

#include "hub/core/axis_doc_id.hpp"
#include "hub/core/fold.hpp"
#include "hub/core/start_fault.hpp"
#include "hub/ledger/agency_numbers.hpp"
#include "hub/ledger/ledger_id.hpp"
#include "hub/ledger/migrations.hpp"
#include "hub/ledger/segments.hpp"
#include "hub/ledger/sqlite_acts.hpp"
#include "hub/ledger/sqlite_changes.hpp"
#include "hub/ledger/sqlite_book.hpp"
#include "hub/ledger/sqlite_operations.hpp"
#include "hub/ledger/sqlite_owed.hpp"
#include "hub/ledger/sqlite_period_report.hpp"
#include "hub/ledger/sqlite_search.hpp"
#include "hub/ledger/sqlite_story.hpp"
#include "hub/ledger/sqlite_queues.hpp"
#include "hub/ledger/sqlite_tellings.hpp"
#include "hub/ledger/sqlite_units.hpp"
#include "hub/ledger/sqlite_view.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>

namespace hub::ledger {
namespace {

/// Pages of the log after which it is written back into the database: about 16 MB.
constexpr std::size_t commits_between_checkpoints = 64;

/// What a status is found by are the names of the document that it answers.
DocumentName name_of(const EnvelopeHeader& header) {
    if (header.document)
        return *header.document;
    DocumentName name;
    if (header.status) {
        const StatusReport& s = *header.status;
        name.issuer = s.answers_issuer;
        const auto slash = s.answers_code.find('/');
        name.number = s.answers_code.substr(0, slash);
        if (slash != std::string::npos)
            name.notation = s.answers_code.substr(slash + 1);
        name.document_id = s.answers_document_id;
    }
    return name;
}

struct Statements {
    static Result<Statements> prepare(Database& database);
    Statement begin, commit, envelope, search, delivery, station, retrieved, entry, cursor, content, party,
        leave, use, hold, retire, unuse, given_back, axis_doc_id;
};

Result<Statements> Statements::prepare(Database& database) {
    // What its station leaves to do, and what comes before that: the answer to a change.
    const std::string own = "iif(owes & 32, ?8, ?7)";
    const std::string duty = "iif(coalesce(?6, change_state) = 1, 4, " + own + ")";
    const std::string station_sql =
        "UPDATE deliveries SET station = ?2, changed_at = ?3, carriage = ?4, change_kind = coalesce(?5, change_kind),"
        " change_state = coalesce(?6, change_state), owes = (owes & 48) | " + duty
        // What has failed waits for an operator, not for its receiver.
        + " | iif(?2 = 2 AND " + duty + " = 1, 64, 0), owed_since = CASE "
        // A question stops no clock.
        + duty + " WHEN owes & 15 THEN owed_since"
        " WHEN 1 THEN iif(owes IS NULL, ?3, (SELECT e.accepted_at FROM envelopes e WHERE e.seq = deliveries.envelope))"
        " WHEN 2 THEN coalesce(retrieved_at, ?3) WHEN 3 THEN coalesce(arrived_at, ?3) ELSE ?3 END,"
        " retrieved_at = CASE WHEN ?7 <> 1 AND owes IS NOT NULL THEN coalesce(retrieved_at, ?3) END,"
        " arrived_at = CASE WHEN " + own + " IN (0, 3) AND owes IS NOT NULL THEN coalesce(arrived_at, ?3) END,"
        " decided_at = CASE WHEN " + own + " = 0 AND owes IS NOT NULL THEN coalesce(decided_at, ?3) END WHERE seq = ?1";
    const std::array sql{
        "BEGIN IMMEDIATE",
        "COMMIT",
        "INSERT INTO envelopes (seq, id, sender, kind, urgency, business, accepted_at, first_delivery, receivers,"
        " position, bytes, checksum, header_digest, issuer, number, notation, promulgated_on, document_id, subject,"
        " type_name, status_code, parts, refusal_code, refusal_field, refusal_text, changes, signed_by_gateway)"
        " VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,?22,?23,?24,?25,?26,?27)",
        "INSERT INTO search (rowid, number, notation, document_id, issuer, subject) VALUES (?1,?2,?3,?4,?5,?6)",
        "INSERT INTO deliveries (seq, envelope, receiver, station, changed_at, carriage, inbox, receivers, owes, owed_since)"
        " VALUES (?1,?2,?3,0,?4,?5,?6,?7,?8,?4)",
        station_sql.c_str(),
        "UPDATE agencies SET last_retrieved_at = ?2 WHERE number = "
        " (SELECT coalesce(inbox, receiver) FROM deliveries WHERE seq = ?1)",
        "INSERT INTO entries (seq, at, kind, envelope, event, receiver, addressee, code, field, text) VALUES"
        " (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
        "UPDATE agencies SET receipts_confirmed = ?2, receipts_acknowledged = ?3 WHERE number = ?1",
        "INSERT INTO contents (digest, bytes, copy, state, put_by, changed_at) VALUES (?1,?2,?3,?4,?5,?6)"
        " ON CONFLICT (digest) DO UPDATE SET bytes = ?2, copy = ?3, state = ?4, put_by = ?5, changed_at = ?6",
        "INSERT INTO content_parties (digest, agency) VALUES (?1,?2) ON CONFLICT DO NOTHING",
        "DELETE FROM content_parties WHERE digest = ?1",
        "INSERT INTO content_uses (digest, envelope) VALUES (?1,?2) ON CONFLICT DO NOTHING",
        "UPDATE envelopes SET held = ?2 WHERE seq = ?1",
        "UPDATE envelopes SET retired_at = ?2 WHERE seq = ?1",
        "DELETE FROM content_uses WHERE envelope = ?1",
        "UPDATE envelopes SET position = NULL WHERE seq = ?1",
        "UPDATE envelopes SET axis_doc_id = ?2 WHERE seq = ?1",
    };
    std::vector<Statement> made;
    for (const char* text : sql) {
        auto statement = database.prepare(text);
        if (!statement)
            return statement.error();
        made.push_back(std::move(*statement));
    }
    return Statements{std::move(made[0]),  std::move(made[1]),  std::move(made[2]),  std::move(made[3]),
                      std::move(made[4]),  std::move(made[5]),  std::move(made[6]),  std::move(made[7]),
                      std::move(made[8]),  std::move(made[9]),  std::move(made[10]), std::move(made[11]),
                      std::move(made[12]), std::move(made[13]), std::move(made[14]), std::move(made[15]),
                      std::move(made[16]), std::move(made[17])};
}

}  // namespace

struct SqliteLedger::State {
    State(std::filesystem::path given, int lock, Database opened, AgencyNumbers numbers, Statements prepared,
          std::uint64_t end, std::string name)
        : folder{std::move(given)}, lock_fd{lock}, database{std::move(opened)}, agencies{std::move(numbers)},
          statements{std::move(prepared)}, segments{folder / "segments", end}, id{std::move(name)} {}
    ~State() { (void)::close(lock_fd); }

    Result<void> write(const Batch& batch);
    Result<void> write(const EnvelopeRecord& envelope);
    Result<void> write_row(const EnvelopeRecord& envelope, std::int64_t sender, const std::optional<Place>& place);
    Result<void> write_names(EnvelopeSeq seq, const DocumentName& name);
    Result<void> write(const StationChange& change);
    Result<void> write(const Entry& entry);
    Result<void> write(const ReceiptCursor& cursor);
    Result<void> write(const ContentRecord& content);
    Result<void> write(const ContentParty& party);
    Result<void> write(const HoldChange& change);
    Result<void> write(const Retirement& retirement);
    Result<void> write(const UnitsTaken& taken) { return units.write(taken); }
    Result<void> write(const Operation& operation) { return operations.write(operation); }
    Result<void> write(const ContentTelling& telling) { return tellings.write(telling); }
    Result<void> write_deliveries(const EnvelopeRecord& envelope);
    Result<void> write_uses(const EnvelopeRecord& envelope);
    Result<void> give_back();

    const std::filesystem::path folder;
    const int lock_fd;
    Database database;
    AgencyNumbers agencies;
    Statements statements;
    UnitWriter units{database};
    ActWriter acts;
    OperationWriter operations{database, agencies};
    TellingWriter tellings{database};
    ChangeWriter changes{database, agencies};
    SegmentWriter segments;
    const std::string id;
    std::size_t commits = 0;
    std::vector<EnvelopeSeq> given_back;                 ///< Their rows still name the bytes.
};

SqliteLedger::SqliteLedger(std::unique_ptr<State> state) : state_{std::move(state)} {}
SqliteLedger::~SqliteLedger() = default;

const std::string& SqliteLedger::id() const noexcept { return state_->id; }

Result<std::unique_ptr<SqliteLedger>> SqliteLedger::open(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder / "segments", error);
    if (error)
        return fault_at_start(error.value(), Errc::ledger_full, "ledger.folder", folder);
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    const int lock = ::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0)
        return fault_at_start(errno, Errc::ledger_full, "ledger.folder", folder / "lock");
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        (void)::close(lock);
        return Fault{Errc::ledger_busy, "ledger.folder", folder.string() + ": in use by another process"};
    }
    const auto fail = [lock](const Fault& fault) {
        (void)::close(lock);
        return fault;
    };
    auto database = Database::open((folder / "ledger.sqlite").string(), Database::Mode::read_write);
    if (!database)
        return fail(database.error());
    if (auto migrated = migrate(*database); !migrated)
        return fail(migrated.error());
    auto id = ledger_id(*database);
    if (!id)
        return fail(id.error());
    auto agencies = AgencyNumbers::load(*database);
    if (!agencies)
        return fail(agencies.error());
    auto statements = Statements::prepare(*database);
    if (!statements)
        return fail(statements.error());
    // Frames are appended in the order of their rows: the last row that has one tells where they end.
    const auto end = database->ask("SELECT position + bytes FROM envelopes WHERE seq ="
                                   " (SELECT max(seq) FROM envelopes WHERE position IS NOT NULL)");
    if (!end)
        return fail(end.error());
    auto state = std::make_unique<State>(folder, lock, std::move(*database), std::move(*agencies),
                                         std::move(*statements), static_cast<std::uint64_t>(end->value_or(0)),
                                         std::move(*id));
    // What was retired before a crash, and perhaps not given back.
    if (auto given_back = state->give_back(); !given_back)
        return given_back.error();
    return std::unique_ptr<SqliteLedger>{new SqliteLedger{std::move(state)}};
}

Result<void> SqliteLedger::commit(const Batch& batch) {
    State& s = *state_;
    const std::uint64_t end = s.segments.end();
    auto done = s.statements.begin.run();
    for (const EnvelopeSeq seq : s.given_back)
        if (done)
            done = s.statements.given_back.bind(1, number(seq)).run();
    if (done)
        done = s.write(batch);
    // The frames first: a row must never name bytes that a power cut could take back.
    if (done)
        done = s.segments.sync();
    if (done)
        done = s.statements.commit.run();
    if (!done) {
        if (s.database.is_in_transaction())
            (void)s.database.execute("ROLLBACK");
        s.segments.rewind(end);
        s.operations.forget();
        if (auto loaded = s.agencies.reload(s.database); !loaded)
            return loaded.error();
        return done;
    }
    s.given_back.clear();
    if (!batch.retired.empty())
        if (auto given_back = s.give_back(); !given_back)
            return given_back;
    if (++s.commits % commits_between_checkpoints == 0) {
        // A checkpoint that finds the disk full is simply made later: the log holds everything.
        auto checkpoint = s.database.checkpoint();
        if (!checkpoint && disposition_of(checkpoint.error().code) == Disposition::halt)
            return checkpoint;
    }
    return {};
}

Result<void> SqliteLedger::State::write(const Batch& batch) {
    Result<void> done;
    const auto write_each = [&](const auto& rows) {
        for (const auto& row : rows)
            if (done)
                done = write(row);
    };
    // First: an envelope may name a content that was put again after its removal.
    write_each(batch.contents);
    write_each(batch.envelopes);
    write_each(batch.stations);
    write_each(batch.entries);
    write_each(batch.cursors);
    write_each(batch.content_parties);
    write_each(batch.holds);
    write_each(batch.retired);
    write_each(batch.units);
    write_each(batch.operations);
    done = done ? write_queues(database, agencies, batch.queues) : done;
    write_each(batch.tellings);
    return done ? changes.write(batch) : done;
}

Result<void> SqliteLedger::State::write(const EnvelopeRecord& envelope) {
    const auto sender = agencies.number_for_writing(database, envelope.sender);
    if (!sender)
        return sender.error();
    std::optional<Place> place;
    if (envelope.frame) {
        auto appended = segments.append(*envelope.frame);
        if (!appended)
            return appended.error();
        place = *appended;
    }
    if (auto written = write_row(envelope, *sender, place); !written)
        return written;
    if (auto written = write_deliveries(envelope); !written || envelope.refusal)
        return written;
    return write_uses(envelope);
}

Result<void> SqliteLedger::State::write_deliveries(const EnvelopeRecord& envelope) {
    const auto& receivers = envelope.receivers;
    const auto owes = owed_at_first(envelope.header.get());
    for (std::size_t i = 0, next = 0; i < receivers.size(); ++i) {
        const bool is_brought = i == next;
        while (next < receivers.size() && receivers[next].inbox == receivers[i].inbox)
            ++next;
        const auto receiver = agencies.number_for_writing(database, receivers[i].code);
        const auto inbox = agencies.number_for_writing(database, receivers[i].inbox);
        if (!receiver || !inbox)
            return receiver ? inbox.error() : receiver.error();
        Statement& row = statements.delivery;
        row.bind(1, number(envelope.first_delivery) + i)
            .bind(2, number(envelope.seq))
            .bind(3, *receiver)
            .bind(4, ms_of(envelope.accepted_at))
            .bind(5, static_cast<int>(is_brought ? Carriage::held : Carriage::taken));
        *inbox == *receiver ? row.bind_null(6) : row.bind(6, *inbox);
        is_brought && next - i > 1 ? row.bind(7, static_cast<std::uint64_t>(next - i)) : row.bind_null(7);
        owes ? row.bind(8, *owes) : row.bind_null(8);
        if (auto written = row.run(); !written)
            return written;
    }
    return {};
}

Result<void> SqliteLedger::State::write_uses(const EnvelopeRecord& envelope) {
    for (const Part& part : envelope.header->parts) {
        if (part.is_inline)
            continue;
        if (auto written = statements.use.bind_octets(1, part.digest.bytes()).bind(2, number(envelope.seq)).run(); !written)
            return written;
        if (auto written = write(ContentParty{part.digest, envelope.sender}); !written)
            return written;
        for (const Receiver& receiver : envelope.receivers)
            if (auto written = write(ContentParty{part.digest, receiver.inbox}); !written)
                return written;
    }
    return {};
}

Result<void> SqliteLedger::State::write_row(const EnvelopeRecord& e, std::int64_t sender,
                                            const std::optional<Place>& place) {
    const EnvelopeHeader* header = e.header.get();
    const DocumentName name = header ? ledger::name_of(*header) : DocumentName{};
    const std::string parts = header ? parts_text(header->parts) : std::string{};
    Statement& row = statements.envelope;
    row.bind(1, number(e.seq)).bind(3, sender);
    e.id ? row.bind_octets(2, e.id->bytes()) : row.bind_null(2);
    row.bind(4, header ? static_cast<int>(header->kind) : 0)
        .bind(5, header ? static_cast<int>(header->urgency) : 0)
        .bind(6, header ? static_cast<int>(header->business) : 0)
        .bind(7, ms_of(e.accepted_at))
        .bind(8, number(e.first_delivery))
        .bind(9, static_cast<std::uint64_t>(e.receivers.size()));
    if (place)
        row.bind(10, place->position).bind(11, std::uint64_t{place->bytes}).bind(12, std::uint64_t{place->checksum});
    else
        row.bind_null(10).bind_null(11).bind_null(12);
    row.bind_octets(13, e.header_digest.bytes())
        .bind_text_or_null(14, name.issuer)
        .bind_text_or_null(15, name.number)
        .bind_text_or_null(16, name.notation)
        .bind_text_or_null(17, name.promulgated_on)
        .bind_text_or_null(18, name.document_id)
        .bind_text_or_null(19, name.subject)
        .bind_text_or_null(20, name.type_name)
        .bind_text_or_null(21, header && header->status ? std::string_view{header->status->code} : "")
        .bind_text_or_null(22, parts)
        .bind_text_or_null(23, e.refusal ? hub::name_of(e.refusal->code) : "")
        .bind_text_or_null(24, e.refusal ? std::string_view{e.refusal->field} : "")
        .bind_text_or_null(25, e.refusal ? std::string_view{e.refusal->peer_text} : "");
    e.changes == EnvelopeSeq{} ? row.bind_null(26) : row.bind(26, number(e.changes));
    header && header->signed_by_gateway ? row.bind(27, 1) : row.bind_null(27);
    if (auto written = row.run(); !written)
        return written;
    if (name == DocumentName{})
        return {};
    return write_names(e.seq, name);
}

Result<void> SqliteLedger::State::write_names(EnvelopeSeq seq, const DocumentName& name) {
    // The full number is a word of its own: that is what people read out on the telephone.
    const std::string numbers = fold(name.number) + ' ' + fold(full_number(name.number, name.notation));
    const std::string notation = fold(name.notation);
    const std::string document_id = search_key(name.document_id);
    const std::string issuer = fold(name.issuer);
    const std::string subject = fold(name.subject);
    Statement& row = statements.search;
    row.bind(1, number(seq)).bind_text(2, numbers).bind_text(3, notation).bind_text(4, document_id);
    return row.bind_text(5, issuer).bind_text(6, subject).run();
}

Result<void> SqliteLedger::State::write(const StationChange& change) {
    Statement& row = statements.station;
    row.bind(1, number(change.delivery))
        .bind(2, static_cast<int>(change.station))
        .bind(3, ms_of(change.at))
        .bind(4, static_cast<int>(change.carriage));
    if (change.change)
        row.bind(5, static_cast<int>(change.change->kind)).bind(6, static_cast<int>(change.change->state));
    else
        row.bind_null(5).bind_null(6);
    row.bind(7, static_cast<int>(undone_at(change.station, Business::fresh)));
    row.bind(8, static_cast<int>(undone_at(change.station, Business::recall)));
    auto written = row.run();
    if (written && change.turn)
        written = operations.write(change.delivery, *change.turn);
    if (written && change.station == Station::retrieved)
        return statements.retrieved.bind(1, number(change.delivery)).bind(2, ms_of(change.at)).run();
    return written;
}

Result<void> SqliteLedger::State::write(const Entry& entry) {
    Statement& row = statements.entry;
    row.bind(1, number(entry.seq)).bind(2, ms_of(entry.at)).bind(3, static_cast<int>(entry.kind));
    row.bind(4, number(entry.envelope));
    entry.event ? row.bind(5, static_cast<int>(*entry.event)) : row.bind_null(5);
    const auto bind_agency = [&](int index, const std::optional<AgencyCode>& code) -> Result<void> {
        if (!code) {
            row.bind_null(index);
            return {};
        }
        const auto number = agencies.number_for_writing(database, *code);
        if (!number)
            return number.error();
        row.bind(index, *number);
        return {};
    };
    if (auto bound = bind_agency(6, entry.receiver); !bound)
        return bound;
    if (auto bound = bind_agency(7, entry.addressee); !bound)
        return bound;
    row.bind_text_or_null(8, entry.code).bind_text_or_null(9, entry.field).bind_text_or_null(10, entry.text);
    if (auto written = row.run(); !written)
        return written;
    if (entry.event == ReceiptEvent::stored && entry.field == axis_doc_id_field)
        return statements.axis_doc_id.bind(1, number(entry.envelope))
            .bind_text(2, std::string_view{entry.text}.substr(axis_doc_id_words.size()))
            .run();
    return entry.act ? acts.write(database, entry.seq, *entry.act) : Result<void>{};
}

Result<void> SqliteLedger::State::write(const ReceiptCursor& cursor) {
    const auto agency = agencies.number_for_writing(database, cursor.agency);
    if (!agency)
        return agency.error();
    return statements.cursor.bind(1, *agency)
        .bind(2, number(cursor.confirmed_through))
        .bind(3, number(cursor.acknowledged_through))
        .run();
}

Result<void> SqliteLedger::State::write(const ContentRecord& content) {
    const auto put_by = agencies.number_for_writing(database, content.put_by);
    if (!put_by)
        return put_by.error();
    if (content.state == ContentState::removed)
        if (auto left = statements.leave.bind_octets(1, content.digest.bytes()).run(); !left)
            return left;
    return statements.content.bind_octets(1, content.digest.bytes())
        .bind(2, content.bytes)
        .bind(3, static_cast<std::uint64_t>(content.copy))
        .bind(4, static_cast<int>(content.state))
        .bind(5, *put_by)
        .bind(6, ms_of(content.changed_at))
        .run();
}

Result<void> SqliteLedger::State::write(const ContentParty& party) {
    const auto agency = agencies.number_for_writing(database, party.agency);
    if (!agency)
        return agency.error();
    return statements.party.bind_octets(1, party.digest.bytes()).bind(2, *agency).run();
}

Result<void> SqliteLedger::State::write(const HoldChange& change) {
    return statements.hold.bind(1, number(change.envelope)).bind(2, change.is_held ? 1 : 0).run();
}
Result<void> SqliteLedger::State::write(const Retirement& retirement) {
    if (auto written = statements.retire.bind(1, number(retirement.envelope)).bind(2, ms_of(retirement.at)).run(); !written)
        return written;
    return statements.unuse.bind(1, number(retirement.envelope)).run();
}

/// Neighbours in one piece: a block that two frames share is given back only when both go at once.
Result<void> SqliteLedger::State::give_back() {
    auto row = database.prepare("SELECT seq, position, bytes FROM envelopes WHERE retired_at IS NOT NULL AND position"
                                " IS NOT NULL ORDER BY seq");
    if (!row)
        return row.error();
    given_back.clear();
    std::uint64_t from = 0, until = 0;
    for (;;) {
        const auto step = row->step();
        if (!step)
            return step.error();
        if (!*step)
            break;
        if (row->number(1) != until) {
            segments.give_back(from, until - from);
            from = row->number(1);
        }
        until = row->number(1) + row->number(2);
        given_back.push_back(EnvelopeSeq{row->number(0)});
    }
    segments.give_back(from, until - from);
    return {};
}

std::unique_ptr<LedgerView> SqliteLedger::view() { return open_view(state_->folder); }
std::unique_ptr<OperationBook> SqliteLedger::book() { return open_book(state_->folder); }
std::unique_ptr<LedgerReports> SqliteLedger::reports() { return open_reports(state_->folder); }
std::unique_ptr<LedgerSearch> SqliteLedger::search() { return open_search(state_->folder); }

}  // namespace hub::ledger
