#include "adapters/gateway/json_receivers.hpp"

#include "hub/core/clean_text.hpp"
#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <boost/url/pct_string_view.hpp>

#include <algorithm>
#include <charconv>

namespace hub::gateway {
namespace {

namespace json = boost::json;

constexpr std::size_t receivers_rows_max = 200;

/// What a browser and curl make of a text in an address (RFC 3986, and + for a blank); nullopt: neither.
std::optional<std::string> unescaped(std::string_view written) {
    const auto escaped = boost::urls::make_pct_string_view(written);
    if (!escaped)
        return std::nullopt;
    boost::urls::encoding_opts form;
    form.space_as_plus = true;
    std::string text = escaped->decode(form);
    return is_utf8(text) ? std::optional{std::move(text)} : std::nullopt;
}

bool begins_word(const std::string& folded, const std::string& wanted) {
    for (auto at = folded.find(wanted); at != std::string::npos; at = folded.find(wanted, at + 1))
        if (at == 0 || folded[at - 1] == ' ')
            return true;
    return false;
}

bool is_meant(const Unit& unit, const std::string& folded_text) {
    std::string all = fold(unit.name) + " " + fold(unit.code);
    for (const std::string& alias : unit.aliases)
        all += " " + fold(alias);
    std::string_view rest = folded_text;
    while (!rest.empty()) {
        const auto blank = std::min(rest.find(' '), rest.size());
        if (!begins_word(all, std::string{rest.substr(0, blank)}))
            return false;
        rest.remove_prefix(std::min(blank + 1, rest.size()));
    }
    return true;
}

json::object receiver_row(const Unit& unit) {
    json::array aliases;
    for (const std::string& alias : unit.aliases)
        aliases.emplace_back(alias);
    return {{"code", unit.code},
            {"name", clean_utf8(unit.name)},
            {"old_code", unit.old_code()},
            {"aliases", std::move(aliases)}};
}

}  // namespace

Result<ReceiversAsked> receivers_asked(const std::map<std::string, std::string>& query) {
    ReceiversAsked asked;
    for (const auto& [name, value] : query) {
        const Fault invalid{Errc::field_invalid, name, value.substr(0, limits::fault_text_bytes_max)};
        const auto text = unescaped(value);
        if (!text)
            return invalid;
        if (name == "text") {
            asked.text = *text;
        } else if (name == "after") {
            asked.after = *text;
        } else if (name == "limit") {
            const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), asked.rows);
            const bool is_number = error == std::errc{} && end == text->data() + text->size();
            if (!is_number || asked.rows < 1 || asked.rows > receivers_rows_max)
                return invalid;
        } else {
            return invalid;
        }
    }
    return asked;
}

json::object receivers_page(std::vector<Unit> units, const ReceiversAsked& asked) {
    std::ranges::sort(units, {}, &Unit::code);
    const std::string wanted = fold(asked.text);
    json::array rows;
    json::value next;
    for (const Unit& unit : units) {
        if (unit.is_closed || unit.code <= asked.after || !is_meant(unit, wanted))
            continue;
        if (rows.size() == asked.rows) {
            next = rows.back().at("code");
            break;
        }
        rows.push_back(receiver_row(unit));
    }
    return {{"receivers", std::move(rows)}, {"next", std::move(next)}};
}

}  // namespace hub::gateway
