#pragma once
// What a document's story is read from, beside its row: the entries about it and the text that lists its parts.

#include "hub/core/ledger.hpp"
#include "hub/ledger/agency_numbers.hpp"

#include <vector>

namespace hub::ledger {

/// envelopes.parts: a line for each part, a tab between its fields. A sender's text cannot begin a line or a field.
std::string parts_text(const std::vector<Part>& parts);
std::vector<Part> parts_of(std::string_view text);

/// Ascending, each with its act; at most limits::story_entries_max.
Result<std::vector<Entry>> entries_of(Database& database, AgencyNumbers& agencies, EnvelopeSeq seq);

}  // namespace hub::ledger
