#include "adapters/edxml/tree_builder.hpp"

#include <algorithm>
#include <array>

namespace hub::edxml {

TreeBuilder::Use TreeBuilder::use_of(const Element& element) const {
    const std::string_view name = element.name();
    if (open_.empty() || !element.is_edxml())
        return Use::drop;
    const Open& parent = open_.back();
    // Signatures hold no text for people, and often a long one.
    if (parent.use == Use::keep_all)
        return name == "Signature" ? Use::drop : Use::keep_all;
    const auto is_within = [&](std::size_t depth, std::string_view above) {
        const Element one{open_[depth].node};
        return one.name() == above && one.is_edxml();
    };
    if (name == "edXMLHeader" && open_.size() == 2 && is_within(1, "edXMLEnvelope"))
        return Use::keep_all;
    // Of more contents than are allowed none is looked at: the packet is refused for their number.
    if (name == "ContentTransferEncoded" && open_.size() == 3 && is_within(1, "AttachmentEncoded")
        && is_within(2, "Attachment") && document_.contents.size() < limits_.attachments_max)
        return Use::inspect;
    constexpr std::array<std::string_view, 3> read{"ContentId", "AttachmentName", "ContentType"};
    return std::ranges::find(read, name) != read.end() ? Use::keep : Use::drop;
}

void TreeBuilder::start(const char* name, const char* namespace_name) {
    charge(sizeof(XmlNode));
    is_too_deep_ = is_too_deep_ || open_.size() >= limits_.depth_max;
    if (is_too_deep_ || fault_)
        return;
    XmlNode* const parent = open_.empty() ? nullptr : open_.back().node;
    XmlNode& node = document_.nodes.emplace_back(XmlNode{.name = name, .namespace_name = namespace_name,
                                                         .parent = parent, .text = {}});
    const Use use = use_of(Element{&node});
    if (parent) {
        XmlNode*& last = open_.back().last_child;
        (last ? last->next : parent->first_child) = &node;
        last = &node;
    }
    open_.push_back({&node, nullptr, use});
    if (use == Use::inspect)
        check(inspector_.start());
}

void TreeBuilder::end() {
    if (is_too_deep_ || fault_ || open_.empty())
        return;
    if (open_.back().use == Use::inspect)
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
    case Use::inspect: check(inspector_.add(piece)); break;
    }
}

void TreeBuilder::finish_content() {
    auto found = inspector_.finish();
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
        fault_ = Fault{Errc::packet_too_large, "",
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
