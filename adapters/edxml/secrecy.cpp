#include "adapters/edxml/secrecy.hpp"

#include "adapters/edxml/xml_document.hpp"
#include "hub/core/fold.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace hub::edxml {
namespace {

// A letter with its marks, in whichever of the four ways it was typed: "ậ" may be one code point, "â" with a
// dot below, "ạ" with a circumflex, or three code points.
enum Marks : std::uint8_t {
    none = 0,
    circumflex = 1,
    acute = 2,
    dot_below = 4,
    grave = 8,
    hook_above = 16,
    tilde = 32,
    horn = 64
};

struct Letter {
    char32_t base = 0;                  ///< Lower case where it is Latin.
    std::uint8_t marks = none;
    bool is_capital = false;
    bool operator==(const Letter& other) const noexcept { return base == other.base && marks == other.marks; }
};

struct Precomposed {
    char32_t upper;
    char32_t lower;
    Letter letter;
};
constexpr std::array precomposed{
    Precomposed{0x00C2, 0x00E2, {U'a', circumflex}},
    Precomposed{0x1EA0, 0x1EA1, {U'a', dot_below}},
    Precomposed{0x1EAC, 0x1EAD, {U'a', circumflex | dot_below}},
    Precomposed{0x00CA, 0x00EA, {U'e', circumflex}},
    Precomposed{0x1EB8, 0x1EB9, {U'e', dot_below}},
    Precomposed{0x1EC6, 0x1EC7, {U'e', circumflex | dot_below}},
    Precomposed{0x00D4, 0x00F4, {U'o', circumflex}},
    Precomposed{0x00D3, 0x00F3, {U'o', acute}},
    Precomposed{0x1ED0, 0x1ED1, {U'o', circumflex | acute}},
    Precomposed{0x1ED8, 0x1ED9, {U'o', circumflex | dot_below}},
    Precomposed{0x00C0, 0x00E0, {U'a', grave}},
    Precomposed{0x1EA2, 0x1EA3, {U'a', hook_above}},
    Precomposed{0x1EA4, 0x1EA5, {U'a', circumflex | acute}},
    Precomposed{0x00CD, 0x00ED, {U'i', acute}},
    Precomposed{0x1EC8, 0x1EC9, {U'i', hook_above}},
    Precomposed{0x01A0, 0x01A1, {U'o', horn}},
    Precomposed{0x1EE8, 0x1EE9, {U'u', horn | acute}},
    Precomposed{0x1EEA, 0x1EEB, {U'u', horn | grave}},
    Precomposed{0x1EEE, 0x1EEF, {U'u', horn | tilde}},
};

constexpr std::uint8_t combining(char32_t c) noexcept {
    switch (c) {
    case 0x0302: return circumflex;
    case 0x0301: return acute;
    case 0x0323: return dot_below;
    case 0x0300: return grave;
    case 0x0309: return hook_above;
    case 0x0303: return tilde;
    case 0x031B: return horn;
    default: return none;
    }
}

Letter letter_of(char32_t c) noexcept {
    if (c >= U'A' && c <= U'Z')
        return {c - U'A' + U'a', none, true};
    if (c == 0x00A0)
        return {U' ', none};
    if (c == 0x0110)
        return {0x0111, none, true};
    for (const Precomposed& one : precomposed)
        if (c == one.upper || c == one.lower)
            return {one.letter.base, one.letter.marks, c == one.upper};
    return {c, none};
}

/// `utf8` is known to be UTF-8: the whole packet was checked.
std::vector<Letter> letters(std::string_view utf8) {
    std::vector<Letter> out;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto lead = static_cast<std::uint8_t>(utf8[i]);
        const std::size_t size = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        char32_t c = size == 1 ? lead : lead & (0x7Fu >> size);
        for (std::size_t k = 1; k < size && i + k < utf8.size(); ++k)
            c = (c << 6) | (static_cast<std::uint8_t>(utf8[i + k]) & 0x3Fu);
        i += size;
        // Shown as nothing.
        if ((c >= 0x200B && c <= 0x200F) || c == 0x2060 || c == 0xFEFF || c == 0x00AD)
            continue;
        if (const std::uint8_t marks = combining(c); marks != none && !out.empty())
            out.back().marks |= marks;
        else
            out.push_back(letter_of(c));
    }
    return out;
}

using View = std::basic_string_view<char32_t>;
bool is_one_of(const Letter& letter, View set) noexcept {
    return letter.marks == none && set.find(letter.base) != View::npos;
}

constexpr View blanks = U" \t\r\n";
constexpr View opening = U"[({\u3010";
constexpr View closing = U"])}\u3011";
// What a stamp is set off with. A comma is not among them: "Mật, tuyệt mật và tối mật là …" is a sentence.
constexpr View separators = U"-\u2013\u2014:|./";
// What a mark in capitals can stand between: nobody writes a word of a sentence like that.
constexpr View before_capitals = U"-\u2013\u2014:|./,;*\"'[({\u3010\u201C\u00AB";
constexpr View after_capitals = U"-\u2013\u2014:|./,;*\"'])}\u3011\u201D\u00BB";

