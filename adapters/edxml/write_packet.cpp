#include "adapters/edxml/write_packet.hpp"

#include "adapters/edxml/inspection.hpp"
#include "adapters/edxml/write_header.hpp"
#include "adapters/edxml/xml_document.hpp"
#include "adapters/edxml/xml_text.hpp"
#include "adapters/edxml/zip_stream.hpp"

#include <array>

namespace hub::edxml {
namespace {

constexpr std::size_t piece_bytes = 64 * 1024;

void add_field(Bytes& out, std::string_view name, std::string_view text) {
    if (!text.empty())
        out.append("      <")
            .append(name)
            .append(">")
            .append(escaped_text(text))
            .append("</")
            .append(name)
            .append(">\n");
}

/// To the packet's writer, as an OctetSink.
class CarriedOctets final : public OctetSink {
public:
    explicit CarriedOctets(PacketWriter& writer) : writer_{writer} {}
    Result<void> write(BytesView octets) override { return writer_.add(octets); }

private:
    PacketWriter& writer_;
};

Result<void> write_file(OctetSource& file, const Attachment& attachment, PacketWriter& writer) {
    CarriedOctets carried{writer};
    ZipStream zip{carried, entry_name_of(attachment.content_id, attachment.name)};
    const bool is_wrapped = attachment.carried == ContentKind::zip;
    const auto piece = std::make_unique_for_overwrite<char[]>(piece_bytes);
    ReplacementCounter counter;
    Bytes head;
    for (;;) {
        const auto got = file.read(piece.get(), piece_bytes);
        if (!got)
            return got.error();
        if (*got == 0)
            break;
        const BytesView octets{piece.get(), *got};
        head.append(octets, 0, magic_bytes - head.size());
        counter.add(octets);
        if (auto done = is_wrapped ? zip.add(octets) : writer.add(octets); !done)
            return done;
    }
    const std::string damage = head.empty()                          ? "empty"
                               : kind_of(head) == ContentKind::pdf ? counter.pdf_damage()
                                                                     : std::string{};
    if (!damage.empty())
        return Fault{Errc::packet_attachment_broken, cut(attachment.name), damage};
    return is_wrapped ? zip.finish() : Result<void>{};
}

}  // namespace

Result<void> PacketWriter::start(const Packet& packet) {
    if (packet.secrecy)
        return Fault{Errc::document_secret, packet.secrecy->field, packet.secrecy->mark};
    return out_.write(envelope_text(packet));
}

Result<void> PacketWriter::start_content(const Attachment& attachment) {
    Bytes out = std::exchange(has_attachments_, true) ? "" : "  <AttachmentEncoded>\n";
    out += "    <Attachment>\n";
    add_field(out, "ContentId", "cid:" + attachment.content_id);
    add_field(out, "AttachmentName", attachment.name);
    add_field(out, "Description", attachment.description);
    add_field(out, "ContentType", attachment.declared_type);
    add_field(out, "FieldName", attachment.field_name);
    add_field(out, "MimeType", attachment.mime_type);
    out.append("      <edXML:ContentTransferEncoded xmlns:edXML=\"").append(edxml_namespace).append("\">");
    encoder_ = {};
    return out_.write(out);
}

Result<void> PacketWriter::add(BytesView octets) {
    base64_.clear();
    encoder_.add(octets, base64_);
    return out_.write(base64_);
}

Result<void> PacketWriter::finish_content() {
    base64_.clear();
    encoder_.finish(base64_);
    return out_.write(base64_ + "</edXML:ContentTransferEncoded>\n    </Attachment>\n");
}

Result<void> PacketWriter::finish() {
    return out_.write(std::string{has_attachments_ ? "  </AttachmentEncoded>\n" : ""} + "</edXML>\n");
}

Result<void> write_packet(const Packet& packet, const OpenFile& open, OctetSink& out) {
    PacketWriter writer{out};
    if (auto done = writer.start(packet); !done)
        return done;
    if (const auto* const document = std::get_if<DocumentPacket>(&packet.content))
        for (const Attachment& attachment : document->attachments) {
            const auto file = open(attachment);
            if (!file)
                return file.error();
            if (auto done = writer.start_content(attachment); !done)
                return done;
            if (auto done = write_file(**file, attachment, writer); !done)
                return done;
            if (auto done = writer.finish_content(); !done)
                return done;
        }
    return writer.finish();
}

Result<Bytes> write_packet(const Packet& packet) {
    const auto none = [](const Attachment& attachment) -> Result<std::unique_ptr<OctetSource>> {
        return Fault{Errc::part_missing, cut(attachment.name), ""};
    };
    MemorySink out;
    if (auto done = write_packet(packet, none, out); !done)
        return done.error();
    return out.take();
}

}  // namespace hub::edxml
