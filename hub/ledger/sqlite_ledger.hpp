#pragma once
// The ledger on one machine: rows in SQLite (WAL, synchronous=FULL), frames in segment files beside it. One
// connection does all writes and all checkpoints: SQLite 3.40.1 can lose pages when two do. Views and searches
// read through connections of their own.

#include "hub/core/ledger.hpp"
#include "hub/core/operation_book.hpp"
#include "hub/core/period_report.hpp"
#include "hub/core/search.hpp"

#include <filesystem>

namespace hub::ledger {

class SqliteLedger final : public Ledger {
public:
    /// Makes the folder when it is missing. ledger_busy: another process has it open for writing;
    /// ledger_version_unsupported: a newer program wrote it; ledger_corrupt; setting_invalid: no
    /// access; folder_unusable: the disk does not let it.
    static Result<std::unique_ptr<SqliteLedger>> open(const std::filesystem::path& folder);
    ~SqliteLedger() override;

    Result<void> commit(const Batch& batch) override;
    std::unique_ptr<LedgerView> view() override;
    /// Reads only; for one thread.
    std::unique_ptr<LedgerSearch> search();
    std::unique_ptr<OperationBook> book();
    std::unique_ptr<LedgerReports> reports();
    /// Made with the ledger: tells one ledger from another, and so a broker that belongs to it.
    const std::string& id() const noexcept;

private:
    struct State;
    explicit SqliteLedger(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace hub::ledger
