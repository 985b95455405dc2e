#include "adapters/edxml/tree_builder.hpp"

#include <algorithm>
#include <array>

namespace hub::edxml {

TreeBuilder::Use TreeBuilder::use_of(const Element& element) const {
    const std::string_view name = element.name();
    if (open_.empty())
        return Use::drop;
    const Open& parent = open_.back();
    // The signature is written in two namespaces, and within it nothing is for people.
    if (parent.use == Use::signature)
        return Use::signature;
    if (parent.use == Use::keep_all && name == "Signature")
        return open_.size() == 3 ? Use::signature : Use::drop;
    if (!element.is_edxml())
        return Use::drop;
    if (parent.use == Use::keep_all)
        return Use::keep_all;
    const auto is_within = [&](std::size_t depth, std::string_view above) {
        const Element one{open_[depth].node};
        return one.name() == above && one.is_edxml();
    };
    if (name == "edXMLHeader" && open_.size() == 2 && is_within(1, "edXMLEnvelope"))
        return Use::keep_all;
    // Of more contents than are allowed none is looked at: the packet is refused for their number.
    if (name == "ContentTransferEncoded" && open_.size() == 3 && is_within(1, "AttachmentEncoded")
        && is_within(2, "Attachment") && document_.contents.size() < limits_.attachments_max)
        return Use::content;
    constexpr std::array<std::string_view, 6> read{"ContentId",   "AttachmentName", "ContentType",
                                                   "Description", "FieldName",      "MimeType"};
    return std::ranges::find(read, name) != read.end() ? Use::keep : Use::drop;
}

void TreeBuilder::start(const char* name, const char* namespace_name, std::uint32_t line) {
    charge(sizeof(XmlNode));
    is_too_deep_ = is_too_deep_ || open_.size() >= limits_.depth_max;
    if (is_too_deep_ || fault_)
        return;
    XmlNode* const parent = open_.empty() ? nullptr : open_.back().node;
    XmlNode& node = document_.nodes.emplace_back(XmlNode{.name = name, .namespace_name = namespace_name,
                                                         .parent = parent, .text = {}, .line = line});
    const Use use = use_of(Element{&node});
    if (parent) {
        XmlNode*& last = open_.back().last_child;
        (last ? last->next : parent->first_child) = &node;
        last = &node;
    }
    open_.push_back({&node, nullptr, use});
    if (use == Use::content)
        check(contents_.start());
}

void TreeBuilder::attribute(std::string_view name, std::string_view value) {
    if (is_too_deep_ || fault_ || open_.empty())
        return;
    const Open& open = open_.back();
    const bool is_of_traces = open.use == Use::keep_all && std::string_view{open.node->name} == "TraceHeaderList"
                              && name.size() + value.size() <= hub::limits::fault_text_bytes_max;
    if (!is_of_traces && (open.use != Use::signature || !has_room_in_signature(name.size() + value.size())))
        return;
    charge(sizeof(XmlAttribute) + name.size() + value.size());
    document_.attributes.push_back({open.node, std::string{name}, std::string{value}});
}

bool TreeBuilder::has_room_in_signature(std::size_t bytes) {
    signature_bytes_ += bytes;
    document_.is_signature_cut = document_.is_signature_cut || signature_bytes_ > signature_bytes_max;
    return !document_.is_signature_cut;
}

void TreeBuilder::end() {
    if (is_too_deep_ || fault_ || open_.empty())
        return;
    if (open_.back().use == Use::content)
        finish_content();
    open_.pop_back();
}

void TreeBuilder::text(std::string_view piece) {
    if (is_too_deep_ || fault_ || open_.empty())
        return;
    switch (open_.back().use) {
    case Use::drop: break;
    case Use::keep:
    case Use::keep_all: keep(piece); break;
    case Use::signature:
        if (has_room_in_signature(piece.size()))
            keep(piece);
        break;
    case Use::content: check(contents_.add(piece)); break;
    }
}

void TreeBuilder::finish_content() {
    auto found = contents_.finish();
    if (!found) {
        fault_ = found.error();
        return;
    }
    document_.contents.push_back(std::move(*found));
    open_.back().node->content = static_cast<std::uint32_t>(document_.contents.size());
}

void TreeBuilder::keep(std::string_view piece) {
    XmlNode& node = *open_.back().node;
    const std::size_t room = text_kept_bytes_max - node.text.size();
    node.is_text_cut = node.is_text_cut || piece.size() > room;
    piece = piece.substr(0, room);
    charge(piece.size());
    node.text += piece;
}

void TreeBuilder::charge(std::size_t bytes) {
    bytes_ += bytes;
    if (bytes_ > tree_bytes_max && !fault_)
        fault_ = Fault{Errc::packet_too_large, "packet",
                       "more than " + std::to_string(tree_bytes_max) + " bytes for elements and their texts"};
}

void TreeBuilder::check(const Result<void>& done) {
    if (!done && !fault_)
        fault_ = done.error();
}

XmlDocument TreeBuilder::take(std::shared_ptr<const void> names) {
    document_.names = std::move(names);
    return std::move(document_);
}

}  // namespace hub::edxml