struct Mark {
    std::string_view name;
    std::vector<Letter> letters;
};
const std::array<Mark, 3>& marks() {
    static const std::array<Mark, 3> all{Mark{"Tuyệt mật", letters("tuyệt mật")}, Mark{"Tối mật", letters("tối mật")},
                                         Mark{"Mật", letters("mật")}};
    return all;
}

/// Of what in capitals begins like the mark and is none: density, honey, passwords, ciphers, sugar cane …
const std::array<std::vector<Letter>, 7>& after_no_mark() {
    static const std::array<std::vector<Letter>, 7> all{letters("độ"),  letters("ong"), letters("KHẨU"), letters("MÃ"),
                                                       letters("MÍA"), letters("hoa"), letters("GẤU")};
    return all;
}

/// Behind these a mark is what the sentence is about: a stamp, a level, a kind of documents; and two other words' ends.
const std::array<std::vector<Letter>, 20>& before_no_mark() {
    static const std::array<std::vector<Letter>, 20> all{
        letters("dấu"), letters("độ"),  letters("mức"), letters("cấp"),  letters("loại"), letters("hạng"), letters("chữ"),
        letters("từ"),  letters("là"),  letters("và"),  letters("hoặc"), letters("hay"),  letters("chỉ"),  letters("bản"),
        letters("liệu"), letters("sơ"), letters("tin"), letters("bí"),   letters("bảo"),  letters("cơ")};
    return all;
}

class Scanner {
public:
    explicit Scanner(std::string_view text) : letters_{letters(text)} {}

    std::size_t size() const noexcept { return letters_.size(); }
    bool is_at_end(std::size_t at) const noexcept { return at >= letters_.size(); }
    bool is_at(std::size_t at, View set) const noexcept { return !is_at_end(at) && is_one_of(letters_[at], set); }
    std::size_t skip(std::size_t at, View set) const noexcept {
        while (is_at(at, set))
            ++at;
        return at;
    }
    /// The mark that stands at `at`, and where it ends. Blanks within a mark may be any number.
    const Mark* mark(std::size_t at, std::size_t& end) const {
        for (const Mark& candidate : marks()) {
            std::size_t i = at;
            const bool fits = std::ranges::all_of(candidate.letters, [&](const Letter& wanted) {
                if (wanted == Letter{U' ', none}) {
                    const std::size_t after = skip(i, blanks);
                    return std::exchange(i, after) != after;
                }
                return !is_at_end(i) && letters_[i++] == wanted;
            });
            if (fits) {
                end = i;
                return &candidate;
            }
        }
        return nullptr;
    }
    /// "[ Mật ]" at `at`.
    const Mark* bracketed(std::size_t at, View open) const {
        if (!is_at(at, open))
            return nullptr;
        std::size_t end = 0;
        const Mark* const found = mark(skip(at + 1, blanks), end);
        return found && is_at(skip(end, blanks), closing) ? found : nullptr;
    }
    /// "- MẬT -" at `at`.
    const Mark* in_capitals(std::size_t at) const {
        std::size_t end = 0;
        const Mark* const found = mark(at, end);
        if (!found)
            return nullptr;
        if (!is_capital(at, end))
            return nullptr;
        std::size_t before = at;
        while (before > 0 && is_at(before - 1, blanks))
            --before;
        const std::size_t after = skip(end, blanks);
        const bool is_set_off = (before == 0 || is_at(before - 1, before_capitals))
                                && (is_at_end(after) || is_at(after, after_capitals));
        return is_set_off ? found : nullptr;
    }
    /// "TUYỆT MẬT V/v kế hoạch" at `at`, where the text begins: only the capitals, or "V/v", set it off.
    const Mark* leading(std::size_t at) const {
        static const std::vector<Letter> concerning = letters("v/v");
        std::size_t end = 0;
        const Mark* const found = mark(at, end);
        const std::size_t next = skip(end, blanks);
        if (!found || next == end)
            return nullptr;
        if (is_word(next, concerning))
            return found;
        const bool is_no_mark = found == &marks().back() && std::ranges::any_of(after_no_mark(), [&](const auto& word) {
            return is_word(next, word);
        });
        return is_capital(at, end) && !is_no_mark ? found : nullptr;
    }
    /// "Kế hoạch phòng thủ TUYỆT MẬT" with the mark at `at`: the last words, in capitals that those before are not in.
    const Mark* trailing(std::size_t at) const {
        std::size_t end = 0;
        const Mark* const found = mark(at, end);
        if (!found || !is_capital(at, end) || !is_at_end(skip(end, U" \t\r\n.!")))
            return nullptr;
        std::size_t before = at;
        while (before > 0 && is_at(before - 1, blanks))
            --before;
        std::size_t word = before;
        while (word > 0 && !is_at(word - 1, blanks))
            --word;
        // A number has no capitals: the words before it tell.
        const bool is_apart = before < at
                              && (has_small(word, before) || (is_at(before - 1, U"0123456789") && has_small(0, word)));
        const bool is_spoken_of = std::ranges::any_of(before_no_mark(), [&](const auto& each) {
            return word + each.size() == before && is_word(word, each);
        });
        return is_apart && !is_spoken_of ? found : nullptr;
    }
    /// "(Tối mật)" at `at` and nothing behind it.
    const Mark* last_in_brackets(std::size_t at) const {
        const Mark* const found = bracketed(at, U"(");
        const std::size_t start = skip(at + 1, blanks);
        std::size_t end = 0;
        if (!found || !letters_[start].is_capital || !mark(start, end))
            return nullptr;
        return is_at_end(skip(skip(end, blanks) + 1, U" \t\r\n.")) ? found : nullptr;
    }
    /// "Độ mật: Tối mật" at `at`.
    const Mark* after_its_name(std::size_t at) const {
        static const std::vector<Letter> name = letters("độ mật");
        for (const Letter& wanted : name)
            if (is_at_end(at) || letters_[at++] != wanted)
                return nullptr;
        at = skip(at, blanks);
        std::size_t end = 0;
        return is_at(at, U":") ? mark(skip(at + 1, blanks), end) : nullptr;
    }

private:
    bool is_capital(std::size_t at, std::size_t end) const {
        for (std::size_t i = at; i < end; ++i)
            if (!letters_[i].is_capital && !is_at(i, blanks))
                return false;
        return true;
    }
    bool has_small(std::size_t at, std::size_t end) const {
        return std::any_of(letters_.begin() + static_cast<std::ptrdiff_t>(at),
                           letters_.begin() + static_cast<std::ptrdiff_t>(end), [](const Letter& each) {
                               return !each.is_capital && each.base >= U'a' && each.base <= U'z';
                           });
    }
    /// It stands at `at`, and ends there.
    bool is_word(std::size_t at, const std::vector<Letter>& word) const {
        constexpr View ends = U" \t\r\n-\u2013\u2014:|./,;*\"'])}";
        const std::size_t end = at + word.size();
        return end <= letters_.size() && std::equal(word.begin(), word.end(), letters_.begin() + static_cast<std::ptrdiff_t>(at))
               && (is_at_end(end) || is_at(end, ends));
    }

