#include "hub/ledger/search_match.hpp"

#include "hub/core/fold.hpp"
#include "hub/ledger/loose_match.hpp"

#include <algorithm>
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

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

}  // namespace

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

std::string number_match(std::string_view word, bool is_beginning) {
    const std::size_t zeros = std::min(word.find_first_not_of('0'), word.size());
    if (zeros == word.size() || !is_digit(word[zeros]))
        return "number:\"" + std::string{word} + '"' + (is_beginning ? "*" : "");
    // "5" is the beginning of "50", and "05" is not: a number of more digits bears no zero.
    const bool has_only_digits = std::ranges::all_of(word, is_digit);
    std::string match;
    for (const std::string_view before : {"", "0", "00"}) {
        const std::string_view kept = word.substr(zeros);
        const bool is_open = is_beginning && !(has_only_digits && before.size() + zeros > 0);
        match += (match.empty() ? "(number:\"" : " OR number:\"") + std::string{before}.append(kept) + '"' + (is_open ? "*" : "");
    }
    return match + ')';
}

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

namespace {

std::string match_of_numbers(std::string_view text) {
    std::string match;
    for (const std::string& word : words_of(fold(text)))
        add(match, number_match(word, false));
    return match;
}

/// Beginnings of words in any column, and numbers with their zeros or without.
std::string match_of_text(std::string_view text) {
    std::string match;
    for (const std::string& word : words_of(fold(text))) {
        const std::string any = '"' + word + "\"*";
        add(match, is_digit(word.front()) ? '(' + any + " OR " + number_match(word, true) + ')' : any);
    }
    return match;
}

}  // namespace

std::string match_of(const SearchQuery& query, Reading reading) {
    std::string match;
    add(match, match_of_numbers(query.number));
    add(match, match_of_words("notation", fold(query.notation)));
    for (const std::string& word : words_of(fold(query.subject)))
        add(match, "subject:\"" + word + "\"*");
    add(match, reading == Reading::loose ? loose_match_of(query.text) : match_of_text(query.text));
    return match;
}

}  // namespace hub::ledger
