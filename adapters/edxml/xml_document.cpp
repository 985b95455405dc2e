#include "adapters/edxml/xml_document.hpp"

namespace hub::edxml {

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string cut(std::string_view utf8, std::size_t bytes_max) {
    if (utf8.size() <= bytes_max)
        return std::string{utf8};
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(utf8[end]) & 0xC0) == 0x80)
        --end;
    return std::string{utf8.substr(0, end)};
}

std::string_view Element::name() const { return node_->name; }

std::string_view Element::namespace_name() const {
    return node_->namespace_name ? std::string_view{node_->namespace_name} : std::string_view{};
}

bool Element::is_edxml() const {
    const std::string_view name = namespace_name();
    return name.empty() || name == edxml_namespace;
}

std::vector<Element> Element::children() const {
    std::vector<Element> out;
    for (const XmlNode* child = node_->first_child; child; child = child->next)
        if (Element{child}.is_edxml())
            out.push_back(Element{child});
    return out;
}

std::vector<Element> Element::children(std::string_view local_name) const {
    std::vector<Element> out;
    for (const XmlNode* child = node_->first_child; child; child = child->next)
        if (child->name == local_name && Element{child}.is_edxml())
            out.push_back(Element{child});
    return out;
}

std::string Element::path_below(const Element& ancestor) const {
    std::string out;
    for (const XmlNode* node = node_; node && node != ancestor.node_ && out.size() <= hub::limits::fault_text_bytes_max;
         node = node->parent)
        out = cut(node->name, 80) + (out.empty() ? "" : "/") + out;
    return out;
}

std::vector<Element> Element::all_children() const {
    std::vector<Element> out;
    for (const XmlNode* child = node_->first_child; child; child = child->next)
        out.push_back(Element{child});
    return out;
}

const Inspection* XmlDocument::content_of(const Element& element) const {
    const std::uint32_t number = element.node_->content;
    return number == 0 ? nullptr : &contents[number - 1];
}

std::string XmlDocument::attribute(const Element& element, std::string_view name) const {
    for (const XmlAttribute& one : attributes)
        if (one.node == element.node() && one.name == name)
            return one.value;
    return {};
}

}  // namespace hub::edxml
