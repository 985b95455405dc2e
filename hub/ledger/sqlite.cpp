#include "hub/ledger/sqlite.hpp"

#include "hub/core/disk_full.hpp"
#include "hub/core/limits.hpp"
#include "hub/core/start_fault.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <sqlite3.h>

namespace hub::ledger {
namespace {

Errc code_of(int result, int system_error) noexcept {
    const bool is_full = is_disk_full(system_error);
    switch (result & 0xFF) {
    case SQLITE_FULL: return Errc::ledger_full;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return Errc::ledger_busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Errc::ledger_corrupt;
    case SQLITE_IOERR:
        // A quota, or a full disk met while the shared-memory index grows, comes as an I/O error.
        return is_full && result != SQLITE_IOERR_FSYNC && result != SQLITE_IOERR_DIR_FSYNC
                   ? Errc::ledger_full
                   : Errc::ledger_sync_failed;
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
        if (is_full)
            return Errc::ledger_full;
        return system_error == 0 || is_mistake_of_settings(system_error) ? Errc::setting_invalid
                                                                         : Errc::folder_unusable;
    default: return Errc::internal;
    }
}

/// The last that this connection met, also before what failed now. 0: none. A file that SQLite took for one to read
/// only, without a word, is asked why.
int system_error_of(sqlite3* database, int result) {
    const char* const file = sqlite3_db_filename(database, "main");
    if ((result & 0xFF) == SQLITE_READONLY && file && ::access(file, W_OK) != 0)
        return errno;
    return sqlite3_system_errno(database);
}

Fault fault_of(sqlite3* database, int result) {
    std::string words = sqlite3_errmsg(database);
    const int system_error = system_error_of(database, result);
    // What is malformed may be whole on a disk that could not be read.
    if (system_error != 0)
        words += std::string{": "} + std::strerror(system_error);
    words.resize(std::min(words.size(), limits::fault_text_bytes_max));
    const int extended = sqlite3_extended_errcode(database);
    return {code_of(extended != SQLITE_OK && (extended & 0xFF) == (result & 0xFF) ? extended : result, system_error),
            "ledger", std::move(words)};
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

void Statement::note(int result) noexcept {
    if (result != SQLITE_OK)
        bind_result_ = result;
}

std::string_view sqlite_version() noexcept { return sqlite3_libversion(); }

Statement& Statement::bind(int index, std::int64_t value) noexcept {
    note(sqlite3_bind_int64(statement_.get(), index, value));
    return *this;
}

Statement& Statement::bind_text(int index, std::string_view value) noexcept {
    const char* data = value.data() ? value.data() : "";
    note(sqlite3_bind_text64(statement_.get(), index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind_text_or_null(int index, std::string_view value) noexcept {
    return value.empty() ? bind_null(index) : bind_text(index, value);
}

Statement& Statement::bind_octets(int index, std::string_view value) noexcept {
    const char* data = value.data() ? value.data() : "";
    note(sqlite3_bind_blob64(statement_.get(), index, data, value.size(), SQLITE_STATIC));
    return *this;
}

Statement& Statement::bind_null(int index) noexcept {
    note(sqlite3_bind_null(statement_.get(), index));
    return *this;
}

Result<bool> Statement::step() {
    sqlite3* database = sqlite3_db_handle(statement_.get());
    if (bind_result_ != SQLITE_OK) {
        const int result = std::exchange(bind_result_, SQLITE_OK);
        return Fault{code_of(result, 0), "ledger", sqlite3_errstr(result)};
    }
    const int result = sqlite3_step(statement_.get());
    if (result == SQLITE_ROW)
        return true;
    if (result == SQLITE_DONE) {
        sqlite3_reset(statement_.get());
        return false;
    }
    Fault fault = fault_of(database, result);
    sqlite3_reset(statement_.get());
    return fault;
}

Result<void> Statement::run() {
    const auto stepped = step();
    reset();
    if (!stepped)
        return stepped.error();
    return {};
}

void Statement::reset() noexcept { sqlite3_reset(statement_.get()); }

bool Statement::is_null(int column) const noexcept {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const noexcept { return sqlite3_column_int64(statement_.get(), column); }

std::string_view Statement::text(int column) const noexcept {
    // SQLite hands out text as unsigned octets.
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return data ? std::string_view{data, static_cast<std::size_t>(size)} : std::string_view{};
}

std::string_view Statement::octets(int column) const noexcept {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return data ? std::string_view{data, static_cast<std::size_t>(size)} : std::string_view{};
}

void Database::Close::operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }

Result<Database> Database::open(const std::string& path, Mode mode) {
    const int access = mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    sqlite3* handle = nullptr;
    const int result =
        sqlite3_open_v2(path.c_str(), &handle, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    Database database{handle};
    if (result != SQLITE_OK)
        return handle ? fault_of(handle, result) : Fault{Errc::internal, "ledger", sqlite3_errstr(result)};
    sqlite3_busy_timeout(handle, 5000);
    if (mode == Mode::read_only) {
        // Two connections that checkpoint can lose pages in this version: a reader never does, not even last.
        sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        if (auto set = database.execute("PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0;"
                                        "PRAGMA cache_size = -2000; PRAGMA temp_store = MEMORY;");
            !set)
            return set.error();
        return database;
    }
    if (mode == Mode::shared) {
        // Without a log that two connections could check-point: see above.
        if (auto set = database.execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;"
                                        "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;");
            !set)
            return set.error();
        return database;
    }
    // Checkpoints are made by checkpoint() only, where a failed sync is seen. Debian builds SQLite with
    // secure_delete, which writes every freed byte; the ledger holds no secrets that a deletion must wipe.
    if (auto set = database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                    "PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = OFF;"
                                    "PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY;"
                                    "PRAGMA journal_size_limit = 67108864; PRAGMA foreign_keys = OFF;");
        !set)
        return set.error();
    return database;
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    const int result = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (result != SQLITE_OK)
        return fault_of(database_.get(), result);
    return Statement{statement};
}

Result<void> Database::execute(const char* sql) {
    const int result = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
    if (result != SQLITE_OK)
        return fault_of(database_.get(), result);
    return {};
}

Result<std::optional<std::int64_t>> Database::ask(std::string_view sql) {
    auto statement = prepare(sql);
    if (!statement)
        return statement.error();
    const auto row = statement->step();
    if (!row)
        return row.error();
    if (!*row || statement->is_null(0))
        return std::optional<std::int64_t>{};
    return std::optional{statement->integer(0)};
}

bool Database::is_in_transaction() const noexcept { return sqlite3_get_autocommit(database_.get()) == 0; }

std::uint64_t Database::rows_changed() const noexcept {
    return static_cast<std::uint64_t>(sqlite3_changes64(database_.get()));
}

Result<void> Database::checkpoint() {
    const int result =
        sqlite3_wal_checkpoint_v2(database_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (result != SQLITE_OK)
        return fault_of(database_.get(), result);
    return {};
}

}  // namespace hub::ledger
