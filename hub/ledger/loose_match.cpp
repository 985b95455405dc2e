#include "hub/ledger/loose_match.hpp"

#include "hub/core/fold.hpp"
#include "hub/ledger/search_match.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace hub::ledger {
namespace {

using Words = std::vector<std::string>;

struct DocumentType {
    std::string_view abbreviation;
    std::array<std::string_view, 4> name;
};
/// Folded; appendix III of decree 30/2020/NĐ-CP.
constexpr std::array document_types{
    DocumentType{"nq", {"nghi", "quyet"}},        DocumentType{"qd", {"quyet", "dinh"}},
    DocumentType{"ct", {"chi", "thi"}},           DocumentType{"qc", {"quy", "che"}},
    DocumentType{"qyd", {"quy", "dinh"}},         DocumentType{"tc", {"thong", "cao"}},
    DocumentType{"tb", {"thong", "bao"}},         DocumentType{"hd", {"huong", "dan"}},
    DocumentType{"hd", {"hop", "dong"}},          DocumentType{"ctr", {"chuong", "trinh"}},
    DocumentType{"kh", {"ke", "hoach"}},          DocumentType{"pa", {"phuong", "an"}},
    DocumentType{"da", {"de", "an"}},             DocumentType{"da", {"du", "an"}},
    DocumentType{"bc", {"bao", "cao"}},           DocumentType{"bb", {"bien", "ban"}},
    DocumentType{"ttr", {"to", "trinh"}},         DocumentType{"cd", {"cong", "dien"}},
    DocumentType{"bgn", {"ban", "ghi", "nho"}},   DocumentType{"btt", {"ban", "thoa", "thuan"}},
    DocumentType{"guq", {"giay", "uy", "quyen"}}, DocumentType{"gm", {"giay", "moi"}},
    DocumentType{"ggt", {"giay", "gioi", "thieu"}}, DocumentType{"gnp", {"giay", "nghi", "phep"}},
    DocumentType{"pg", {"phieu", "gui"}},         DocumentType{"pc", {"phieu", "chuyen"}},
    DocumentType{"pb", {"phieu", "bao"}},         DocumentType{"tt", {"thong", "tu"}},
    DocumentType{"nd", {"nghi", "dinh"}},
};
/// They say that a number or a name follows. An official letter (công văn) bears no abbreviation in its notation.
constexpr std::array<std::array<std::string_view, 2>, 14> introductions{
    {{"no."}, {"no"}, {"cong", "van"}, {"van", "ban"}, {"ky", "hieu"}, {"so"}, {"cv"}, {"vb"}, {"v/v"}, {"ngay"}, {"cua"}, {"gui"}, {"nam"}, {"ve"}}};
constexpr std::size_t notation_words_max = 5, loose_words_max = 12, pieces_max = 6, loose_bytes_max = 200;

template <std::size_t n>
std::size_t length_of(const std::array<std::string_view, n>& phrase) {
    return static_cast<std::size_t>(std::ranges::find(phrase, std::string_view{}) - phrase.begin());
}

template <std::size_t n>
bool begins_with(std::span<const std::string> words, const std::array<std::string_view, n>& phrase) {
    const std::size_t length = length_of(phrase);
    return words.size() >= length && std::equal(phrase.begin(), phrase.begin() + static_cast<std::ptrdiff_t>(length), words.begin());
}

std::string all_of(const Words& terms) {
    std::string match;
    for (const std::string& term : terms)
        match += (match.empty() ? "" : " AND ") + term;
    return match;
}

std::string any_of(const Words& terms) {
    std::string match;
    for (const std::string& term : terms)
        match += (match.empty() ? "(" : " OR ") + term;
    return match + ')';
}

std::string beginning(std::string_view word) { return '"' + std::string{word} + "\"*"; }

Words pieces_of(std::string_view word, std::size_t letters_least) {
    Words pieces;
    while (!word.empty() && pieces.size() < pieces_max) {
        const std::size_t end = std::min(word.find_first_of("/.,-_"), word.size());
        if (end >= letters_least)
            pieces.emplace_back(word.substr(0, end));
        word.remove_prefix(std::min(end + 1, word.size()));
    }
    return pieces;
}

bool is_year(std::string_view text) {
    return text.size() == 4 && (text.starts_with("19") || text.starts_with("20"))
           && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "7816 / UBND - VX" is written without blanks.
std::string without_gaps(std::string folded) {
    for (const char sign : {'/', '-'}) {
        for (std::size_t at = folded.find(' '); at != std::string::npos; at = folded.find(' ', at)) {
            const bool is_gap = (at > 0 && folded[at - 1] == sign) || (at + 1 < folded.size() && folded[at + 1] == sign);
            is_gap ? folded.erase(at, 1) : folded.insert(at, 0, ' ');
            at += is_gap ? 0 : 1;
        }
    }
    return folded;
}

/// What was said, apart.
struct Said {
    Words numbers;
    Words words;                             ///< In their order.
};

/// "20/11/2026", "2026-11-20": what is said of a number besides.
bool is_date(std::string_view word) {
    const Words pieces = pieces_of(word, 1);
    const auto is_number = [](std::string_view text) { return text.find_first_not_of("0123456789") == text.npos; };
    return pieces.size() == 3 && std::ranges::all_of(pieces, is_number) && (is_year(pieces.front()) || is_year(pieces.back()));
}

void take(std::string_view word, Said& said) {
    constexpr std::string_view ends = "/.,-_";
    word.remove_prefix(std::min(word.find_first_not_of(ends), word.size()));
    word = word.substr(0, word.find_last_not_of(ends) + 1);
    if (word.empty() || is_date(word))
        return;
    const std::size_t digits = std::min(word.find_first_not_of("0123456789"), word.size());
    const bool is_number = digits > 0 && (digits == word.size() || word[digits] == '/' || word[digits] == '-');
    if (!is_number) {
        said.words.emplace_back(word);
        return;
    }
    said.numbers.emplace_back(word.substr(0, digits));
    const std::string_view rest = word.substr(std::min(digits + 1, word.size()));
    if (!rest.empty() && !is_year(rest))
        said.words.emplace_back(rest);
}

Said said_in(std::string_view text) {
    Words all = words_of(without_gaps(fold(utf8_prefix(text, loose_bytes_max))));
    all.resize(std::min(all.size(), loose_words_max));
    Said said;
    for (std::span<const std::string> rest{all}; !rest.empty();) {
        const auto* const skipped = std::ranges::find_if(
            introductions, [&](const auto& phrase) { return begins_with(rest, phrase); });
        if (skipped == introductions.end())
            take(rest.front(), said);
        rest = rest.subspan(skipped == introductions.end() ? 1 : length_of(*skipped));
    }
    if (said.numbers.empty() && said.words.empty())
        said.words = all;
    return said;
}

/// One word in all its forms.
std::string term_of(const std::string& word) {
    Words forms{beginning(word)};
    // A single letter begins too many words to be looked for.
    if (Words pieces = pieces_of(word, 2); pieces.size() > 1) {
        std::ranges::transform(pieces, pieces.begin(), beginning);
        forms.push_back('(' + all_of(pieces) + ')');
    }
    for (const DocumentType& type : document_types) {
        if (type.abbreviation != word)
            continue;
        Words name;
        for (std::size_t i = 0; i < length_of(type.name); ++i)
            name.push_back("subject:\"" + std::string{type.name[i]} + '"');
        forms.push_back('(' + all_of(name) + ')');
    }
    return any_of(forms);
}

/// Kinds of documents written out may stand in the notation alone.
Words terms_of(std::span<const std::string> words) {
    Words terms;
    while (!words.empty()) {
        const auto* const type = std::ranges::find_if(
            document_types, [&](const DocumentType& each) { return begins_with(words, each.name); });
        if (type == document_types.end()) {
            terms.push_back(term_of(words.front()));
            words = words.subspan(1);
            continue;
        }
        Words name;
        for (std::size_t i = 0; i < length_of(type->name); ++i)
            name.push_back(beginning(words[i]));
        terms.push_back(any_of({'(' + all_of(name) + ')', "notation:" + beginning(std::string{type->abbreviation} + '-')}));
        words = words.subspan(length_of(type->name));
    }
    return terms;
}

/// The first of them may be one notation.
std::string match_of_said(const Words& words) {
    Words readings{'(' + all_of(terms_of(words)) + ')'};
    std::string notation = words.front();
    for (std::size_t taken = 2; taken <= std::min(words.size(), notation_words_max); ++taken) {
        notation += '-' + words[taken - 1];
        Words terms = terms_of(std::span{words}.subspan(taken));
        terms.insert(terms.begin(), "notation:" + beginning(notation));
        readings.push_back('(' + all_of(terms) + ')');
    }
    return any_of(readings);
}

}  // namespace

std::string loose_match_of(std::string_view text) {
    const Said said = said_in(text);
    Words terms;
    for (const std::string& number : said.numbers)
        terms.push_back(any_of({beginning(number), number_match(number, false)}));
    if (!said.words.empty())
        terms.push_back(match_of_said(said.words));
    return all_of(terms);
}

}  // namespace hub::ledger
