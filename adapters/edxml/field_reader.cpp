#include "adapters/edxml/field_reader.hpp"

#include "adapters/edxml/dates.hpp"
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

Node place_of(const Node& parent, std::string_view name) {
    const auto children = parent.element.children(name);
    return {children.empty() ? parent.element : children.front(), join(parent.path, name)};
}

constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

}  // namespace

const FieldLimit* limit_of(std::string_view path) {
    std::string plain;
    bool is_in_brackets = false;
    for (const char c : path) {
        is_in_brackets = c == '[' || (is_in_brackets && c != ']');
        if (!is_in_brackets && c != ']')
            plain += c;
    }
    std::string_view key = plain;
    for (const std::string_view frame : {"MessageHeader/", "Status/"})
        if (key.starts_with(frame))
            key.remove_prefix(frame.size());
    const bool is_receiver = key.starts_with("To/");
    if (is_receiver)
        key.remove_prefix(3);
    for (const FieldLimit& limit : field_limits) {
        if (!is_receiver && limit.path == key)
            return &limit;
        if (is_receiver && limit.path.starts_with("From/") && limit.path.substr(5) == key)
            return &limit;
    }
    return nullptr;
}

void FieldReader::add(Finding finding) {
    if (finding.severity == Severity::error && !error_)
        error_ = finding;
    if (findings_.size() < findings_max)
        findings_.push_back(std::move(finding));
    else
        ++left_out_;
}

void FieldReader::add(Severity severity, PacketRule rule, const Node& node, std::string_view text) {
    add(Finding{severity, rule, node.path, node.element.line(), cut(text)});
}

void FieldReader::fail(PacketRule rule, const Node& node, std::string_view text) {
    add(Severity::error, rule, node, text);
}

void FieldReader::fail(PacketRule rule, const Node& parent, std::string_view name, std::string_view text) {
    add(Severity::error, rule, place_of(parent, name), text);
}

void FieldReader::note(PacketRule rule, const Node& parent, std::string_view name, std::string_view text) {
    add(Severity::warning, rule, place_of(parent, name), text);
}

void FieldReader::note(PacketRule rule, const Node& node, std::string_view text) {
    add(Severity::warning, rule, node, text);
}

std::optional<Node> FieldReader::child(const Node& parent, std::string_view name, Severity severity) {
    const auto found = parent.element.children(name);
    if (found.empty())
        return std::nullopt;
    Node node{found.front(), join(parent.path, name)};
    if (found.size() > 1)
        add(severity, PacketRule::field_repeated, {found[1], node.path},
            "given " + std::to_string(found.size()) + " times");
    return node;
}

std::optional<Node> FieldReader::required_child(const Node& parent, std::string_view name) {
    auto found = child(parent, name);
    if (!found)
        fail(PacketRule::field_missing, parent, name, {});
    return found;
}

std::vector<Node> FieldReader::children(const Node& parent, std::string_view name, std::size_t count_max,
                                        PacketRule too_many) {
    std::vector<Node> out;
    for (const Element& element : parent.element.children(name)) {
        if (out.size() == count_max) {
            fail(too_many, {element, join(parent.path, name)}, "more than " + std::to_string(count_max));
            break;
        }
        out.push_back({element, join(parent.path, name) + "[" + std::to_string(out.size() + 1) + "]"});
    }
    return out;
}

void FieldReader::check_length(const Node& node, std::string_view text, Severity severity) {
    const FieldLimit* const limit = limit_of(node.path);
    const bool is_limit_exceeded = limit && characters(text) > limit->characters_max;
    if (is_limit_exceeded && limit->severity == Severity::error)
        return add(severity, PacketRule::field_too_long, node,
                   "longer than " + std::to_string(limit->characters_max) + " characters");
    if (text.size() > hub::limits::text_bytes_max || node.element.is_text_cut())
        return add(node.element.is_text_cut() ? Severity::error : severity, PacketRule::field_too_long, node,
                   "longer than " + std::to_string(hub::limits::text_bytes_max) + " bytes");
    if (is_limit_exceeded)
        add(Severity::warning, PacketRule::field_too_long, node,
            std::to_string(characters(text)) + " characters, should be at most "
                + std::to_string(limit->characters_max));
}

