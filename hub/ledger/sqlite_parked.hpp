#pragma once
// What operators have set aside, by why it failed before and who set it aside; and what became of an operation's
// deliveries.

#include "hub/core/operation_book.hpp"
#include "hub/ledger/agency_numbers.hpp"
#include "hub/ledger/sqlite.hpp"

namespace hub::ledger {

/// As OperationBook::parked(), count_parked() and outcome().
Result<ParkedReport> read_parked(Database& database, AgencyNumbers& agencies);
Result<std::uint64_t> read_parked_count(Database& database);
Result<OperationOutcome> read_outcome(Database& database, OperationSeq operation);

}  // namespace hub::ledger
