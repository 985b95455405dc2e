#pragma once
// What receivers owe, as the column `owes` holds it: the duty, 16 more for documents that are urgent, 32 more for what
// recalls or updates another, 64 more for what its receiver could not store: nobody is late with it.

#include "hub/core/search.hpp"
#include "hub/ledger/agency_numbers.hpp"
#include "hub/ledger/sqlite.hpp"

namespace hub::ledger {

constexpr int owes_duty = 15;
constexpr int owes_urgent = 16;
constexpr int owes_change = 32;
constexpr int owes_failed = 64;
constexpr int owes_of(Duty duty, bool is_urgent) noexcept { return static_cast<int>(duty) + (is_urgent ? owes_urgent : 0); }
/// As the columns `owes` and `owed_since` have it.
std::optional<Owing> owing_of(std::int64_t owes, Instant since) noexcept;
/// By each receiver, when the envelope has been accepted; nullopt: it is no document.
std::optional<int> owed_at_first(const EnvelopeHeader* header);

/// A question for the numbers of all deliveries that are late, in no order; by their index alone, without their rows.
std::string late_deliveries_sql(const std::vector<LateSpan>& spans);

/// As LedgerSearch::overdue() and overdue_of().
Result<std::vector<Overdue>> read_overdue(Database& database, AgencyNumbers& agencies,
                                          const std::vector<LateSpan>& spans);
Result<std::vector<OverdueDelivery>> read_overdue_of(Database& database, AgencyNumbers& agencies,
                                                     const AgencyCode& agency, const LateSpan& span, std::size_t count);

}  // namespace hub::ledger
