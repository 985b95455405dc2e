#pragma once
// The name by which a ledger knows itself again, and a broker knows whose it is.

#include "hub/ledger/sqlite.hpp"

namespace hub::ledger {

/// 32 hexadecimal digits, made at random when the ledger has none yet.
Result<std::string> ledger_id(Database& database);

}  // namespace hub::ledger
