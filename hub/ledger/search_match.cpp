#include "hub/ledger/search_match.hpp"

#include "hub/core/fold.hpp"

#include <algorithm>
#include <cstdint>
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

/// Letters that are left after folding and that the tokenizer (unicode61) takes for letters too: Latin, Cyrillic, Han.
/// Others cut words; no Vietnamese text has them.
bool is_foreign_letter(std::uint32_t code) noexcept {
    return (code >= 0xC0 && code <= 0x24F && code != 0xD7 && code != 0xF7) || (code >= 0x400 && code <= 0x481)
           || (code >= 0x4E00 && code <= 0x9FA5);
}

bool is_in_word(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || std::string_view{"/.,-_"}.find(c) != std::string_view::npos;
}

std::vector<std::string> words_of(std::string_view folded) {
    std::vector<std::string> words;
    std::string word;
    const auto end_word = [&] {
        if (!word.empty())
            words.push_back(std::exchange(word, {}));
    };
    while (!folded.empty() && words.size() < words_max) {
        const auto first = static_cast<unsigned char>(folded.front());
        const std::size_t size = std::min<std::size_t>(folded.size(), first < 0x80   ? 1
                                                                      : first < 0xE0 ? 2
                                                                      : first < 0xF0 ? 3
                                                                                     : 4);
        std::uint32_t code = first & (0xFFu >> (size == 1 ? 0 : size + 1));
        for (const char c : folded.substr(1, size - 1))
            code = code << 6 | (static_cast<unsigned char>(c) & 0x3Fu);
        if (size == 1 ? is_in_word(folded.front()) : is_foreign_letter(code))
            word += folded.substr(0, size);
        else
            end_word();
        folded.remove_prefix(size);
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

std::string match_of(const SearchQuery& query) {
    std::string match;
    add(match, match_of_words("number", fold(query.number)));
    add(match, match_of_words("notation", fold(query.notation)));
    for (const std::string& word : words_of(fold(query.subject)))
        add(match, "subject:\"" + word + "\"*");
    for (const std::string& word : words_of(fold(query.text)))
        add(match, '"' + word + "\"*");
    return match;
}

}  // namespace hub::ledger
