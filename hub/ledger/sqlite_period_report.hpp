#pragma once

#include "hub/core/period_report.hpp"

#include <filesystem>

namespace hub::ledger {

/// On a read-only connection of its own.
std::unique_ptr<LedgerReports> open_reports(std::filesystem::path folder);

}  // namespace hub::ledger