std::string FieldReader::own_text(const Node& node, TextRule rule) {
    const std::string_view text = trimmed(node.element.text());
    if (text.empty() && !node.element.is_text_cut()) {
        if (rule.is_required)
            add(rule.severity, PacketRule::field_missing, node, {});
        return {};
    }
    check_length(node, text, rule.severity);
    if (std::ranges::any_of(text, is_control))
        add(rule.severity, PacketRule::control_character, node, {});
    if (text.find(replacement_character) != std::string_view::npos)
        note(PacketRule::text_damaged, node, text);
    return std::string{text};
}

std::string FieldReader::text(const Node& parent, std::string_view name, TextRule rule) {
    if (auto found = child(parent, name, rule.severity))
        return own_text(*found, rule);
    if (rule.is_required)
        add(rule.severity, PacketRule::field_missing, {parent.element, join(parent.path, name)}, {});
    return {};
}

std::vector<std::string> FieldReader::texts(const Node& parent, std::string_view name) {
    std::vector<std::string> out;
    std::size_t count = 0;
    for (const Element& element : name.empty() ? parent.element.children() : parent.element.children(name)) {
        const Node node{element, join(parent.path, element.name()) + "[" + std::to_string(++count) + "]"};
        if (count > list_items_max) {
            fail(PacketRule::field_repeated, node, "more than " + std::to_string(list_items_max));
            break;
        }
        if (std::string text = own_text(node, noted); !text.empty())
            out.push_back(std::move(text));
    }
    return out;
}

std::string FieldReader::date(const Node& parent, std::string_view name, TextRule rule, bool may_be_in_the_future) {
    const std::string written = text(parent, name, rule);
    if (written.empty())
        return {};
    const Node node = place_of(parent, name);
    const auto date = parse_date(written);
    if (!date) {
        add(rule.severity, PacketRule::date_form, node, written + ": must be a day as yyyy/MM/dd");
        return rule.severity == Severity::error ? std::string{} : written;
    }
    if (!may_be_in_the_future && limits_.today && *date > *limits_.today)
        add(rule.severity, PacketRule::date_in_future, node, written + ": in the future");
    std::string iso = written;
    std::ranges::replace(iso, '/', '-');
    return iso;
}

std::string FieldReader::time(const Node& parent, std::string_view name, TextRule rule) {
    const std::string written = text(parent, name, rule);
    if (!written.empty() && !is_time(written))
        note(PacketRule::time_form, place_of(parent, name), written);
    return written;
}

std::optional<bool> FieldReader::flag(const Node& parent, std::string_view name) {
    const std::string written = text(parent, name, noted);
    const std::string folded = fold(written);
    if (folded == "1" || folded == "true")
        return true;
    if (folded == "0" || folded == "false")
        return false;
    if (!written.empty())
        note(PacketRule::value_not_allowed, place_of(parent, name), written);
    return std::nullopt;
}

std::string FieldReader::digits(const Node& parent, std::string_view name) {
    const std::string written = text(parent, name, noted);
    if (!std::ranges::all_of(written, [](char c) { return c >= '0' && c <= '9'; }))
        note(PacketRule::number_form, place_of(parent, name), written);
    return written;
}

std::optional<AgencyCode> FieldReader::agency(const Node& parent) {
    const std::string written = text(parent, "OrganId", {.is_required = true});
    if (written.empty())
        return std::nullopt;
    const auto code = AgencyCode::parse(written);
    if (!code || fold(written) == "null") {
        fail(PacketRule::organ_code, place_of(parent, "OrganId"), written);
        return std::nullopt;
    }
    return *code;
}

}  // namespace hub::edxml
