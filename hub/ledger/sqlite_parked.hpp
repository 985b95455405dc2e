#pragma once
// What operators have set aside, by why it failed before and who set it aside.

#include "hub/core/operation_book.hpp"
#include "hub/ledger/agency_numbers.hpp"
#include "hub/ledger/sqlite.hpp"

namespace hub::ledger {

/// As OperationBook::parked() and count_parked().
Result<ParkedReport> read_parked(Database& database, AgencyNumbers& agencies);
Result<std::uint64_t> read_parked_count(Database& database);

}  // namespace hub::ledger
