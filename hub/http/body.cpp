#include "hub/http/body.hpp"

#include "hub/http/problem.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace hub::http {

namespace json = boost::json;

namespace {

/// What a form of another site sends does not say so.
bool says_json(const Request& request) noexcept {
    const std::string_view type = std::string_view{request.content_type}.substr(0, request.content_type.find(';'));
    return boost::beast::iequals(type.substr(0, type.find_last_not_of(" \t") + 1), "application/json");
}

/// The JSON string that begins at `text[at]`, with its quotes. `text` is sound JSON.
std::string_view string_at(std::string_view text, std::size_t at) noexcept {
    std::size_t end = at + 1;
    while (text[end] != '"')
        end += text[end] == '\\' ? 2U : 1U;
    return text.substr(at, end + 1 - at);
}

/// Of the object `text`, which is sound JSON: the parser keeps the last of them and says nothing.
std::optional<std::string> doubled_key(std::string_view text) {
    std::set<std::string> keys;
    int depth = 0;
    bool is_key_next = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        if (c == '{' || c == ',')
            is_key_next = depth == 1;
        if (c != '"')
            continue;
        const std::string_view quoted = string_at(text, i);
        i += quoted.size() - 1;
        if (!std::exchange(is_key_next, false))
            continue;
        // Written in another way it is the same key.
        std::string key{json::parse(quoted).as_string()};
        if (keys.contains(key))
            return key;
        keys.insert(std::move(key));
    }
    return std::nullopt;
}

}  // namespace

Result<json::object> read_object(const Request& request) {
    if (request.body.empty())
        return json::object{};
    if (!says_json(request))
        return invalid("Content-Type", request.content_type);
    boost::system::error_code error;
    json::value value = json::parse(request.body, error);
    if (error || !value.is_object())
        return invalid("body", error ? error.message() : "no object");
    if (const auto key = doubled_key(request.body))
        return invalid(*key, "given more than once");
    return std::move(value.as_object());
}

Body::Body(const Request& request) {
    auto object = read_object(request);
    if (object)
        object_ = std::move(*object);
    else
        trouble_ = object.error();
}

void Body::refuse(std::string_view key, std::string_view text) {
    if (!trouble_)
        trouble_ = invalid(key, text);
}

const json::value* Body::find(std::string_view key) {
    asked_.push_back(key);
    const json::value* value = object_.if_contains(key);
    return value && !value->is_null() ? value : nullptr;
}

bool Body::has(std::string_view key) const {
    const json::value* value = object_.if_contains(key);
    return value && !value->is_null();
}

bool Body::is_given(std::string_view key) const { return object_.contains(key); }

std::string Body::text(std::string_view key, std::size_t bytes_max) {
    const json::value* value = find(key);
    if (!value)
        return {};
    const bool is_text = value->is_string() && value->as_string().size() <= bytes_max;
    std::string text{is_text ? std::string_view{value->as_string()} : std::string_view{}};
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
    if (is_text && !std::ranges::any_of(text, is_control))
        return text;
    refuse(key, is_text ? "control characters" : "not a text, or too long");
    return {};
}

std::optional<bool> Body::flag(std::string_view key) {
    const json::value* value = find(key);
    if (value && value->is_bool())
        return value->as_bool();
    if (value)
        refuse(key, "true or false");
    return std::nullopt;
}

std::int64_t Body::whole(std::string_view key, std::int64_t least, std::int64_t most, std::int64_t fallback) {
    const json::value* value = find(key);
    if (!value)
        return fallback;
    if (value->is_int64() && value->as_int64() >= least && value->as_int64() <= most)
        return value->as_int64();
    refuse(key, std::to_string(least) + " to " + std::to_string(most));
    return fallback;
}

std::optional<Fault> Body::trouble() {
    for (const auto& pair : object_)
        if (std::ranges::find(asked_, std::string_view{pair.key()}) == asked_.end())
            refuse(pair.key(), "unknown key");
    return trouble_;
}

}  // namespace hub::http
