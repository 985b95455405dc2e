#include "adapters/edxml/xml_document.hpp"

#include "hub/core/fold.hpp"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>

#include <algorithm>
#include <limits>

namespace hub::edxml {
namespace {

Fault fault(Errc code, std::string field, std::string_view text) {
    return {code, std::move(field), cut(text)};
}

std::string_view view(const xmlChar* text) noexcept {
    return text ? std::string_view{reinterpret_cast<const char*>(text)} : std::string_view{};
}

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool contains_ignoring_case(std::string_view text, std::string_view word) noexcept {
    return std::search(text.begin(), text.end(), word.begin(), word.end(),
                       [](char a, char b) { return lower(a) == lower(b); })
           != text.end();
}

/// The value of encoding="…" in the XML declaration; empty when there is none.
std::string_view declared_encoding(std::string_view octets) noexcept {
    if (!octets.starts_with("<?xml"))
        return {};
    const std::string_view declaration = octets.substr(0, octets.find("?>"));
    const auto at = declaration.find("encoding");
    if (at == std::string_view::npos)
        return {};
    const auto open = declaration.find_first_of("\"'", at);
    if (open == std::string_view::npos)
        return {};
    const auto close = declaration.find(declaration[open], open + 1);
    return close == std::string_view::npos ? std::string_view{} : declaration.substr(open + 1, close - open - 1);
}

/// UTF-16 and UTF-32 with or without a byte order mark: an XML file starts with '<' or a blank.
bool is_wide(std::string_view octets) noexcept {
    if (octets.starts_with("\xFF\xFE") || octets.starts_with("\xFE\xFF"))
        return true;
    return octets.size() >= 2 && (octets[0] == '\0' || octets[1] == '\0');
}

/// What must hold before the parser may see a single octet. Takes the byte order mark off.
Result<void> check_octets(BytesView& octets, const Limits& limits) {
    constexpr std::size_t library_max = std::numeric_limits<int>::max();
    if (octets.size() > std::min(limits.packet_bytes_max, library_max))
        return fault(Errc::packet_too_large, "", std::to_string(octets.size()) + " bytes, at most "
                                                     + std::to_string(limits.packet_bytes_max));
    if (is_wide(octets))
        return fault(Errc::packet_dialect_unsupported, "encoding", "UTF-16 or UTF-32; edXML is UTF-8");
    if (octets.starts_with("\xEF\xBB\xBF"))
        octets.remove_prefix(3);
    if (trimmed(octets).empty())
        return fault(Errc::packet_malformed, "line 1", "the file is empty");
    if (contains_ignoring_case(octets, "<!DOCTYPE"))
        return fault(Errc::packet_has_doctype, "DOCTYPE", "<!DOCTYPE");
    const auto declaration = octets.find("<?xml ");
    if (declaration != 0 && declaration != BytesView::npos && octets.find('<') == declaration)
        return fault(Errc::packet_malformed, "line 1",
                     std::to_string(declaration) + " stray bytes before <?xml: remove them");
    if (const auto encoding = declared_encoding(octets);
        !encoding.empty() && !equals_ignoring_case(encoding, "UTF-8") && !equals_ignoring_case(encoding, "UTF8"))
        return fault(Errc::packet_dialect_unsupported, "encoding", std::string{encoding} + "; edXML is UTF-8");
    if (!is_utf8(octets))
        return fault(Errc::packet_malformed, "encoding", "the file is not UTF-8");
    return {};
}

struct FirstError {
    bool is_set = false;
    int line = 0;
    std::string text;
};

struct FreeContext {
    void operator()(xmlParserCtxt* context) const noexcept {
        xmlFreeParserCtxt(context);
    }
};
using Context = std::unique_ptr<xmlParserCtxt, FreeContext>;

extern "C" void keep_first_error(void* user_data, xmlErrorPtr error) {
    auto* const context = static_cast<xmlParserCtxt*>(user_data);
    auto* const first = context ? static_cast<FirstError*>(context->_private) : nullptr;
    if (!first || first->is_set || !error || error->level < XML_ERR_ERROR)
        return;
    first->is_set = true;
    first->line = error->line;
    first->text = std::string{trimmed(error->message ? error->message : "")};
}

/// Depth by walking, not by recursion: a deep file must not cost stack.
bool is_deeper_than(const xmlNode* root, std::size_t depth_max) noexcept {
    std::size_t depth = 1;
    for (const xmlNode* node = root; node;) {
        if (node->type == XML_ELEMENT_NODE && depth > depth_max)
            return true;
        if (node->type == XML_ELEMENT_NODE && node->children) {
            node = node->children;
            ++depth;
            continue;
        }
        while (node != root && !node->next) {
            node = node->parent;
            --depth;
        }
        if (node == root)
            return false;
        node = node->next;
    }
    return false;
}

}  // namespace

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

void XmlDocument::Free::operator()(_xmlDoc* document) const noexcept { xmlFreeDoc(document); }

Result<XmlDocument> XmlDocument::parse(BytesView octets, const Limits& limits) {
    if (auto checked = check_octets(octets, limits); !checked)
        return checked.error();
    static const bool is_library_ready = (xmlInitParser(), true);
    (void)is_library_ready;

    const Context context{xmlNewParserCtxt()};
    if (!context)
        return fault(Errc::internal, "", "no memory for the XML parser");
    FirstError first;
    context->_private = &first;
    context->sax->serror = keep_first_error;
    // Neither XML_PARSE_NOENT nor XML_PARSE_DTDLOAD, so no entity is ever replaced and nothing is fetched; and
    // not XML_PARSE_HUGE, so the library's own bounds on depth and text stay on.
    constexpr int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA
                            | XML_PARSE_COMPACT;
    // The encoding is given, so that no declaration can switch to another one. The document is ours from here;
    // of a broken one the library leaves nothing.
    XmlDocument document{xmlCtxtReadMemory(context.get(), octets.data(), static_cast<int>(octets.size()), nullptr,
                                           "UTF-8", options)};
    const bool is_well_formed = document.document_ && context->wellFormed == 1 && context->nsWellFormed == 1;
    if (!is_well_formed)
        return fault(Errc::packet_malformed, "line " + std::to_string(first.line), first.text);
    const xmlNode* const root = xmlDocGetRootElement(document.document_.get());
    if (!root || document.document_->intSubset || document.document_->extSubset)
        return fault(Errc::packet_malformed, "line 1", "no element");
    if (is_deeper_than(root, limits.depth_max))
        return fault(Errc::packet_malformed, "", "elements deeper than " + std::to_string(limits.depth_max));
    return document;
}

Element XmlDocument::root() const { return Element{xmlDocGetRootElement(document_.get())}; }

std::string_view Element::name() const { return view(node_->name); }

std::string_view Element::namespace_name() const { return node_->ns ? view(node_->ns->href) : std::string_view{}; }

bool Element::is_edxml() const {
    const std::string_view name = namespace_name();
    return name.empty() || name == edxml_namespace;
}

std::string Element::text() const {
    std::string out;
    for (const xmlNode* child = node_->children; child; child = child->next)
        if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE)
            out += view(child->content);
    return out;
}

std::vector<Element> Element::children() const {
    std::vector<Element> out;
    for (const xmlNode* child = node_->children; child; child = child->next)
        if (child->type == XML_ELEMENT_NODE && Element{child}.is_edxml())
            out.push_back(Element{child});
    return out;
}

std::vector<Element> Element::children(std::string_view local_name) const {
    std::vector<Element> out;
    for (const xmlNode* child = node_->children; child; child = child->next)
        if (child->type == XML_ELEMENT_NODE && view(child->name) == local_name && Element{child}.is_edxml())
            out.push_back(Element{child});
    return out;
}

std::string Element::path_below(const Element& ancestor) const {
    std::string out;
    for (const xmlNode* node = node_; node && node != ancestor.node_ && out.size() <= hub::limits::fault_text_bytes_max;
         node = node->parent)
        out = cut(view(node->name), 80) + (out.empty() ? "" : "/") + out;
    return out;
}

bool Element::has_child_of_any_namespace(std::string_view local_name) const {
    for (const xmlNode* child = node_->children; child; child = child->next)
        if (child->type == XML_ELEMENT_NODE && view(child->name) == local_name)
            return true;
    return false;
}

}  // namespace hub::edxml
