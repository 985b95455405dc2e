#include "hub/http/query.hpp"

#include "hub/http/parse.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/rfc3339.hpp"

#include <boost/url.hpp>

#include <algorithm>

namespace hub::http {

Field next_page(const Call& call, std::uint64_t before) { return next_page(call, std::to_string(before)); }

Field next_page(const Call& call, const std::string& before) {
    boost::urls::url next{call.url};
    next.params().set("before", before);
    return {"Link", "<" + std::string{next.buffer()} + ">; rel=\"next\""};
}

Query::Query(const Call& call) : now_{call.now} {
    for (const auto& parameter : call.url.params())
        // What a form or a script leaves behind: "?" alone, "&" at the end.
        if (!parameter.key.empty() || parameter.has_value)
            given_.emplace_back(parameter.key, parameter.value);
}

bool Query::has(std::string_view key) const noexcept {
    return std::ranges::any_of(given_, [key](const auto& parameter) { return parameter.first == key; });
}

std::vector<std::string> Query::texts(std::string_view key) {
    asked_.push_back(key);
    std::vector<std::string> found;
    for (const auto& [name, value] : given_)
        if (name == key)
            found.push_back(value);
    return found;
}

std::optional<std::string> Query::text(std::string_view key) {
    auto found = texts(key);
    if (found.size() > 1)
        refuse(key, "given more than once");
    return found.size() == 1 ? std::optional{std::move(found.front())} : std::nullopt;
}

bool Query::flag(std::string_view key) {
    const auto value = text(key);
    if (value && *value != "true" && *value != "false")
        refuse(key, *value);
    return value == "true";
}

std::optional<std::uint64_t> Query::number(std::string_view key) { return parsed(key, parse_number); }

std::size_t Query::count(std::size_t most, std::size_t fallback) {
    const auto in_bounds = [most](std::string_view value) {
        const auto count = parse_number(value);
        return count && *count >= 1 && *count <= most ? std::optional<std::size_t>{*count} : std::nullopt;
    };
    return parsed("count", in_bounds).value_or(fallback);
}

std::optional<Instant> Query::time(std::string_view key) {
    return parsed(key, [this](std::string_view value) { return parse_time(value, now_); });
}

namespace {

std::string capitals_of(std::string_view text) {
    std::string capitals{text};
    std::ranges::transform(capitals, capitals.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return capitals;
}

}  // namespace

std::optional<AgencyCode> Query::agency(std::string_view key, const Directory& directory) {
    return parsed(key, [&](std::string_view value) -> std::optional<AgencyCode> {
        const auto code = AgencyCode::parse(value);
        if (!code)
            return std::nullopt;
        if (const Agency* const agency = directory.named(*code, now_))
            return agency->code;
        // Codes are in capitals, and people do not type them so.
        const auto in_capitals = AgencyCode::parse(capitals_of(value));
        const Agency* const agency = in_capitals ? directory.named(*in_capitals, now_) : nullptr;
        return agency ? agency->code : *code;
    });
}

bool Query::is_csv() {
    const auto format = text("format");
    if (format && *format != "json" && *format != "csv")
        refuse("format", *format);
    return format == "csv";
}

std::string Query::reason() {
    std::string reason = text("reason").value_or(std::string{});
    if (!is_reason(reason))
        refuse("reason", reason);
    return reason;
}

void Query::refuse(std::string_view key, std::string_view text) {
    if (!trouble_)
        trouble_ = invalid(key, text);
}

std::optional<Fault> Query::trouble() {
    for (const auto& [name, value] : given_)
        if (std::ranges::find(asked_, std::string_view{name}) == asked_.end())
            refuse(name, "unknown parameter");
    return trouble_;
}

}  // namespace hub::http
