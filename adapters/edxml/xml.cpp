#include "adapters/edxml/xml.hpp"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>

#include <algorithm>
#include <mutex>

namespace hub::edxml {
namespace {

std::string_view view_of(const xmlChar* text) noexcept {
    return text ? std::string_view{reinterpret_cast<const char*>(text)} : std::string_view{};
}

std::string trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return std::string{text.substr(first, text.find_last_not_of(blanks) - first + 1)};
}

int depth_of(const xmlNode* node, int left) noexcept {
    if (left < 0)
        return 1;
    int deepest = 0;
    for (const xmlNode* child = node->children; child; child = child->next)
        if (child->type == XML_ELEMENT_NODE)
            deepest = std::max(deepest, 1 + depth_of(child, left - 1));
    return deepest;
}

bool has_entity_reference(const xmlNode* node) noexcept {
    for (const xmlNode* child = node->children; child; child = child->next)
        if (child->type == XML_ENTITY_REF_NODE || (child->type == XML_ELEMENT_NODE && has_entity_reference(child)))
            return true;
    return false;
}

Fault malformed(xmlParserCtxt* context) {
    const xmlError* error = xmlCtxtGetLastError(context);
    if (!error)
        return {Errc::packet_malformed, "line 1", {}};
    return {Errc::packet_malformed, "line " + std::to_string(error->line),
            trimmed(error->message ? error->message : "").substr(0, 200)};
}

/// Looked for in the bytes, before any parser sees them; case-blind as the parser of a receiver may be.
bool has_doctype(BytesView octets) {
    constexpr std::string_view mark = "<!doctype";
    return !std::ranges::search(octets, mark, [](char a, char b) {
                return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
            }).empty();
}

}  // namespace

std::string_view Element::name() const noexcept { return node_ ? view_of(node_->name) : std::string_view{}; }

std::string_view Element::namespace_uri() const noexcept {
    return node_ && node_->ns ? view_of(node_->ns->href) : std::string_view{};
}

long Element::line() const noexcept { return node_ ? xmlGetLineNo(node_) : 0; }

std::vector<Element> Element::children() const {
    std::vector<Element> found;
    for (const xmlNode* child = node_ ? node_->children : nullptr; child; child = child->next)
        if (child->type == XML_ELEMENT_NODE)
            found.emplace_back(child);
    return found;
}

std::vector<Element> Element::children(std::string_view wanted) const {
    std::vector<Element> found = children();
    std::erase_if(found, [&](const Element& element) { return element.name() != wanted; });
    return found;
}

Element Element::child(std::string_view wanted) const noexcept {
    for (const xmlNode* child = node_ ? node_->children : nullptr; child; child = child->next)
        if (child->type == XML_ELEMENT_NODE && view_of(child->name) == wanted)
            return Element{child};
    return Element{};
}

std::string Element::text() const {
    std::string out;
    for (const xmlNode* child = node_ ? node_->children : nullptr; child; child = child->next)
        if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE)
            out += view_of(child->content);
    return trimmed(out);
}

std::string Element::text_of(std::string_view wanted) const { return child(wanted).text(); }

void Document::Free::operator()(_xmlDoc* document) const noexcept { xmlFreeDoc(document); }

Result<Document> Document::parse(BytesView octets, int depth_max) {
    static std::once_flag once;
    std::call_once(once, [] { xmlInitParser(); });
    // Another encoding could hide a DOCTYPE from a look at the bytes.
    if (octets.find('\0') != BytesView::npos || octets.starts_with("\xFE\xFF") || octets.starts_with("\xFF\xFE"))
        return Fault{Errc::packet_malformed, "line 1", "not UTF-8"};
    if (has_doctype(octets))
        return Fault{Errc::packet_has_doctype, "DOCTYPE", {}};
    const std::unique_ptr<xmlParserCtxt, decltype(&xmlFreeParserCtxt)> context{xmlNewParserCtxt(), xmlFreeParserCtxt};
    if (!context)
        return Fault{Errc::internal, "xml", "out of memory"};
    constexpr int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA
                            | XML_PARSE_BIG_LINES;
    Document document{xmlCtxtReadMemory(context.get(), octets.data(), static_cast<int>(octets.size()), nullptr,
                                        nullptr, options)};
    // A recoverable namespace error still leaves a tree: it is refused all the same (domain 1.1, rule 2).
    if (!document.document_ || !context->wellFormed || !context->nsWellFormed)
        return malformed(context.get());
    const xmlChar* encoding = document.document_->encoding;
    const auto name = view_of(encoding);
    if (!name.empty() && name != "UTF-8" && name != "utf-8")
        return Fault{Errc::packet_malformed, "line 1", "encoding " + std::string{name.substr(0, 40)} + ", not UTF-8"};
    const xmlNode* root = xmlDocGetRootElement(document.document_.get());
    if (!root || depth_of(root, depth_max) >= depth_max)
        return Fault{Errc::packet_malformed, "depth", std::to_string(depth_max)};
    if (has_entity_reference(root))
        return Fault{Errc::packet_malformed, "entity", {}};
    return document;
}

Element Document::root() const noexcept { return Element{xmlDocGetRootElement(document_.get())}; }

}  // namespace hub::edxml
