#include "adapters/axis/unit_sync.hpp"

#include "adapters/axis/unit_lists.hpp"
#include "hub/core/limits.hpp"
#include "hub/ledger/sqlite.hpp"
#include "hub/wire/units_codec.hpp"

#include <algorithm>

namespace hub::axis {
namespace {

using ledger::Database;
using ledger::Statement;
using vxp::Called;

constexpr std::size_t page_bytes = 512 * 1024;
constexpr std::chrono::seconds retry_first{60}, retry_last{3600};

constexpr const char* schema = R"sql(
CREATE TABLE IF NOT EXISTS pass (
    one INTEGER PRIMARY KEY CHECK (one = 1), id BLOB NOT NULL, is_full INTEGER NOT NULL, pages INTEGER NOT NULL,
    told_through INTEGER NOT NULL, envelope BLOB, page_through INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS times (
    one INTEGER PRIMARY KEY CHECK (one = 1), read_at INTEGER, ended_at INTEGER, full_ended_at INTEGER) STRICT;
INSERT OR IGNORE INTO times (one) VALUES (1);
)sql";

std::int64_t ms_of(Instant at) noexcept { return at.time_since_epoch().count(); }

std::optional<Instant> time_at(const Statement& row, int column) {
    return row.is_null(column) ? std::nullopt : std::optional{Instant{std::chrono::milliseconds{row.integer(column)}}};
}

Result<std::optional<AgencyCode>> code_at(const Statement& row, int column) {
    if (row.is_null(column))
        return std::optional<AgencyCode>{};
    auto code = AgencyCode::parse(row.text(column));
    if (!code)
        return Fault{Errc::ledger_corrupt, "units", code.error().peer_text};
    return std::optional{std::move(*code)};
}

struct PassRow {
    EnvelopeId id;
    bool is_full = false;
    std::uint32_t pages = 0;
    std::int64_t told_through = 0;
    std::optional<EnvelopeId> envelope;            ///< Of the page that waits for its answer.
    std::int64_t page_through = 0;
};

}  // namespace

struct UnitSync::Store {
    Store(UnitSyncSettings given, Database opened) : settings{std::move(given)}, database{std::move(opened)} {}

    Called<FetchedUnits> read_lists(UnitLists& lists, Instant now, const std::stop_token& stop);
    Result<FetchedUnits> begin_pass(Instant now);
    Result<std::optional<PassRow>> pass();
    Result<UnitsPage> page_of(const PassRow& pass, std::int64_t through);
    Result<void> count_as_told(const PassRow& pass, Instant now);
    Result<void> run(const char* sql, std::initializer_list<std::int64_t> values);
    void put_off(Instant now);

