#include "hub/ledger/search_match.hpp"

#include "hub/core/fold.hpp"
#include "hub/ledger/sqlite_view.hpp"

#include <algorithm>
#include <array>

namespace hub::ledger {
namespace {

void add(std::string& match, const std::string& term) {
    if (!match.empty())
        match += " AND ";
    match += term;
}

/// The characters that the index keeps inside a word.
bool is_in_word(char c) noexcept {
    const auto octet = static_cast<unsigned char>(c);
    return octet >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
           || std::string_view{"/.,-_"}.find(c) != std::string_view::npos;
}

std::vector<std::string> words_of(std::string_view folded) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : folded) {
        if (is_in_word(c)) {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::exchange(word, {}));
        }
    }
    if (!word.empty())
        words.push_back(std::move(word));
    return words;
}

}  // namespace

bool has_only_signs(const SearchQuery& query) {
    return std::ranges::any_of(std::array{&query.number, &query.notation, &query.subject, &query.text},
                               [](const std::string* words) { return !words->empty() && words_of(fold(*words)).empty(); });
}

std::string match_of(const SearchQuery& query) {
    std::string match;
    if (!query.number.empty())
        add(match, "number:" + fts_string(fold(query.number)));
    if (!query.notation.empty())
        add(match, "notation:" + fts_string(fold(query.notation)));
    for (const std::string& word : words_of(fold(query.subject)))
        add(match, "subject:" + fts_string(word) + '*');
    for (const std::string& word : words_of(fold(query.text)))
        add(match, fts_string(word) + '*');
    return match;
}

}  // namespace hub::ledger