    std::vector<Letter> letters_;
};

std::optional<std::string> name_of(const Mark* mark) {
    return mark ? std::optional<std::string>{mark->name} : std::nullopt;
}

constexpr std::size_t mark_bytes_max = 64;

}  // namespace

std::optional<std::string> whole_mark(std::string_view text) {
    if (text.size() > mark_bytes_max)
        return std::nullopt;
    const Scanner scanner{text};
    constexpr View around = U" \t\r\n[](){}\"'.-*:\u3010\u3011";
    std::size_t end = 0;
    const Mark* const found = scanner.mark(scanner.skip(0, around), end);
    return found && scanner.is_at_end(scanner.skip(end, around)) ? name_of(found) : std::nullopt;
}

std::optional<std::string> stamped_mark(std::string_view text) {
    const Scanner scanner{text};
    const std::size_t start = scanner.skip(0, blanks);
    if (const Mark* found = scanner.bracketed(start, opening))
        return name_of(found);
    std::size_t end = 0;
    if (const Mark* found = scanner.mark(start, end)) {
        const std::size_t after = scanner.skip(end, blanks);
        if (scanner.is_at_end(after) || scanner.is_at(after, separators))
            return name_of(found);
    }
    if (const Mark* found = scanner.leading(start))
        return name_of(found);
    for (std::size_t i = start; i < scanner.size(); ++i)
        for (const Mark* found : {scanner.bracketed(i, U"[\u3010"), scanner.in_capitals(i), scanner.last_in_brackets(i),
                                  scanner.after_its_name(i), scanner.trailing(i)})
            if (found)
                return name_of(found);
    return std::nullopt;
}

std::optional<std::string> named_mark(std::string_view element_name, std::string_view value) {
    std::string name{element_name};
    std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    constexpr std::array<std::string_view, 6> parts{"secrecy", "secret", "security", "domat", "mucmat", "confidential"};
    const auto is_in_name = [&](std::string_view part) { return name.find(part) != std::string::npos; };
    if (std::ranges::none_of(parts, is_in_name) || is_in_name("secretar"))
        return std::nullopt;
    const std::string folded = fold(value);
    constexpr std::array<std::string_view, 9> harmless{"",      "0",    "false",  "no",     "none",
                                                       "thuong", "khong", "normal", "khong mat"};
    if (std::ranges::find(harmless, folded) != harmless.end() || folded == "binh thuong")
        return std::nullopt;
    return cut(value, mark_bytes_max);
}

}  // namespace hub::edxml
