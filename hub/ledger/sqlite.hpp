#pragma once
// SQLite's C API, wrapped at birth: a connection and a prepared statement. Its result codes become Errc here.
// A Database and its Statements belong to one thread at a time.

#include "hub/core/fault.hpp"
#include "hub/core/instant.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace hub::ledger {

/// Of the library as it is loaded.
std::string_view sqlite_version() noexcept;

/// Times are columns of milliseconds since 1970-01-01 UTC.
inline Instant instant_of(std::int64_t ms) noexcept { return Instant{std::chrono::milliseconds{ms}}; }
inline std::int64_t ms_of(Instant at) noexcept { return at.time_since_epoch().count(); }

/// A prepared statement, used again and again: bind, step until it answers false, reset.
class Statement {
public:
    /// Columns and parameters of the ledger are integers, text and octets. Views are not copied: they must
    /// live until reset() or the next step().
    Statement& bind(int index, std::int64_t value) noexcept;
    Statement& bind(int index, std::uint64_t value) noexcept { return bind(index, static_cast<std::int64_t>(value)); }
    Statement& bind(int index, int value) noexcept { return bind(index, static_cast<std::int64_t>(value)); }
    Statement& bind_text(int index, std::string_view value) noexcept;
    Statement& bind_text_or_null(int index, std::string_view value) noexcept;  ///< Empty text is NULL.
    Statement& bind_octets(int index, std::string_view value) noexcept;
    Statement& bind_null(int index) noexcept;

    /// True: a row stands ready. False: done (and reset).
    Result<bool> step();
    /// For statements without rows.
    Result<void> run();
    void reset() noexcept;

    bool is_null(int column) const noexcept;
    std::int64_t integer(int column) const noexcept;
    std::uint64_t number(int column) const noexcept { return static_cast<std::uint64_t>(integer(column)); }
    std::string_view text(int column) const noexcept;     ///< Until the next step() or reset(). NULL is empty.
    std::string_view octets(int column) const noexcept;

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    explicit Statement(sqlite3_stmt* statement) : statement_{statement} {}
    void note(int result) noexcept;

    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int bind_result_ = 0;
};

/// Resets the statement when a question has been answered: an open statement would hold back the log.
class ResetOnExit {
public:
    explicit ResetOnExit(Statement& statement) noexcept : statement_{statement} {}
    ~ResetOnExit() { statement_.reset(); }
    ResetOnExit(const ResetOnExit&) = delete;
    ResetOnExit& operator=(const ResetOnExit&) = delete;

private:
    Statement& statement_;
};

class Database {
public:
    /// `shared`: small, written by several processes; what is deleted is wiped.
    enum class Mode : std::uint8_t { read_write, read_only, shared };

    static Result<Database> open(const std::string& path, Mode mode);

    Result<Statement> prepare(std::string_view sql);
    /// One or several statements; rows are thrown away.
    Result<void> execute(const char* sql);
    /// The first column of the first row; nullopt when there is no row.
    Result<std::optional<std::int64_t>> ask(std::string_view sql);
    bool is_in_transaction() const noexcept;
    std::uint64_t rows_changed() const noexcept;
    /// Pages in the write-ahead log after the last commit.
    Result<void> checkpoint();

private:
    struct Close {
        void operator()(sqlite3* database) const noexcept;
    };
    explicit Database(sqlite3* database) : database_{database} {}

    std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace hub::ledger
