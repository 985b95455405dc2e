#pragma once
// Reads typed fields out of elements and remembers the first fault with the field's path. After a fault every
// further call returns something empty, so a caller reads all its fields and asks once.

#include "adapters/edxml/xml_document.hpp"

namespace hub::edxml {

/// An element and the path by which faults name it.
struct Node {
    Element element;
    std::string path;               ///< "MessageHeader/To[2]"
};

struct TextRule {
    bool is_required = false;
    std::size_t characters_max = hub::limits::text_bytes_max;  ///< Refused above; bytes are bounded as well.
};

class FieldReader {
public:
    explicit FieldReader(const Limits& limits) : limits_{limits} {}

    const std::optional<Fault>& fault() const noexcept { return fault_; }
    void fail(Errc code, std::string field, std::string_view text = {});

    /// The one child of this name; a second one is a fault: two readers could take different ones.
    std::optional<Node> child(const Node& parent, std::string_view name);
    /// packet_field_missing when there is none.
    std::optional<Node> required_child(const Node& parent, std::string_view name);
    /// All of this name, numbered from 1: "To[1]".
    std::vector<Node> children(const Node& parent, std::string_view name) const;

    std::string text(const Node& parent, std::string_view name, TextRule rule = {});
    std::string own_text(const Node& node, TextRule rule = {});
    /// yyyy/MM/dd → yyyy-MM-dd; a real day of 1900 or later.
    std::string date(const Node& parent, std::string_view name, bool is_required, bool may_be_in_the_future);
    /// OrganId: required, not "null", a code by core/ids.hpp.
    std::optional<AgencyCode> agency(const Node& parent);

private:
    const Limits& limits_;
    std::optional<Fault> fault_;
};

}  // namespace hub::edxml
