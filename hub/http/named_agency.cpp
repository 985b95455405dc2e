#include "hub/http/named_agency.hpp"

#include "hub/core/fold.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace hub::http {
namespace {

using NameWords = std::vector<std::string>;

constexpr std::size_t initials_least = 3;

NameWords name_words(std::string_view text) {
    NameWords words;
    const std::string folded = fold(text);
    for (std::string_view rest = folded; !rest.empty();) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        if (end > 0)
            words.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return words;
}

std::string initials_of(const NameWords& name) {
    std::string initials;
    for (const std::string& word : name)
        initials += word.front();
    return initials;
}

/// In how many ways, words of each, an agency is named.
std::vector<NameWords> names_of(const Agency& agency) {
    std::vector<NameWords> names{{fold(agency.code.text())}};
    for (const auto& alias : agency.aliases)
        names.push_back({fold(alias.code.text())});
    NameWords full = name_words(agency.name);
    if (full.size() >= initials_least)
        names.push_back({initials_of(full)});
    // One word is too little to be a name among others.
    if (full.size() > 1)
        names.push_back(std::move(full));
    return names;
}

struct Place {
    const Agency* agency = nullptr;
    std::size_t begin = 0, length = 0;
};

std::string without(const NameWords& words, const Place& place) {
    std::string rest;
    for (std::size_t i = 0; i < words.size(); ++i)
        if (i < place.begin || i >= place.begin + place.length)
            rest += (rest.empty() ? "" : " ") + words[i];
    return rest;
}

}  // namespace

std::optional<NamedAgency> named_agency(std::string_view text, const Directory& directory) {
    constexpr std::size_t bytes_max = 1024;
    const NameWords words = name_words(utf8_prefix(text, bytes_max));
    Place best;
    bool is_doubtful = false;
    for (const Agency& agency : directory.agencies())
        for (const NameWords& name : names_of(agency)) {
            const auto found = std::ranges::search(words, name);
            if (found.empty() || name.size() < best.length)
                continue;
            is_doubtful = name.size() == best.length && (is_doubtful || best.agency != &agency);
            best = {&agency, static_cast<std::size_t>(found.begin() - words.begin()), name.size()};
        }
    if (!best.agency || is_doubtful)
        return std::nullopt;
    return NamedAgency{best.agency->code, without(words, best)};
}

}  // namespace hub::http
