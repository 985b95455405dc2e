#pragma once
// A person's words as an FTS5 expression.

#include "hub/core/search.hpp"

namespace hub::ledger {

/// Empty: nothing to match. Every word must be there; the last one may be the beginning of a word.
std::string match_of(const SearchQuery& query);

/// A field was asked for with nothing that the index holds, "!!!": no document has that.
bool has_only_signs(const SearchQuery& query);

}  // namespace hub::ledger
