#include "hub/access/guessable.hpp"

#include "hub/core/fold.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace hub::access {

std::span<const std::string_view> common_words() noexcept;

namespace {

constexpr std::size_t name_letters_min = 4;

bool is_small(char c) { return 'a' <= c && c <= 'z'; }

std::string letters_and_digits_of(std::string_view text) {
    std::string kept;
    for (const char c : fold(text))
        if (is_small(c) || ('0' <= c && c <= '9'))
            kept += c;
    return kept;
}

/// "P@ssw0rd-2024" → "password": signs within that stand for letters are read as these; what stands around is cut off.
std::string letters_of(std::string_view text) {
    const std::string folded = fold(text);
    const auto begin = std::ranges::find_if(folded, is_small);
    const auto end = std::find_if(folded.rbegin(), folded.rend(), is_small).base();
    std::string letters;
    for (auto it = begin; begin != folded.end() && it != end; ++it) {
        constexpr std::array<std::pair<char, char>, 6> written{{{'@', 'a'}, {'4', 'a'}, {'3', 'e'}, {'1', 'i'}, {'0', 'o'}, {'$', 's'}}};
        const auto meant = std::ranges::find(written, *it, &std::pair<char, char>::first);
        if (is_small(*it))
            letters += *it;
        else if (meant != written.end())
            letters += meant->second;
    }
    return letters;
}

std::string letters_alone(std::string_view text) {
    std::string letters = fold(text);
    std::erase_if(letters, [](char c) { return !is_small(c); });
    return letters;
}

/// One word behind the other, with nothing left over.
bool is_made_of(std::string_view letters, std::span<const std::string_view> names) {
    std::vector<bool> reached(letters.size() + 1);
    reached[0] = true;
    for (std::size_t at = 0; at < letters.size(); ++at) {
        if (!reached[at])
            continue;
        for (const auto& words : {common_words(), names})
            for (const std::string_view word : words)
                if (!word.empty() && letters.substr(at).starts_with(word))
                    reached[at + word.size()] = true;
    }
    return reached.back();
}

}  // namespace

bool is_guessable(std::string_view password, std::string_view user, std::string_view hub_code) {
    const std::string whole = letters_and_digits_of(password), name = letters_and_digits_of(user), code = letters_and_digits_of(hub_code);
    for (const std::string& one : {name, code})
        if (one.size() >= name_letters_min && whole.find(one) != std::string::npos)
            return true;
    const std::string name_letters = letters_alone(user), code_letters = letters_alone(hub_code);
    const std::array<std::string_view, 2> names{name_letters, code_letters};
    // With letters written as digits, and with digits between the words: "admin2024matkhau".
    for (const std::string& letters : {letters_of(password), letters_alone(password)})
        if (!letters.empty() && is_made_of(letters, names))
            return true;
    return false;
}

}  // namespace hub::access
