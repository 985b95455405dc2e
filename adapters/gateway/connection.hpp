#pragma once
// A connection to the mailbox's database, with the statements that it has prepared. One thread at a time.

#include "hub/ledger/sqlite.hpp"

#include <map>

namespace hub::gateway {

class Connection {
public:
    explicit Connection(ledger::Database database) : database_{std::move(database)} {}

    ledger::Database& database() noexcept { return database_; }
    /// `sql` must outlive the connection: a constant.
    Result<ledger::Statement*> statement(std::string_view sql) {
        if (const auto known = statements_.find(sql); known != statements_.end())
            return &known->second;
        auto prepared = database_.prepare(sql);
        if (!prepared)
            return prepared.error();
        return &statements_.emplace(sql, std::move(*prepared)).first->second;
    }

    /// For statements without rows; values are bound in their order: texts, whole numbers, digests.
    template <class... Values>
    Result<void> run(std::string_view sql, const Values&... values) {
        auto prepared = statement(sql);
        if (!prepared)
            return prepared.error();
        bind(**prepared, values...);
        return (*prepared)->run();
    }
    /// `take` is called for each row and says whether it wants another one.
    template <class Take, class... Values>
    Result<void> ask(std::string_view sql, Take take, const Values&... values) {
        auto prepared = statement(sql);
        if (!prepared)
            return prepared.error();
        const ledger::ResetOnExit reset{**prepared};
        bind(**prepared, values...);
        for (;;) {
            const auto row = (*prepared)->step();
            if (!row)
                return row.error();
            if (!*row || !take(**prepared))
                return {};
        }
    }

private:
    template <class... Values>
    static void bind(ledger::Statement& statement, const Values&... values) {
        int index = 0;
        (bind_one(statement, ++index, values), ...);
    }
    static void bind_one(ledger::Statement& statement, int index, std::string_view text) {
        statement.bind_text(index, text);
    }
    static void bind_one(ledger::Statement& statement, int index, std::int64_t whole) {
        statement.bind(index, whole);
    }

    ledger::Database database_;
    std::map<std::string_view, ledger::Statement> statements_;  ///< They go before the database does.
};

}  // namespace hub::gateway
