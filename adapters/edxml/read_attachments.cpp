#include "adapters/edxml/read_fields.hpp"

#include "hub/core/fold.hpp"

#include <set>

namespace hub::edxml {
namespace {

std::string without_cid(std::string id) { return id.starts_with("cid:") ? id.substr(4) : id; }

std::set<std::string> read_manifest(FieldReader& reader, const Node& envelope, DocumentPacket& out) {
    std::set<std::string> listed;
    const auto body = reader.child(envelope, "edXMLBody");
    const auto manifest = body ? reader.child(Node{body->element, ""}, "edXMLManifest") : std::nullopt;
    if (!manifest)
        return listed;
    for (const Node& node : reader.children(*manifest, "Reference")) {
        Reference one{.content_id = without_cid(reader.text(node, "ContentId", {.is_required = true})),
                      .declared_type = reader.text(node, "ContentType", noted),
                      .name = reader.text(node, "AttachmentName", noted),
                      .description = reader.text(node, "Description", noted)};
        if (!listed.insert(one.content_id).second)
            reader.fail(PacketRule::manifest_disagrees, node, "ContentId", one.content_id + ": listed twice");
        out.manifest.push_back(std::move(one));
    }
    return listed;
}

void note_wrong_type(FieldReader& reader, const Node& node, const Attachment& one) {
    const std::string type = fold(one.declared_type);
    const bool is_right =
        type.empty() || (one.carried == ContentKind::zip && type.find("zip") != std::string::npos)
        || (one.carried == ContentKind::pdf && type == "application/pdf")
        || (one.carried == ContentKind::raw && type != "application/pdf" && type != "application/zip");
    constexpr std::string_view kinds[]{"a ZIP", "a PDF", "another kind of file"};
    if (!is_right)
        reader.note(PacketRule::content_type_wrong, node, "ContentType",
                    one.declared_type + ", but it is " + std::string{kinds[static_cast<std::size_t>(one.carried)]});
}

void read_attachment(FieldReader& reader, const XmlDocument& document, const Node& node,
                     const std::set<std::string>& listed, std::set<std::string>& attached, DocumentPacket& out) {
    Attachment one{.content_id = without_cid(reader.text(node, "ContentId", {.is_required = true})),
                   .name = reader.text(node, "AttachmentName"),
                   .declared_type = reader.text(node, "ContentType"),
                   .description = reader.text(node, "Description", noted),
                   .field_name = reader.text(node, "FieldName", noted),
                   .mime_type = reader.text(node, "MimeType", noted)};
    if (!attached.insert(one.content_id).second)
        reader.fail(PacketRule::manifest_disagrees, node, "ContentId", one.content_id + ": attached twice");
    else if (!listed.contains(one.content_id))
        reader.fail(PacketRule::manifest_disagrees, node, "ContentId", one.content_id + ": not in edXMLManifest");
    const auto content = reader.required_child(node, "ContentTransferEncoded");
    if (!content)
        return;
    const Inspection* const found = document.content_of(content->element);
    if (!found)
        return reader.fail(PacketRule::attachments_too_many, *content, "not looked at");
    if (!found->broken.empty())
        return reader.fail(found->rule, *content, found->broken);
    one.carried = found->carried;
    one.content = found->content;
    one.carried_bytes = found->carried_bytes;
    one.content_bytes = found->content_bytes;
    note_wrong_type(reader, node, one);
    out.attachments.push_back(std::move(one));
}

}  // namespace

void read_attachments(FieldReader& reader, const XmlDocument& document, const Node& envelope, const Limits& limits,
                      DocumentPacket& out) {
    const auto listed = read_manifest(reader, envelope, out);
    const Node root{document.root(), ""};
    const auto encoded = reader.child(root, "AttachmentEncoded");
    // Their contents were not looked at either.
    if (encoded && encoded->element.children("Attachment").size() > limits.attachments_max)
        return reader.fail(PacketRule::attachments_too_many, *encoded,
                           "more than " + std::to_string(limits.attachments_max) + " attachments");
    const auto nodes = encoded ? reader.children(*encoded, "Attachment") : std::vector<Node>{};
    std::set<std::string> attached;
    for (const Node& node : nodes)
        read_attachment(reader, document, node, listed, attached, out);
    for (const std::string& id : listed)
        if (!attached.contains(id))
            reader.fail(PacketRule::manifest_disagrees, root, "edXMLManifest/Reference",
                        id + ": no Attachment of this ContentId");
}

}  // namespace hub::edxml
