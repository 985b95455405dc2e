#pragma once
// The table of tellings, for the ledger's writer and its view. A writer holds statements of its connection and belongs
// to that connection's thread.

#include "hub/core/ledger.hpp"
#include "hub/ledger/sqlite.hpp"

#include <optional>

namespace hub::ledger {

class TellingWriter {
public:
    explicit TellingWriter(Database& database) : database_{database} {}
    /// Within a transaction.
    Result<void> write(const ContentTelling& telling);

private:
    Database& database_;
    std::optional<Statement> note_, forget_;
};

/// Those that are not over.
Result<std::vector<ContentTelling>> read_tellings(Database& database);

}  // namespace hub::ledger
