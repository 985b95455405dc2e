#pragma once
// The table of queues that operators have paused or limited, for the ledger's writer and those who read it.

#include "hub/core/ledger.hpp"
#include "hub/ledger/agency_numbers.hpp"
#include "hub/ledger/sqlite.hpp"

namespace hub::ledger {

/// Within a transaction.
Result<void> write_queues(Database& database, AgencyNumbers& agencies, const std::vector<QueueControl>& queues);

/// In the order of their agencies' numbers.
Result<std::vector<QueueControl>> read_queues(Database& database, AgencyNumbers& agencies);

}  // namespace hub::ledger
