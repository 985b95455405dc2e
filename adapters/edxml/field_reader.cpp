#include "adapters/edxml/field_reader.hpp"

#include "hub/core/fold.hpp"

#include <algorithm>

namespace hub::edxml {
namespace {

std::size_t characters(std::string_view utf8) noexcept {
    return static_cast<std::size_t>(
        std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool is_control(char c) noexcept {
    const auto octet = static_cast<unsigned char>(c);
    return (octet < 0x20 && c != '\n' && c != '\t' && c != '\r') || octet == 0x7F;
}

std::string join(const std::string& path, std::string_view name) {
    return path.empty() ? std::string{name} : path + "/" + std::string{name};
}

/// Digits only, as many as there are places.
std::optional<int> number(std::string_view digits) noexcept {
    int value = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9')
            return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

std::optional<std::chrono::year_month_day> parse_date(std::string_view text) noexcept {
    if (text.size() != 10 || text[4] != '/' || text[7] != '/')
        return std::nullopt;
    const auto year = number(text.substr(0, 4)), month = number(text.substr(5, 2)), day = number(text.substr(8, 2));
    if (!year || !month || !day || *year < 1900)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    return date.ok() ? std::optional{date} : std::nullopt;
}

}  // namespace

void FieldReader::fail(Errc code, std::string field, std::string_view text) {
    if (!fault_)
        fault_ = Fault{code, std::move(field), cut(text)};
}

std::optional<Node> FieldReader::child(const Node& parent, std::string_view name) {
    if (fault_)
        return std::nullopt;
    const auto found = parent.element.children(name);
    if (found.size() > 1)
        fail(Errc::packet_field_invalid, join(parent.path, name), "given " + std::to_string(found.size()) + " times");
    if (found.size() != 1)
        return std::nullopt;
    return Node{found.front(), join(parent.path, name)};
}

std::optional<Node> FieldReader::required_child(const Node& parent, std::string_view name) {
    auto found = child(parent, name);
    if (!found)
        fail(Errc::packet_field_missing, join(parent.path, name));
    return found;
}

std::vector<Node> FieldReader::children(const Node& parent, std::string_view name) const {
    std::vector<Node> out;
    for (const Element& element : parent.element.children(name))
        out.push_back({element, join(parent.path, name) + "[" + std::to_string(out.size() + 1) + "]"});
    return out;
}

std::string FieldReader::own_text(const Node& node, TextRule rule) {
    if (fault_)
        return {};
    const std::string_view text = trimmed(node.element.text());
    if (text.empty() && rule.is_required && !node.element.is_text_cut())
        fail(Errc::packet_field_missing, node.path);
    else if (node.element.is_text_cut() || characters(text) > rule.characters_max)
        fail(Errc::packet_field_invalid, node.path, "longer than " + std::to_string(rule.characters_max) + " characters");
    else if (text.size() > hub::limits::text_bytes_max)
        fail(Errc::packet_field_invalid, node.path,
             "longer than " + std::to_string(hub::limits::text_bytes_max) + " bytes");
    else if (std::ranges::any_of(text, is_control))
        fail(Errc::packet_field_invalid, node.path, "control character");
    return fault_ ? std::string{} : std::string{text};
}

std::string FieldReader::text(const Node& parent, std::string_view name, TextRule rule) {
    if (auto found = child(parent, name))
        return own_text(*found, rule);
    if (rule.is_required)
        fail(Errc::packet_field_missing, join(parent.path, name));
    return {};
}

std::string FieldReader::date(const Node& parent, std::string_view name, bool is_required,
                              bool may_be_in_the_future) {
    const std::string written = text(parent, name, {.is_required = is_required});
    if (fault_ || written.empty())
        return {};
    const auto date = parse_date(written);
    if (!date) {
        fail(Errc::packet_field_invalid, join(parent.path, name), written + ": must be a day as yyyy/MM/dd");
        return {};
    }
    if (!may_be_in_the_future && limits_.today && *date > *limits_.today) {
        fail(Errc::packet_field_invalid, join(parent.path, name), written + ": in the future");
        return {};
    }
    std::string iso = written;
    std::ranges::replace(iso, '/', '-');
    return iso;
}

std::optional<AgencyCode> FieldReader::agency(const Node& parent) {
    const std::string written = text(parent, "OrganId", {.is_required = true});
    if (fault_)
        return std::nullopt;
    const auto code = AgencyCode::parse(written);
    if (!code || fold(written) == "null") {
        fail(Errc::packet_field_invalid, join(parent.path, "OrganId"), written);
        return std::nullopt;
    }
    return *code;
}

}  // namespace hub::edxml
