#pragma once
// A parsed XML document, read-only: its elements, and of its texts those that somebody reads.
//
// Elements are told apart by their local name, within the edXML namespace or in none (some writers drop it);
// elements of any other namespace are not seen.

#include "adapters/edxml/inspection.hpp"

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hub::edxml {

inline constexpr std::string_view edxml_namespace = "http://www.mic.gov.vn/TBT/QCVN_102_2016";

/// Of one element's text; what is behind it is lost. No text of a packet that fits into an envelope is longer.
inline constexpr std::size_t text_kept_bytes_max = limits::envelope_bytes_max;

struct XmlNode {
    const char* name;                                      ///< Local name.
    const char* namespace_name;                            ///< nullptr: none.
    const XmlNode* parent;
    XmlNode* first_child = nullptr;
    XmlNode* next = nullptr;
    std::string text;
    bool is_text_cut = false;
    std::uint32_t content = 0;                             ///< Into XmlDocument::contents, from 1; 0: none.
    std::uint32_t line = 0;                                ///< On which its tag ends, from 1.
};

/// A view of one element; lives as long as its document.
class Element {
public:
    explicit Element(const XmlNode* node) : node_{node} {}

    std::string_view name() const;                         ///< Local name.
    bool is_edxml() const;                                 ///< In the edXML namespace or in none.
    std::string_view namespace_name() const;               ///< Empty: none.
    /// Its own text, CDATA included, comments passed over, as written.
    const std::string& text() const { return node_->text; }
    /// It was longer than text_kept_bytes_max.
    bool is_text_cut() const { return node_->is_text_cut; }
    std::vector<Element> children() const;                 ///< edXML ones.
    std::vector<Element> children(std::string_view local_name) const;
    std::vector<Element> all_children() const;             ///< Of any namespace.
    std::uint32_t line() const { return node_->line; }
    /// Names from below `ancestor` down to this element, as faults write them: "MessageHeader/Subject".
    std::string path_below(const Element& ancestor) const;
    const XmlNode* node() const { return node_; }

private:
    friend struct XmlDocument;
    const XmlNode* node_;
};

/// Of no namespace. Kept of TraceHeaderList and within the Signature.
struct XmlAttribute {
    const XmlNode* node;
    std::string name;
    std::string value;
};

struct XmlDocument {
    std::shared_ptr<const void> names;                     ///< Keeps the nodes' names alive.
    std::deque<XmlNode> nodes;                             ///< The first is the root.
    std::vector<Inspection> contents;                      ///< Of the attachments, in the order of the file.
    std::vector<XmlAttribute> attributes;                  ///< In the order of the file.
    bool is_signature_cut = false;                         ///< More than signature_bytes_max.

    Element root() const { return Element{&nodes.front()}; }
    /// nullptr: it is no content, or there were too many of them.
    const Inspection* content_of(const Element& element) const;
    std::string attribute(const Element& element, std::string_view name) const;
};

/// Blanks, tabs and line ends taken off both ends.
std::string_view trimmed(std::string_view text) noexcept;

/// At most `bytes_max` octets, not ending within a character.
std::string cut(std::string_view utf8, std::size_t bytes_max = hub::limits::fault_text_bytes_max);

}  // namespace hub::edxml
