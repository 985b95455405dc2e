#pragma once
// What the relay asks, answered from a read-only connection.

#include "hub/core/ledger.hpp"

#include <filesystem>

namespace hub::ledger {

/// Opened with its first question; a fault then is the fault of that question.
std::unique_ptr<LedgerView> open_view(std::filesystem::path folder);

/// A DocumentId as one word of the search index: folded, blanks and marks that separate words replaced.
std::string search_key(std::string_view document_id);

}  // namespace hub::ledger