    const UnitSyncSettings settings;
    Database database;
    std::optional<Instant> read_at, ended_at, full_ended_at;
    bool is_telling = false;
    std::optional<Instant> retry_at;
    std::chrono::seconds retry_after = retry_first;
    std::optional<EnvelopeId> given_out;
};

Result<void> UnitSync::Store::run(const char* sql, std::initializer_list<std::int64_t> values) {
    auto row = database.prepare(sql);
    if (!row)
        return row.error();
    int index = 0;
    for (const std::int64_t value : values)
        row->bind(++index, value);
    return row->run();
}

void UnitSync::Store::put_off(Instant now) {
    retry_at = now + retry_after;
    retry_after = std::min(2 * retry_after, retry_last);
}

Result<std::optional<PassRow>> UnitSync::Store::pass() {
    auto row = database.prepare("SELECT id, is_full, pages, told_through, envelope, page_through FROM pass");
    if (!row)
        return row.error();
    const auto there = row->step();
    if (!there)
        return there.error();
    if (!*there)
        return std::optional<PassRow>{};
    const auto id = EnvelopeId::from_bytes(row->octets(0));
    if (!id)
        return Fault{Errc::ledger_corrupt, settings.file.string(), "pass"};
    PassRow found{*id, row->integer(1) != 0, static_cast<std::uint32_t>(row->integer(2)), row->integer(3), std::nullopt, 0};
    if (!row->is_null(4)) {
        const auto envelope = EnvelopeId::from_bytes(row->octets(4));
        if (!envelope)
            return Fault{Errc::ledger_corrupt, settings.file.string(), "pass"};
        found.envelope = *envelope;
        found.page_through = row->integer(5);
    }
    return std::optional{found};
}

/// The units numbered above what was told, up to `through`.
Result<UnitsPage> UnitSync::Store::page_of(const PassRow& pass, std::int64_t through) {
    auto row = database.prepare("SELECT number, code, old_code, name, parent, closed, version, modified_at FROM to_tell"
                                " WHERE number > ?1 AND number <= ?2 ORDER BY number LIMIT ?3");
    if (!row)
        return row.error();
    UnitsPage page{.pass = pass.id, .number = pass.pages + 1, .is_last = false, .is_full = pass.is_full, .units = {}};
    row->bind(1, pass.told_through).bind(2, through).bind(3, std::uint64_t{limits::units_page_max});
    std::size_t bytes = 0;
    constexpr std::size_t framing = 32;
    for (;;) {
        const auto there = row->step();
        if (!there)
            return there.error();
        if (!*there)
            break;
        bytes += row->text(1).size() + row->text(2).size() + row->text(3).size() + row->text(4).size()
                 + row->text(7).size() + framing;
        if (bytes > page_bytes)
            break;
        auto code = code_at(*row, 1), old_code = code_at(*row, 2), parent = code_at(*row, 4);
        for (const auto* each : {&code, &old_code, &parent})
            if (!*each)
                return each->error();
        page.units.push_back({std::move(**code), std::move(*old_code), std::string{row->text(3)}, std::move(*parent),
                              row->integer(5) != 0, row->integer(6), std::string{row->text(7)}});
    }
    const auto left = database.ask("SELECT max(number) FROM to_tell");
    if (!left)
        return left.error();
    // Numbers have no gaps.
    page.is_last = pass.told_through + static_cast<std::int64_t>(page.units.size()) >= left->value_or(0);
    return page;
}

Result<FetchedUnits> UnitSync::Store::begin_pass(Instant now) {
    const bool is_full = !full_ended_at || now < *full_ended_at || now - *full_ended_at >= settings.full_every;
    auto fetched = compare_lists(database, is_full, settings.closing_percent_max);
    if (!fetched)
        return fetched;
    const auto id = kit::new_envelope_id();
    if (!id)
        return id.error();
    auto pass_row = database.prepare("INSERT INTO pass (one, id, is_full, pages, told_through) VALUES (1,?1,?2,0,0)");
    if (!pass_row)
        return pass_row.error();
    if (auto begun = pass_row->bind_octets(1, id->bytes()).bind(2, is_full ? 1 : 0).run(); !begun)
        return begun.error();
    if (auto noted = run("UPDATE times SET read_at = ?1", {ms_of(now)}); !noted)
        return noted.error();
    return fetched;
}

Called<FetchedUnits> UnitSync::Store::read_lists(UnitLists& lists, Instant now, const std::stop_token& stop) {
    if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun)
        return ours(begun.error());
    const auto skipped = put_lists(database, lists, settings.qd20_level, stop);
    if (!skipped) {
        (void)database.execute("ROLLBACK");
        return skipped.error();
    }
    auto compared = begin_pass(now);
    if (compared)
        if (auto committed = database.execute("COMMIT"); !committed)
            compared = committed.error();
    if (!compared) {
        if (database.is_in_transaction())
            (void)database.execute("ROLLBACK");
        return ours(compared.error());
    }
    compared->skipped = *skipped;
    (void)database.checkpoint();
    return *compared;
}

UnitSync::UnitSync(std::unique_ptr<Store> store) : store_{std::move(store)} {}
UnitSync::~UnitSync() = default;

Result<std::unique_ptr<UnitSync>> UnitSync::open(UnitSyncSettings settings) {
    std::error_code error;
    if (settings.file.has_parent_path())
        std::filesystem::create_directories(settings.file.parent_path(), error);
    auto database = Database::open(settings.file.string(), Database::Mode::read_write);
    if (!database)
        return Fault{error ? Errc::setting_invalid : database.error().code, settings.file.string(),
                     database.error().peer_text};
    auto store = std::make_unique<Store>(std::move(settings), std::move(*database));
    for (const char* tables : {unit_tables(), schema})
        if (auto made = store->database.execute(tables); !made)
            return made.error();
    auto row = store->database.prepare("SELECT read_at, ended_at, full_ended_at FROM times");
    if (!row)
        return row.error();
    const auto there = row->step();
    if (!there)
        return there.error();
    store->read_at = time_at(*row, 0);
    store->ended_at = time_at(*row, 1);
    store->full_ended_at = time_at(*row, 2);
    row->reset();
    const auto pass = store->pass();
    if (!pass)
        return pass.error();
    store->is_telling = pass->has_value();
    return std::unique_ptr<UnitSync>{new UnitSync{std::move(store)}};
}

bool UnitSync::is_due(Instant now) const {
    const Store& s = *store_;
    if (s.is_telling)
        return false;
    if (s.retry_at)
        return now >= *s.retry_at;
    // A clock that was put back must not put it off for years.
    return !s.read_at || now < *s.read_at || now - *s.read_at >= s.settings.every;
}

vxp::Called<FetchedUnits> UnitSync::fetch(UnitLists& lists, Instant now, const std::stop_token& stop) {
    Store& s = *store_;
    auto fetched = s.read_lists(lists, now, stop);
    if (!fetched) {
        s.put_off(now);
        return fetched;
    }
    s.read_at = now;
    s.retry_at.reset();
    s.is_telling = true;
    return fetched;
}

