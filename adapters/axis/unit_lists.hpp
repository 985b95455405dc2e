#pragma once
// The axis's lists in tables: as they come, as they say it together, and what of that the hub has not heard.

#include "adapters/axis/unit_sync.hpp"

#include "hub/ledger/sqlite.hpp"

namespace hub::axis {

/// What became of a reading for a reason that is not the axis's.
vxp::CallFailure ours(Fault fault);

/// SQL that makes the tables. Others read `told`, what the hub has confirmed, and `to_tell`.
const char* unit_tables() noexcept;

/// Within a transaction that is taken back when this fails. How many entries had no code.
vxp::Called<std::uint64_t> put_lists(ledger::Database& database, UnitLists& lists, const std::string& qd20_level,
                                     const std::stop_token& stop);
/// From the lists to `to_tell`: everything, or only what is new, changed or gone. field_invalid, "units": what the lists
/// say is not believed.
Result<FetchedUnits> compare_lists(ledger::Database& database, bool is_full, unsigned closing_percent_max);

}  // namespace hub::axis
