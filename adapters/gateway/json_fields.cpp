#include "adapters/gateway/json_fields.hpp"

#include "adapters/edxml/dates.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace hub::gateway {
namespace {

namespace json = boost::json;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    return first == std::string_view::npos ? std::string_view{}
                                           : text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return (c >= 0 && c < ' ') || c == '\x7F'; });
}

}  // namespace

const json::value* JsonFields::find(std::string_view key, Need need) {
    asked_.emplace_back(key);
    const json::value* const found = object_ ? object_->if_contains(key) : nullptr;
    if (found && !found->is_null())
        return found;
    if (object_ && need == Need::required)
        refuse(key, "missing");
    return nullptr;
}

std::string JsonFields::checked(std::string_view key, const json::value& value) {
    if (!value.is_string()) {
        refuse(key, "not a text");
        return {};
    }
    const std::string_view text = trimmed(value.get_string());
    if (text.size() > limits::text_bytes_max)
        refuse(key, "longer than " + std::to_string(limits::text_bytes_max) + " bytes");
    else if (has_control(text))
        refuse(key, "a control character");
    else
        return std::string{text};
    return {};
}

std::string JsonFields::text(std::string_view key, Need need) {
    const auto* const value = find(key, need);
    std::string text = value ? checked(key, *value) : std::string{};
    if (value && text.empty() && need == Need::required)
        refuse(key, "empty");
    return text;
}

std::string JsonFields::date(std::string_view key, Need need) {
    std::string day = text(key, need);
    if (!day.empty() && !edxml::parse_date(day, '-'))
        refuse(key, "not of the form 2026-11-20: " + utf8_prefix(day, limits::fault_text_bytes_max));
    return day;
}

const json::array* JsonFields::list(std::string_view key, Need need) {
    const auto* const value = find(key, need);
    if (!value)
        return nullptr;
    if (!value->is_array() || value->get_array().size() > items_max) {
        refuse(key, value->is_array() ? "more than " + std::to_string(items_max) + " items" : "not a list");
        return nullptr;
    }
    if (need == Need::required && value->get_array().empty())
        refuse(key, "empty");
    return &value->get_array();
}

std::vector<std::string> JsonFields::texts(std::string_view key, Need need) {
    std::vector<std::string> found;
    if (const auto* const items = list(key, need))
        for (const json::value& item : *items)
            found.push_back(checked(std::string{key} + "[" + std::to_string(found.size()) + "]", item));
    return found;
}

std::size_t JsonFields::choice(std::string_view key, std::span<const std::string_view> names) {
    const std::string name = text(key, Need::optional);
    const auto found = std::ranges::find(names, name);
    if (!name.empty() && found == names.end())
        refuse(key, "not one of those that are known: " + utf8_prefix(name, limits::fault_text_bytes_max));
    return name.empty() || found == names.end() ? 0 : static_cast<std::size_t>(found - names.begin());
}

JsonFields JsonFields::object(std::string_view key) {
    const auto* const value = find(key, Need::optional);
    if (value && !value->is_object())
        refuse(key, "not an object");
    return {value ? value->if_object() : nullptr, path_ + std::string{key} + ".", fault_};
}

std::vector<JsonFields> JsonFields::objects(std::string_view key) {
    std::vector<JsonFields> found;
    const auto* const items = list(key, Need::optional);
    for (std::size_t i = 0; items && i < items->size(); ++i) {
        const std::string name = std::string{key} + "[" + std::to_string(i) + "]";
        if (!(*items)[i].is_object())
            refuse(name, "not an object");
        found.emplace_back((*items)[i].if_object(), path_ + name + ".", fault_);
    }
    return found;
}

void JsonFields::refuse(std::string_view key, std::string why) {
    if (!fault_)
        fault_ = Fault{Errc::field_invalid, path_ + std::string{key}, std::move(why)};
}

void JsonFields::refuse_unknown() {
    if (!object_)
        return;
    for (const auto& field : *object_)
        if (std::ranges::find(asked_, field.key()) == asked_.end())
            refuse(utf8_prefix(field.key(), limits::fault_text_bytes_max), "no such field");
}

Result<json::object> parse_object(std::string_view octets, std::string_view what) {
    boost::system::error_code error;
    const json::value value = json::parse(octets, error);
    if (error)
        return Fault{Errc::field_invalid, std::string{what}, "not JSON: " + error.message()};
    if (!value.is_object())
        return Fault{Errc::field_invalid, std::string{what}, "not a JSON object"};
    return value.get_object();
}

}  // namespace hub::gateway
