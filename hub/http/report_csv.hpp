#pragma once
// A report for a spreadsheet: a line for each period and agency.

#include "hub/core/directory.hpp"
#include "hub/core/period_report.hpp"

#include <string>

namespace hub::http {

/// "2026-11-02", of a month "2026-11".
std::string period_text(std::chrono::local_days period, ReportBy by);
/// As CsvLines. When not all was counted a last line says so.
std::string csv_of(const PeriodReport& report, ReportBy by, const Directory& directory, bool is_vietnamese);

}  // namespace hub::http