Result<std::optional<PageToSend>> UnitSync::next() {
    Store& s = *store_;
    if (!s.is_telling)
        return std::optional<PageToSend>{};
    auto pass = s.pass();
    if (!pass)
        return pass.error();
    if (!*pass || (s.given_out && (*pass)->envelope == s.given_out))
        return std::optional<PageToSend>{};
    const bool is_new = !(*pass)->envelope;
    constexpr std::int64_t all = INT64_MAX;
    auto page = s.page_of(**pass, is_new ? all : (*pass)->page_through);
    if (!page)
        return page.error();
    if (is_new) {
        const auto envelope = kit::new_envelope_id();
        if (!envelope)
            return envelope.error();
        auto noted = s.database.prepare("UPDATE pass SET envelope = ?1, page_through = ?2");
        if (!noted)
            return noted.error();
        const auto through = (*pass)->told_through + static_cast<std::int64_t>(page->units.size());
        if (auto run = noted->bind_octets(1, envelope->bytes()).bind(2, through).run(); !run)
            return run.error();
        (*pass)->envelope = *envelope;
    }
    s.given_out = (*pass)->envelope;
    return std::optional{PageToSend{*(*pass)->envelope, std::move(*page)}};
}

void UnitSync::not_submitted() noexcept { store_->given_out.reset(); }

Result<void> UnitSync::Store::count_as_told(const PassRow& of, Instant now) {
    const auto last = database.ask("SELECT max(number) FROM to_tell");
    if (!last)
        return last.error();
    if (auto told = run("INSERT INTO told (code, old_code, name, parent, closed, version, modified_at)"
                        " SELECT code, old_code, name, parent, closed, version, modified_at FROM to_tell"
                        " WHERE number > ?1 AND number <= ?2 ORDER BY number ON CONFLICT (code) DO UPDATE SET"
                        " old_code = excluded.old_code, name = excluded.name, parent = excluded.parent,"
                        " closed = excluded.closed, version = excluded.version, modified_at = excluded.modified_at"
                        " WHERE excluded.version >= version",
                        {of.told_through, of.page_through});
        !told)
        return told;
    if (of.page_through < last->value_or(0))
        return run("UPDATE pass SET pages = pages + 1, told_through = page_through, envelope = NULL", {});
    if (auto over = database.execute("DELETE FROM pass; DELETE FROM to_tell"); !over)
        return over;
    return of.is_full ? run("UPDATE times SET ended_at = ?1, full_ended_at = ?1", {ms_of(now)})
                      : run("UPDATE times SET ended_at = ?1", {ms_of(now)});
}

Result<bool> UnitSync::on_receipt(const EnvelopeId& envelope, bool is_accepted, Instant now) {
    Store& s = *store_;
    if (!s.is_telling)
        return false;
    const auto pass = s.pass();
    if (!pass)
        return pass.error();
    if (!*pass || (*pass)->envelope != envelope)
        return false;
    auto done = s.database.execute("BEGIN IMMEDIATE");
    if (done)
        done = is_accepted ? s.count_as_told(**pass, now)
                           : s.database.execute("DELETE FROM pass; DELETE FROM to_tell;"
                                                "UPDATE times SET full_ended_at = NULL");
    if (done)
        done = s.database.execute("COMMIT");
    if (!done) {
        if (s.database.is_in_transaction())
            (void)s.database.execute("ROLLBACK");
        return done.error();
    }
    const auto left = s.pass();
    if (!left)
        return left.error();
    s.is_telling = left->has_value();
    if (!is_accepted) {
        s.full_ended_at.reset();
        s.put_off(now);
    } else if (!s.is_telling) {
        s.retry_after = retry_first;
        s.ended_at = now;
        if ((*pass)->is_full)
            s.full_ended_at = now;
        (void)s.database.checkpoint();
    }
    return true;
}

Result<UnitSync::State> UnitSync::state() {
    const auto pass = store_->pass();
    if (!pass)
        return pass.error();
    State state{.ended_at = store_->ended_at, .full_ended_at = store_->full_ended_at};
    if (!*pass)
        return state;
    const auto last = store_->database.ask("SELECT max(number) FROM to_tell");
    if (!last)
        return last.error();
    state.is_telling = true;
    state.is_full = (*pass)->is_full;
    state.pages = (*pass)->pages;
    state.left = static_cast<std::uint64_t>(last->value_or(0) - (*pass)->told_through);
    return state;
}

kit::Outgoing outgoing_of(const AgencyCode& agency, const PageToSend& page) {
    return {.id = page.envelope,
            .kind = Kind::service,
            .sender = agency,
            .contents = {{.name = "units", .media_type = std::string{units_media_type}, .bytes = wire::encode_units(page.page), .file = {}}}};
}

}  // namespace hub::axis
