#pragma once
// Search for people, from a read-only connection. Cost is bounded: at most rows_examined_max rows per question.

#include "hub/core/search.hpp"

#include <filesystem>

namespace hub::ledger {

inline constexpr std::int64_t rows_examined_max = 50'000;

/// `rows_max`: how many rows are examined for a question.
std::unique_ptr<LedgerSearch> open_search(std::filesystem::path folder, std::int64_t rows_max = rows_examined_max);

}  // namespace hub::ledger
