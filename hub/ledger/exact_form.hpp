#pragma once
// What was found by folded words, in an order: whoever types marks, or a number to its last digit, means just that.

#include "hub/core/search.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hub::ledger {

/// How well a text has the words that were asked for.
enum class Likeness : unsigned char {
    folded,                                  ///< Without marks alone.
    beginnings,                              ///< As beginnings of its words.
    whole,                                   ///< Each as a word.
};

/// Words as they were asked for. Case and the way in which a mark is written (precomposed or combining) make no
/// difference. Bounded: of very many words the first ones count.
class ExactForm {
public:
    explicit ExactForm(std::string_view asked);
    Likeness likeness_of(std::string_view text) const;

private:
    std::vector<std::u32string> words_;
};

/// Those that have what `query` asks for as it was written come first; among those that are alike nothing moves.
void put_exact_forms_first(const SearchQuery& query, std::vector<DocumentSummary>& documents);

}  // namespace hub::ledger
