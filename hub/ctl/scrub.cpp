#include "hub/ctl/scrub.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <regex>

namespace hub::ctl {
namespace {

namespace json = boost::json;

/// Of the library's expressions long texts take more stack than there is.
constexpr std::size_t text_bytes_max = 4096;
constexpr std::array<std::string_view, 8> event_keys{"time", "level", "event", "envelope", "agency", "code", "field", "number"};

std::optional<std::string> scrubbed_json(const std::string& line) {
    boost::system::error_code wrong;
    const json::value value = json::parse(line, wrong);
    const auto* const object = value.if_object();
    if (wrong || !object || !object->contains("event") || !object->contains("level"))
        return std::nullopt;
    return json::serialize(only_keys(value, event_keys));
}

/// "2026-11-29T01:02:03.004Z warning BROKER_DOWN its title envelope="…" place="…"": what has a name is picked out by it.
std::optional<std::string> scrubbed_text(const std::string& line) {
    static const std::regex event{R"(^\S+Z (debug|info|warning|error) [A-Z][A-Z0-9_]+ )"};
    static const std::regex field{R"re( ([a-z_]+)=("(?:[^"\\]|\\.)*"|\d+))re"};
    std::smatch begin;
    if (!std::regex_search(line, begin, event))
        return std::nullopt;
    std::string out = begin.str().substr(0, begin.str().size() - 1);
    for (std::sregex_iterator it{line.begin(), line.end(), field}; it != std::sregex_iterator{}; ++it)
        if (std::ranges::find(event_keys, (*it)[1].str()) != event_keys.end())
            out += it->str();
    return out;
}

}  // namespace

json::value only_keys(const json::value& value, std::span<const std::string_view> keys) {
    if (const auto* const array = value.if_array()) {
        json::array out;
        for (const json::value& item : *array)
            out.push_back(only_keys(item, keys));
        return out;
    }
    const auto* const object = value.if_object();
    if (!object)
        return value.is_string() ? json::value(json::string{without_names(std::string_view{value.get_string()})}) : value;
    json::object out;
    for (const auto& pair : *object)
        if (std::ranges::find(keys, std::string_view{pair.key()}) != keys.end())
            out[pair.key()] = only_keys(pair.value(), keys);
    return out;
}

std::string without_names(std::string_view text) {
    if (text.size() > text_bytes_max)
        return "…";
    static const std::regex person{R"([^\s/:,;<>"=]+(:[^\s/@,;<>"]*)?@)"};
    return std::regex_replace(std::string{text}, person, "…@");
}

std::string scrubbed_journal(std::string_view lines) {
    std::string out;
    std::size_t others = 0;
    for (std::size_t at = 0; at < lines.size();) {
        const std::size_t end = std::min(lines.find('\n', at), lines.size());
        const std::string line{lines.substr(at, end - at)};
        at = end + 1;
        const auto kept = line.size() > text_bytes_max ? std::nullopt
                          : line.starts_with('{')      ? scrubbed_json(line)
                                                       : scrubbed_text(line);
        if (kept)
            out += *kept + "\n";
        else
            ++others;
    }
    return out + "# other lines: " + std::to_string(others) + "\n";
}

}  // namespace hub::ctl
