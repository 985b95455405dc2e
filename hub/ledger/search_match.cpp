#include "hub/ledger/search_match.hpp"

#include "hub/core/fold.hpp"

#include <utility>
#include <vector>

namespace hub::ledger {
namespace {

void add(std::string& match, const std::string& term) {
    if (!match.empty() && !term.empty())
        match += " AND ";
    match += term;
}

constexpr std::size_t words_max = 32;

/// Surely no end of a word for the tokenizer (unicode61). Of letters that folding leaves: Latin, Cyrillic, Han; others
/// cut words here, and no Vietnamese text has them.
bool is_in_word(char32_t c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || std::u32string_view{U"/.,-_"}.find(c) != std::u32string_view::npos
           || (c >= 0xC0 && c <= 0x24F && c != 0xD7 && c != 0xF7) || (c >= 0x400 && c <= 0x481)
           || (c >= 0x4E00 && c <= 0x9FA5);
}

std::vector<std::string> words_of(std::string_view folded) {
    std::vector<std::string> words;
    std::string word;
    const auto end_word = [&] {
        if (!word.empty())
            words.push_back(std::exchange(word, {}));
    };
    while (!folded.empty() && words.size() < words_max) {
        const std::string_view before = folded;
        if (is_in_word(read_code_point(folded)))
            word += before.substr(0, before.size() - folded.size());
        else
            end_word();
    }
    end_word();
    return words;
}

}  // namespace

bool has_only_signs(const SearchQuery& query) {
    const auto has_none = [](const std::string& text) { return !text.empty() && words_of(fold(text)).empty(); };
    return has_none(query.number) || has_none(query.notation) || has_none(query.subject) || has_none(query.text)
           || has_none(query.id);
}

std::string match_of_words(std::string_view column, std::string_view folded) {
    std::string match;
    for (const std::string& word : words_of(folded))
        add(match, std::string{column} + ":\"" + word + '"');
    return match;
}

std::string match_of_beginnings(std::string_view text) {
    std::string match;
    for (const std::string& word : words_of(fold(text)))
        add(match, '"' + word + "\"*");
    return match;
}

std::string match_of(const SearchQuery& query) {
    std::string match;
    add(match, match_of_words("number", fold(query.number)));
    add(match, match_of_words("notation", fold(query.notation)));
    for (const std::string& word : words_of(fold(query.subject)))
        add(match, "subject:\"" + word + "\"*");
    add(match, match_of_beginnings(query.text));
    return match;
}

}  // namespace hub::ledger
