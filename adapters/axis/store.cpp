#include "adapters/axis/store.hpp"

#include "adapters/axis/store_schema.hpp"
#include "adapters/kit/durable_file.hpp"

#include "hub/core/signature.hpp"

namespace hub::axis {
namespace {

constexpr char between = '\x1f';
constexpr unsigned commits_between_checkpoints = 500;

constexpr std::string_view departure_columns = "seq, sender, envelope, kind, course, receivers, lanes, title, "
                                               "notation, echo_key, taken_at, expires_at, attempted_at, "
                                               "attempts, anchor, doc_id, code, detail";

constexpr std::string_view forget_departures =
    "DELETE FROM departure WHERE seq IN "
    "(SELECT seq FROM departure WHERE course >= 5 AND changed_at < ?1 LIMIT 1000)";
constexpr std::string_view forget_handed =
    "DELETE FROM handed WHERE doc_id IN "
    "(SELECT doc_id FROM arrival WHERE stage >= 5 AND changed_at < ?1 LIMIT 1000)";
constexpr std::string_view forget_arrivals =
    "DELETE FROM arrival WHERE doc_id IN "
    "(SELECT doc_id FROM arrival WHERE stage >= 5 AND changed_at < ?1 LIMIT 1000)";

std::int64_t ms_of(Instant at) { return at.time_since_epoch().count(); }
Instant instant_of(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

template <class Texts, class TextOf>
std::string joined(const Texts& texts, TextOf text_of) {
    std::string out;
    for (const auto& each : texts)
        out += text_of(each) + '\n';
    return out;
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> out;
    for (std::size_t end = 0; (end = text.find('\n')) != std::string_view::npos; text.remove_prefix(end + 1))
        out.emplace_back(text.substr(0, end));
    return out;
}

/// Of anybody's words, as a name of a file.
std::string file_name(std::string_view text) { return sha256(text).text().substr(0, 32); }

Result<Arrival> arrival_in(const ledger::Statement& row) {
    Arrival arrival{.doc_id = std::string{row.text(0)},
                    .kind = static_cast<vxp::PacketKind>(row.integer(1)),
                    .stage = static_cast<Stage>(row.integer(2)),
                    .envelope = std::nullopt,
                    .digest = {},
                    .receivers = {},
                    .code = std::string{row.text(6)},
                    .field = std::string{row.text(7)},
                    .listed_at = instant_of(row.integer(8))};
    if (!row.is_null(3)) {
        const auto id = EnvelopeId::from_bytes(row.octets(3));
        if (!id)
            return Fault{Errc::ledger_corrupt, "arrival", arrival.doc_id};
        arrival.envelope = *id;
    }
    const auto digest = Digest::from_bytes(row.octets(4));
    if (!digest)
        return Fault{Errc::ledger_corrupt, "arrival", arrival.doc_id};
    arrival.digest = *digest;
    for (const std::string& text : split(row.text(5))) {
        auto code = AgencyCode::parse(text);
        if (!code)
            return Fault{Errc::ledger_corrupt, "arrival", arrival.doc_id};
        arrival.receivers.push_back(std::move(*code));
    }
    return arrival;
}

Result<Departure> departure_in(const ledger::Statement& row) {
    auto sender = AgencyCode::parse(row.text(1));
    const auto id = EnvelopeId::from_bytes(row.octets(2));
    if (!sender || !id)
        return Fault{Errc::ledger_corrupt, "departure", std::to_string(row.integer(0))};
    return Departure{.seq = row.number(0),
                     .sender = std::move(*sender),
                     .envelope = *id,
                     .kind = static_cast<vxp::PacketKind>(row.integer(3)),
                     .course = static_cast<Course>(row.integer(4)),
                     .to = split(row.text(5)),
                     .lanes = split(row.text(6)),
                     .title = std::string{row.text(7)},
                     .notation = std::string{row.text(8)},
                     .echo_key = std::string{row.text(9)},
                     .taken_at = instant_of(row.integer(10)),
                     .expires_at = instant_of(row.integer(11)),
                     .attempted_at = instant_of(row.integer(12)),
                     .attempts = static_cast<unsigned>(row.integer(13)),
                     .anchor = std::string{row.text(14)},
                     .doc_id = std::string{row.text(15)},
                     .code = std::string{row.text(16)},
                     .detail = std::string{row.text(17)}};
}

Result<std::optional<Arrival>> one_arrival(ledger::Statement& query) {
    const ledger::ResetOnExit reset{query};
    const auto row = query.step();
    if (!row)
        return row.error();
    if (!*row)
        return std::optional<Arrival>{};
    auto found = arrival_in(query);
    return found ? Result<std::optional<Arrival>>{std::move(*found)} : found.error();
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& folder) {
    std::error_code error;
    for (const auto* name : {"in", "out", "spool"}) {
        std::filesystem::create_directories(folder / name, error);
        if (error)
            return kit::file_fault_at_start(error.value(), folder / name);
    }
    auto database = ledger::Database::open((folder / "axis.sqlite").string(), ledger::Database::Mode::read_write);
    if (!database)
        return Fault{database.error().code, (folder / "axis.sqlite").string(), database.error().peer_text};
    const auto found = database->ask("PRAGMA user_version");
    if (!found)
        return found.error();
    if (found->value_or(0) > store_version)
        return Fault{Errc::setting_invalid, (folder / "axis.sqlite").string(), "made by a newer version"};
    for (auto from = found->value_or(0); from < store_version; ++from) {
        const std::string step = std::string{"BEGIN IMMEDIATE;"} + (from == 0 ? store_schema : store_schema_2) + "COMMIT;";
        if (auto made = database->execute(step.c_str()); !made)
            return made.error();
    }
    std::unique_ptr<Store> store{new Store{folder, std::move(*database)}};
    if (auto removed = store->remove_strays(); !removed)
        return removed.error();
    return store;
}

/// Files that an end left behind, which no row needs.
Result<void> Store::remove_strays() {
    std::set<std::filesystem::path> needed;
    auto arrivals = open_arrivals();
    if (!arrivals)
        return arrivals.error();
    for (const Arrival& each : *arrivals)
        if (each.stage == Stage::submitting)
            needed.insert(in_file(each.doc_id));
    auto rows = statement("SELECT sender, envelope FROM departure WHERE course < 3");
    if (!rows)
        return rows.error();
    const ledger::ResetOnExit reset{**rows};
    for (;;) {
        const auto row = (*rows)->step();
        if (!row)
            return row.error();
        if (!*row)
            break;
        const auto sender = AgencyCode::parse((*rows)->text(0));
        const auto id = EnvelopeId::from_bytes((*rows)->octets(1));
        if (sender && id)
            needed.insert(out_file(*sender, *id));
    }
    std::error_code error;
    for (const auto* name : {"in", "out", "spool"})
        for (const auto& entry : std::filesystem::directory_iterator{folder_ / name, error})
            if (!needed.contains(entry.path()))
                std::filesystem::remove(entry.path(), error);
    return {};
}

std::filesystem::path Store::in_file(const std::string& doc_id) const {
    return folder_ / "in" / (file_name(doc_id) + ".edxml");
}

std::filesystem::path Store::out_file(const AgencyCode& sender, const EnvelopeId& id) const {
    return folder_ / "out" / (id.text() + "-" + file_name(sender.text()).substr(0, 8) + ".edxml");
}

Result<ledger::Statement*> Store::statement(std::string_view sql) {
    auto it = statements_.find(sql);
    if (it == statements_.end()) {
        auto prepared = database_.prepare(sql);
        if (!prepared)
            return prepared.error();
        it = statements_.emplace(sql, std::move(*prepared)).first;
    }
    return &it->second;
}

Result<void> Store::begin() {
    return database_.is_in_transaction() ? Result<void>{} : database_.execute("BEGIN IMMEDIATE");
}

Result<void> Store::commit() {
    if (!database_.is_in_transaction())
        return {};
    if (auto committed = database_.execute("COMMIT"); !committed)
        return committed;
    if (++commits_ % commits_between_checkpoints != 0)
        return {};
    return database_.checkpoint();
}

void Store::roll_back() noexcept {
    if (database_.is_in_transaction())
        (void)database_.execute("ROLLBACK");
}

Result<void> Store::hand_over(const Arrival& arrival, Instant now) {
    if (arrival.stage == Stage::refused) {
        // Nobody has got it after all.
        auto removal = statement("DELETE FROM handed WHERE doc_id = ?1");
        return removal ? (*removal)->bind_text(1, arrival.doc_id).run() : removal.error();
    }
    if (arrival.stage != Stage::submitting)
        return {};
    auto insertion = statement("INSERT OR IGNORE INTO handed VALUES (?1, ?2, ?3, ?4)");
    if (!insertion)
        return insertion.error();
    for (const AgencyCode& receiver : arrival.receivers)
        if (auto written = (*insertion)
                               ->bind_octets(1, arrival.digest.bytes())
                               .bind_text(2, receiver.text())
                               .bind_text(3, arrival.doc_id)
                               .bind(4, ms_of(now))
                               .run();
            !written)
            return written;
    return {};
}

Result<void> Store::write(const Arrival& arrival, Instant now) {
    if (auto begun = begin(); !begun)
        return begun;
    auto upsert = statement("INSERT OR REPLACE INTO arrival VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    if (!upsert)
        return upsert.error();
    const std::string receivers = joined(arrival.receivers, [](const AgencyCode& code) { return code.text(); });
    ledger::Statement& row = **upsert;
    row.bind_text(1, arrival.doc_id)
        .bind(2, static_cast<int>(arrival.kind))
        .bind(3, static_cast<int>(arrival.stage))
        .bind_octets(5, arrival.digest.bytes())
        .bind_text(6, receivers)
        .bind_text(7, arrival.code)
        .bind_text(8, arrival.field)
        .bind(9, ms_of(arrival.listed_at))
        .bind(10, ms_of(now));
    if (arrival.envelope)
        row.bind_octets(4, arrival.envelope->bytes());
    else
        row.bind_null(4);
    if (auto written = row.run(); !written)
        return written;
    return hand_over(arrival, now);
}

Result<void> Store::write(const Departure& departure, Instant now) {
    if (auto begun = begin(); !begun)
        return begun;
    auto update =
        statement("UPDATE departure SET course = ?2, attempted_at = ?3, attempts = ?4, anchor = ?5, doc_id = ?6, "
                  "code = ?7, detail = ?8, changed_at = ?9 WHERE seq = ?1");
    if (!update)
        return update.error();
    return (*update)
        ->bind(1, departure.seq)
        .bind(2, static_cast<int>(departure.course))
        .bind(3, ms_of(departure.attempted_at))
        .bind(4, static_cast<std::int64_t>(departure.attempts))
        .bind_text(5, departure.anchor)
        .bind_text_or_null(6, departure.doc_id)
        .bind_text(7, departure.code)
        .bind_text(8, departure.detail)
        .bind(9, ms_of(now))
        .run();
}

Result<std::optional<std::uint64_t>> Store::add(const Departure& departure, Instant now) {
    if (auto begun = begin(); !begun)
        return begun.error();
    auto insertion = statement(
        "INSERT OR IGNORE INTO departure (sender, envelope, kind, course, receivers, lanes, title, notation, echo_key, "
        "taken_at, expires_at, attempted_at, attempts, anchor, code, detail, changed_at) "
        "VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, 0, '', '', '', ?9)");
    if (!insertion)
        return insertion.error();
    const auto as_it_is = [](const std::string& text) { return text; };
    const std::string receivers = joined(departure.to, as_it_is), lanes = joined(departure.lanes, as_it_is);
    auto added = (*insertion)
                     ->bind_text(1, departure.sender.text())
                     .bind_octets(2, departure.envelope.bytes())
                     .bind(3, static_cast<int>(departure.kind))
                     .bind_text(4, receivers)
                     .bind_text(5, lanes)
                     .bind_text(6, departure.title)
                     .bind_text(7, departure.notation)
                     .bind_text(8, departure.echo_key)
                     .bind(9, ms_of(now))
                     .bind(10, ms_of(departure.expires_at))
                     .run();
    if (!added)
        return added.error();
    if (database_.rows_changed() == 0)
        return std::optional<std::uint64_t>{};
    const auto seq = database_.ask("SELECT last_insert_rowid()");
    if (!seq)
        return seq.error();
    return std::optional{static_cast<std::uint64_t>(seq->value_or(0))};
}

Result<std::optional<Arrival>> Store::arrival(const std::string& doc_id) {
    auto query =
        statement("SELECT doc_id, kind, stage, envelope, digest, receivers, code, field, listed_at FROM arrival "
                  "WHERE doc_id = ?1");
    return query ? one_arrival((*query)->bind_text(1, doc_id)) : query.error();
}

Result<std::optional<Arrival>> Store::arrival(const EnvelopeId& envelope) {
    auto query =
        statement("SELECT doc_id, kind, stage, envelope, digest, receivers, code, field, listed_at FROM arrival "
                  "WHERE envelope = ?1");
    return query ? one_arrival((*query)->bind_octets(1, envelope.bytes())) : query.error();
}

Result<std::vector<Arrival>> Store::open_arrivals() {
    auto query =
        statement("SELECT doc_id, kind, stage, envelope, digest, receivers, code, field, listed_at FROM arrival "
                  "WHERE stage < 5 ORDER BY listed_at");
    if (!query)
        return query.error();
    const ledger::ResetOnExit reset{**query};
    std::vector<Arrival> found;
    for (;;) {
        const auto row = (*query)->step();
        if (!row)
            return row.error();
        if (!*row)
            return found;
        auto each = arrival_in(**query);
        if (!each)
            return each.error();
        found.push_back(std::move(*each));
    }
}

Result<std::vector<AgencyCode>> Store::handed(const Digest& digest) {
    auto query = statement("SELECT receiver FROM handed WHERE digest = ?1");
    if (!query)
        return query.error();
    const ledger::ResetOnExit reset{**query};
    (*query)->bind_octets(1, digest.bytes());
    std::vector<AgencyCode> found;
    for (;;) {
        const auto row = (*query)->step();
        if (!row)
            return row.error();
        if (!*row)
            return found;
        if (auto code = AgencyCode::parse((*query)->text(0)))
            found.push_back(std::move(*code));
    }
}

Result<void> Store::note_handed(const Arrival& arrival, const AgencyCode& receiver, bool has_it, Instant now) {
    if (auto begun = begin(); !begun)
        return begun;
    auto change = has_it ? statement("INSERT OR IGNORE INTO handed VALUES (?1, ?2, ?3, ?4)")
                         : statement("DELETE FROM handed WHERE digest = ?1 AND receiver = ?2 AND doc_id = ?3");
    if (!change)
        return change.error();
    (*change)->bind_octets(1, arrival.digest.bytes()).bind_text(2, receiver.text()).bind_text(3, arrival.doc_id);
    if (has_it)
        (*change)->bind(4, ms_of(now));
    return (*change)->run();
}

Result<std::vector<Departure>> Store::open_departures(std::uint64_t after_seq, std::size_t count) {
    static const std::string sql = "SELECT " + std::string{departure_columns} +
                                   " FROM departure WHERE course < 5 AND seq > ?1 ORDER BY seq LIMIT ?2";
    auto query = statement(sql);
    if (!query)
        return query.error();
    const ledger::ResetOnExit reset{**query};
    (*query)->bind(1, after_seq).bind(2, static_cast<std::int64_t>(count));
    std::vector<Departure> found;
    for (;;) {
        const auto row = (*query)->step();
        if (!row)
            return row.error();
        if (!*row)
            return found;
        auto each = departure_in(**query);
        if (!each)
            return each.error();
        found.push_back(std::move(*each));
    }
}

Result<std::vector<std::string>> Store::receivers(std::uint64_t seq) {
    auto query = statement("SELECT receivers FROM departure WHERE seq = ?1");
    if (!query)
        return query.error();
    const ledger::ResetOnExit reset{**query};
    const auto row = (*query)->bind(1, seq).step();
    if (!row)
        return row.error();
    if (!*row)
        return Fault{Errc::ledger_corrupt, "departure", std::to_string(seq)};
    return split((*query)->text(0));
}

Result<bool> Store::has_departure(const AgencyCode& sender, const EnvelopeId& id) {
    return has("SELECT 1 FROM departure WHERE envelope = ?1 AND sender = ?2", sender, id);
}

Result<bool> Store::has_failed(const AgencyCode& sender, const EnvelopeId& id) {
    return has("SELECT 1 FROM departure WHERE envelope = ?1 AND sender = ?2 AND course = 6", sender, id);
}

Result<bool> Store::has(std::string_view question, const AgencyCode& sender, const EnvelopeId& id) {
    auto query = statement(question);
    if (!query)
        return query.error();
    const ledger::ResetOnExit reset{**query};
    return (*query)->bind_octets(1, id.bytes()).bind_text(2, sender.text()).step();
}

Result<bool> Store::forget_failed(const AgencyCode& sender, const EnvelopeId& id) {
    if (auto begun = begin(); !begun)
        return begun.error();
    auto deletion = statement("DELETE FROM departure WHERE envelope = ?1 AND sender = ?2 AND course = 6");
    if (!deletion)
        return deletion.error();
    if (auto deleted = (*deletion)->bind_octets(1, id.bytes()).bind_text(2, sender.text()).run(); !deleted)
        return deleted.error();
    return database_.rows_changed() > 0;
}

Result<std::size_t> Store::forget_before(Instant oldest) {
    if (auto begun = begin(); !begun)
        return begun.error();
    std::size_t removed = 0;
    for (const std::string_view sql : {forget_departures, forget_handed, forget_arrivals}) {
        auto removal = statement(sql);
        if (!removal)
            return removal.error();
        if (auto done = (*removal)->bind(1, ms_of(oldest)).run(); !done)
            return done.error();
        removed += database_.rows_changed();
    }
    return removed;
}

}  // namespace hub::axis
