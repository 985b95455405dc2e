#include "hub/http/body.hpp"

#include "hub/http/problem.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hub::http {

namespace json = boost::json;

bool says_json(const Request& request) noexcept {
    return std::string_view{request.content_type}.substr(0, request.content_type.find(';')) == "application/json";
}

Body::Body(const Request& request) {
    if (request.body.empty())
        return;
    if (!says_json(request)) {
        refuse("Content-Type", request.content_type);
        return;
    }
    boost::system::error_code error;
    json::value value = json::parse(request.body, error);
    if (error || !value.is_object())
        refuse("body", error ? error.message() : "no object");
    else
        object_ = std::move(value.as_object());
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
