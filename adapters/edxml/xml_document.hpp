#pragma once
// A parsed XML document, read-only. The only place that knows libxml2.
//
// Elements are told apart by their local name, within the edXML namespace or in none (some writers drop it);
// elements of any other namespace are not seen.

#include "adapters/edxml/packet.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct _xmlDoc;
struct _xmlNode;

namespace hub::edxml {

inline constexpr std::string_view edxml_namespace = "http://www.mic.gov.vn/TBT/QCVN_102_2016";

/// A view of one element; lives as long as its document.
class Element {
public:
    std::string_view name() const;                         ///< Local name.
    bool is_edxml() const;                                 ///< In the edXML namespace or in none.
    std::string_view namespace_name() const;               ///< Empty: none.
    /// Its own text, CDATA included, comments passed over, as written.
    std::string text() const;
    std::vector<Element> children() const;                 ///< edXML ones.
    std::vector<Element> children(std::string_view local_name) const;
    /// Names from below `ancestor` down to this element, as faults write them: "MessageHeader/Subject".
    std::string path_below(const Element& ancestor) const;
    /// Of any namespace: the Signature is written in two.
    bool has_child_of_any_namespace(std::string_view local_name) const;

private:
    friend class XmlDocument;
    explicit Element(const _xmlNode* node) : node_{node} {}
    const _xmlNode* node_;
};

class XmlDocument {
public:
    /// Faults: as read_packet(), of those that concern the file as a whole.
    static Result<XmlDocument> parse(BytesView octets, const Limits& limits);
    Element root() const;

private:
    struct Free {
        void operator()(_xmlDoc* document) const noexcept;
    };
    explicit XmlDocument(_xmlDoc* document) : document_{document} {}
    std::unique_ptr<_xmlDoc, Free> document_;
};

/// Blanks, tabs and line ends taken off both ends.
std::string_view trimmed(std::string_view text) noexcept;

/// At most `bytes_max` octets, not ending within a character.
std::string cut(std::string_view utf8, std::size_t bytes_max = hub::limits::fault_text_bytes_max);

}  // namespace hub::edxml
