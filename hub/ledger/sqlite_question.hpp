#pragma once
// A question of people in SQL: which rows come into question, by the narrowest index that fits, and what each of them
// must fulfil besides.

#include "hub/core/search.hpp"
#include "hub/ledger/agency_numbers.hpp"
#include "hub/ledger/search_match.hpp"
#include "hub/ledger/sqlite.hpp"

#include <optional>
#include <string>

namespace hub::ledger {

struct SearchConditions {
    std::string sql;                         ///< " AND …" on an envelope `e`.
    bool is_impossible = false;
};
Result<SearchConditions> conditions_of(const SearchQuery& query, Database& database, AgencyNumbers& agencies);

/// The same for what the agency sent or received; nullopt when it never did either.
Result<std::optional<std::string>> party_condition(const AgencyCode& agency, Database& database, AgencyNumbers& agencies);

struct SearchRange {
    std::int64_t below = 0;                  ///< Which envelope.
    std::int64_t rows_max = 0;
};
/// Numbers of envelopes in that range, newest first, one may come several times. The statement is bound to `bound` as
/// long as it runs.
Result<Statement> candidates(const SearchQuery& query, Reading reading, const SearchRange& range, std::string& bound,
                             Database& database, AgencyNumbers& agencies);

}  // namespace hub::ledger
