#pragma once
// The acts of people and programs beside the entries that they caused: schemas/ledger/sqlite/0010_acts.sql.

#include "hub/core/ledger.hpp"
#include "hub/ledger/sqlite.hpp"

#include <optional>

namespace hub::ledger {

/// Columns of an act in a question that joins `acts a`, in the order in which act_at() reads them.
inline constexpr std::string_view act_columns = "a.actor, a.role, a.address, a.verb, a.object, a.reason, a.detail";

/// The act that stands in a row from column `first` on; null when its columns are NULL.
std::shared_ptr<const Act> act_at(Statement& row, int first);

/// Belongs to the ledger's writer. Its statement is prepared with the first act.
class ActWriter {
public:
    Result<void> write(Database& database, EntrySeq entry, const Act& act);

private:
    std::optional<Statement> insert_;
};

}  // namespace hub::ledger
