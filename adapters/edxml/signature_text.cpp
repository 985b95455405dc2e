#include "adapters/edxml/read_fields.hpp"
#include "adapters/edxml/xml_text.hpp"

#include <map>

namespace hub::edxml {
namespace {

using Attributes = std::multimap<const XmlNode*, const XmlAttribute*>;

class SignatureWriter {
public:
    explicit SignatureWriter(const XmlDocument& document) {
        for (const XmlAttribute& one : document.attributes)
            attributes_.emplace(one.node, &one);
    }

    /// false: longer than signature_bytes_max. Depth is bounded by Limits::depth_max.
    bool add(const Element& element, std::string_view outer_namespace) {
        out_.append("<").append(element.name());
        if (element.namespace_name() != outer_namespace)
            out_.append(" xmlns=\"").append(escaped_attribute(element.namespace_name())).append("\"");
        const auto [first, last] = attributes_.equal_range(element.node());
        for (auto one = first; one != last && is_short(); ++one)
            out_.append(" ")
                .append(one->second->name)
                .append("=\"")
                .append(escaped_attribute(one->second->value))
                .append("\"");
        out_.append(">").append(escaped_text(trimmed(element.text())));
        for (const Element& child : element.all_children())
            if (!is_short() || !add(child, element.namespace_name()))
                return false;
        out_.append("</").append(element.name()).append(">");
        return is_short();
    }
    std::string take() { return std::move(out_); }

private:
    bool is_short() const noexcept { return out_.size() <= signature_bytes_max; }

    Attributes attributes_;
    std::string out_;
};

}  // namespace

std::string signature_text(const XmlDocument& document, const Element& header) {
    for (const Element& child : header.all_children()) {
        if (child.name() != "Signature")
            continue;
        SignatureWriter writer{document};
        // The frame's default namespace is in force where it is written.
        const bool is_whole = !document.is_signature_cut && writer.add(child, edxml_namespace);
        return is_whole ? writer.take() : std::string{};
    }
    return {};
}

}  // namespace hub::edxml
