#pragma once
// The tables of units, for the ledger's writer, its view and its search. Each holds statements of its connection and
// belongs to that connection's thread.

#include "hub/core/ledger.hpp"
#include "hub/core/search.hpp"
#include "hub/ledger/sqlite.hpp"

#include <optional>

namespace hub::ledger {

class UnitWriter {
public:
    explicit UnitWriter(Database& database) : database_{database} {}

    /// Within a transaction.
    Result<void> write(const UnitsTaken& taken);

private:
    struct Statements {
        Statement known, add, change, name_again, index, unindex, close_unnamed, pass;
    };
    Result<void> prepare();
    Result<void> write(const Unit& unit, EnvelopeSeq envelope);
    Result<void> write(const UnitPass& pass);

    Database& database_;
    std::optional<Statements> statements_;
};

class UnitReader {
public:
    /// As LedgerView::unit().
    Result<std::optional<Unit>> unit(Database& database, const AgencyCode& code);
    Result<UnitPass> pass(Database& database);
    /// As LedgerSearch::find_units().
    Result<FoundUnits> find(Database& database, const std::string& text, std::size_t count);

private:
    Result<std::vector<Unit>> named(Database& database, const AgencyCode& code);

    std::optional<Statement> by_code_;
};

}  // namespace hub::ledger
