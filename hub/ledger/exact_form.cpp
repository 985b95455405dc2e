#include "hub/ledger/exact_form.hpp"

#include "hub/core/fold.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace hub::ledger {
namespace {

constexpr char32_t breve = 0x306, circumflex = 0x302, horn = 0x31B, grave = 0x300, acute = 0x301, hook = 0x309,
                   tilde = 0x303, dot = 0x323;
constexpr std::array tones{char32_t{0}, grave, acute, hook, tilde, dot};

struct Vowel {
    char32_t base;
    char32_t mark;                           ///< 0: none.
    std::u32string_view forms;               ///< In the order of `tones`, small ones and then capitals.
};
constexpr std::array vowels{
    Vowel{'a', 0, U"aàáảãạAÀÁẢÃẠ"},          Vowel{'a', breve, U"ăằắẳẵặĂẰẮẲẴẶ"}, Vowel{'a', circumflex, U"âầấẩẫậÂẦẤẨẪẬ"},
    Vowel{'e', 0, U"eèéẻẽẹEÈÉẺẼẸ"},          Vowel{'e', circumflex, U"êềếểễệÊỀẾỂỄỆ"}, Vowel{'i', 0, U"iìíỉĩịIÌÍỈĨỊ"},
    Vowel{'o', 0, U"oòóỏõọOÒÓỎÕỌ"},          Vowel{'o', circumflex, U"ôồốổỗộÔỒỐỔỖỘ"}, Vowel{'o', horn, U"ơờớởỡợƠỜỚỞỠỢ"},
    Vowel{'u', 0, U"uùúủũụUÙÚỦŨỤ"},          Vowel{'u', horn, U"ưừứửữựƯỪỨỬỮỰ"},   Vowel{'y', 0, U"yỳýỷỹỵYỲÝỶỸỴ"},
};

bool is_mark(char32_t c) noexcept { return c >= 0x300 && c <= 0x36F; }
bool is_blank(char32_t c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0; }

void append(std::u32string& out, char32_t c) {
    if (c < 0x80) {
        out += c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
        return;
    }
    for (const Vowel& vowel : vowels)
        if (const auto at = vowel.forms.find(c); at != std::u32string_view::npos) {
            out += vowel.base;
            if (vowel.mark != 0)
                out += vowel.mark;
            if (at % tones.size() != 0)
                out += tones[at % tones.size()];
            return;
        }
    out += c == U'Đ' ? U'đ' : c;
}

/// Small letters, each followed by its marks in the order of their numbers; a blank before and after each word.
std::u32string spelled(std::string_view utf8) {
    std::u32string out = U" ";
    while (!utf8.empty()) {
        const char32_t c = read_code_point(utf8);
        if (!is_blank(c))
            append(out, c);
        else if (out.back() != ' ')
            out += ' ';
    }
    if (out.back() != ' ')
        out += ' ';
    // A clerk's 05 is 5.
    for (std::size_t at = out.find(U" 0"); at != std::u32string::npos; at = out.find(U" 0", at)) {
        const std::size_t end = out.find_first_not_of(U'0', at + 1);
        if (out[end] >= '0' && out[end] <= '9')
            out.erase(at + 1, end - at - 1);
        else
            ++at;
    }
    // The last one is a blank.
    for (auto begin = out.begin(); begin != out.end(); ++begin) {
        const auto end = std::find_if_not(begin, out.end(), is_mark);
        std::sort(begin, end);
        begin = end;
    }
    return out;
}

/// A word ends where neither letter, digit nor mark follows.
bool ends_at(const std::u32string& text, std::size_t at) {
    const char32_t c = text[at];
    return c < 0x80 ? !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) : c == 0xA0 || (c >= 0x2000 && c <= 0x206F);
}

Likeness likeness_of_word(const std::u32string& text, const std::u32string& word) {
    Likeness best = Likeness::folded;
    for (auto at = text.find(word); at != std::u32string::npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if (!ends_at(text, at - 1) || is_mark(text[end]))
            continue;
        if (ends_at(text, end))
            return Likeness::whole;
        best = Likeness::beginnings;
    }
    return best;
}

std::string numbers(const DocumentName& name) { return name.number + " " + full_number(name.number, name.notation); }

std::string all_names(const DocumentName& name) {
    return numbers(name) + " " + name.notation + " " + name.subject + " " + name.document_id + " " + name.issuer;
}

}  // namespace

ExactForm::ExactForm(std::string_view asked) {
    constexpr std::size_t words_max = 32, bytes_max = 1024;
    const std::u32string all = spelled(asked.substr(0, bytes_max));
    for (std::size_t begin = 1; begin < all.size() && words_.size() < words_max;) {
        const std::size_t end = all.find(U' ', begin);
        words_.push_back(all.substr(begin, end - begin));
        begin = end + 1;
    }
}

Likeness ExactForm::likeness_of(std::string_view text) const {
    Likeness least = Likeness::whole;
    if (words_.empty())
        return least;
    const std::u32string in = spelled(text);
    for (const std::u32string& word : words_)
        least = std::min(least, likeness_of_word(in, word));
    return least;
}

void put_exact_forms_first(const SearchQuery& query, std::vector<DocumentSummary>& documents) {
    if (query.text.empty() && query.number.empty() && query.notation.empty() && query.subject.empty())
        return;
    const ExactForm text{query.text}, number{query.number}, notation{query.notation}, subject{query.subject};
    std::vector<std::pair<Likeness, DocumentSummary>> ranked;
    ranked.reserve(documents.size());
    for (DocumentSummary& document : documents) {
        const DocumentName& name = document.document;
        const Likeness least = std::min({text.likeness_of(all_names(name)), number.likeness_of(numbers(name)),
                                         notation.likeness_of(name.notation), subject.likeness_of(name.subject)});
        ranked.emplace_back(least, std::move(document));
    }
    std::ranges::stable_sort(ranked, std::greater{}, [](const auto& each) { return each.first; });
    std::ranges::transform(ranked, documents.begin(), [](auto& each) { return std::move(each.second); });
}

}  // namespace hub::ledger
