#pragma once
// People's words as FTS5 expressions. The index keeps no positions, so FTS5 answers a word that its tokenizer would
// cut in two with an error: whatever is asked, only words that are surely one token get into an expression.

#include "hub/core/search.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hub::ledger {

/// Documents that have every word of `folded` in the column; empty when there is no word to look for. Bounded: what
/// comes after the first words is not looked for.
std::string match_of_words(std::string_view column, std::string_view folded);

/// Empty: nothing to match. Words of subject and text may be the beginning of a word. Loosely: loose_match.hpp.
enum class Reading : std::uint8_t { as_asked, loose };
std::string match_of(const SearchQuery& query, Reading reading);

/// Words that are surely one token each. Of very many words the first ones.
std::vector<std::string> words_of(std::string_view folded);

/// A document's number, or full number, with the zeros that clerks write before it or leave away: 5 and 05 are one.
std::string number_match(std::string_view word, bool is_beginning);

/// Beginnings of words, in any column; empty: nothing to match.
std::string match_of_beginnings(std::string_view text);

/// A field was asked for with nothing that the index holds, "!!!": no document has that.
bool has_only_signs(const SearchQuery& query);

}  // namespace hub::ledger
