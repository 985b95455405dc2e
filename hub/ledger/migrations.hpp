#pragma once
// Brings the ledger's database to the schema of this program: schemas/ledger/sqlite/NNNN_*.sql, applied in
// order, each in one transaction. The number of the last one stands in user_version.

#include "hub/ledger/sqlite.hpp"

#include <span>

namespace hub::ledger {

/// The migrations as they were built in, oldest first; the first one brings version 1.
std::span<const char* const> migrations() noexcept;

/// ledger_version_unsupported when a newer program has already changed the schema.
Result<void> migrate(Database& database);
/// The same for another database with migrations of its own.
Result<void> migrate(Database& database, std::span<const char* const> all);

}  // namespace hub::ledger
