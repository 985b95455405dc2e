#pragma once
// A small tree over libxml2: no network, no DTD, no entities, bounded depth and size. Elements are compared by
// their local name within the edXML namespace, whatever their prefix.

#include "hub/core/fault.hpp"
#include "hub/core/ids.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

struct _xmlDoc;
struct _xmlNode;

namespace hub::edxml {

class Element {
public:
    explicit Element(const _xmlNode* node = nullptr) noexcept : node_{node} {}
    explicit operator bool() const noexcept { return node_ != nullptr; }

    std::string_view name() const noexcept;
    std::string_view namespace_uri() const noexcept;
    Element child(std::string_view name) const noexcept;          ///< The first one; nothing when there is none.
    std::vector<Element> children(std::string_view name) const;
    std::vector<Element> children() const;
    std::string text() const;                                     ///< Direct text, trimmed.
    /// Of the first child with this name; empty when there is none.
    std::string text_of(std::string_view name) const;
    long line() const noexcept;

private:
    const _xmlNode* node_;
};

class Document {
public:
    /// packet_has_doctype, packet_malformed.
    static Result<Document> parse(BytesView octets, int depth_max);
    Element root() const noexcept;

private:
    struct Free {
        void operator()(_xmlDoc* document) const noexcept;
    };
    explicit Document(_xmlDoc* document) : document_{document} {}
    std::unique_ptr<_xmlDoc, Free> document_;
};

}  // namespace hub::edxml
