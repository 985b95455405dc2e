#pragma once
// Who has asked for which change, and what was asked before its document came, for the ledger's writer. Holds statements
// of the writer's connection and belongs to its thread.

#include "hub/core/ledger.hpp"
#include "hub/ledger/agency_numbers.hpp"
#include "hub/ledger/sqlite.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hub::ledger {

class ChangeWriter {
public:
    ChangeWriter(Database& database, AgencyNumbers& agencies) : database_{database}, agencies_{agencies} {}

    /// Within a transaction, when the batch's envelopes and stations are written.
    Result<void> write(const Batch& batch);

private:
    struct Statements {
        Statement asking, early, met;
    };
    Result<void> prepare();
    Result<void> write(DeliverySeq delivery, const Asking& asking);
    Result<void> write(const EarlyQuestion& question);
    Result<void> write(const MetQuestion& met);

    Database& database_;
    AgencyNumbers& agencies_;
    std::optional<Statements> statements_;
};

/// early_questions.name: by DocumentId, and by number and day, as far as they are told.
std::vector<std::string> early_keys(std::string_view document_id, std::string_view full_number,
                                    std::string_view promulgated_on);

}  // namespace hub::ledger
