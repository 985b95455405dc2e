#pragma once
// Reads typed fields out of elements, and remembers all that is wrong with them. What cannot be read comes back empty,
// so a caller reads all its fields and asks once; the first error is the packet's fault.

#include "adapters/edxml/field_limits.hpp"
#include "adapters/edxml/finding.hpp"
#include "adapters/edxml/xml_document.hpp"

namespace hub::edxml {

/// An element and the path by which faults name it.
struct Node {
    Element element;
    std::string path;               ///< "MessageHeader/To[2]"
};

struct TextRule {
    bool is_required = false;
    /// warning: what is wrong with it is noted, and it is taken as it stands. It is then not lifted into envelopes.
    Severity severity = Severity::error;
};
inline constexpr TextRule noted{.severity = Severity::warning};

/// Of anything that may be repeated: values take more room than the elements that they are read from.
inline constexpr std::size_t list_items_max = 2000;

class FieldReader {
public:
    explicit FieldReader(const Limits& limits) : limits_{limits} {}

    /// The first error.
    const std::optional<Finding>& error() const noexcept { return error_; }
    /// At most findings_max, and how many there were beyond.
    std::vector<Finding> take_findings() { return std::move(findings_); }
    std::size_t left_out() const noexcept { return left_out_; }

    void add(Finding finding);
    void fail(PacketRule rule, const Node& node, std::string_view text = {});
    void note(PacketRule rule, const Node& node, std::string_view text = {});
    /// Of the child of this name; where there is none, on the parent's line.
    void fail(PacketRule rule, const Node& parent, std::string_view name, std::string_view text);
    void note(PacketRule rule, const Node& parent, std::string_view name, std::string_view text);

    /// The one child of this name; a second one is wrong: two readers could take different ones.
    std::optional<Node> child(const Node& parent, std::string_view name, Severity severity = Severity::error);
    /// field_missing when there is none.
    std::optional<Node> required_child(const Node& parent, std::string_view name);
    /// All of this name, numbered from 1: "To[1]". More than `count_max` break the rule `too_many`, and are left out.
    std::vector<Node> children(const Node& parent, std::string_view name, std::size_t count_max = list_items_max,
                               PacketRule too_many = PacketRule::field_repeated);

    std::string text(const Node& parent, std::string_view name, TextRule rule = {});
    std::string own_text(const Node& node, TextRule rule = {});
    /// Of all children of this name, or of any name where it is empty; those without text are left out.
    std::vector<std::string> texts(const Node& parent, std::string_view name);
    /// yyyy/MM/dd → yyyy-MM-dd; a real day of 1900 or later. As a warning only, what is none comes back as written.
    std::string date(const Node& parent, std::string_view name, TextRule rule, bool may_be_in_the_future);
    /// yyyy/MM/dd HH:mm:ss, as written; what is none is noted.
    std::string time(const Node& parent, std::string_view name, TextRule rule = {});
    /// 1 or true, 0 or false; nullopt: not there, or neither, which is noted.
    std::optional<bool> flag(const Node& parent, std::string_view name);
    /// As written; what is not only digits is noted.
    std::string digits(const Node& parent, std::string_view name);
    /// OrganId: required, not "null", a code by core/ids.hpp.
    std::optional<AgencyCode> agency(const Node& parent);

private:
    void add(Severity severity, PacketRule rule, const Node& node, std::string_view text);
    void check_length(const Node& node, std::string_view text, Severity severity);

    const Limits& limits_;
    std::optional<Finding> error_;
    std::vector<Finding> findings_;
    std::size_t left_out_ = 0;
};

}  // namespace hub::edxml
