#pragma once
// Writing packets in the national axis's own frame (docs/edxml.md): the root without a prefix, `edXML:` from the
// envelope on, elements in the order of its SDK, UTF-8. Header in memory, contents as they come. Any thread.
//
// What was read by read_packet() and is written reads as equal values again. What may not stand in XML is left out of
// texts; dates that are ISO become yyyy/MM/dd. A signature is passed on as it was found and holds for nobody: the axis
// writes packets again too.

#include "adapters/edxml/base64.hpp"
#include "adapters/edxml/octet_sink.hpp"
#include "adapters/edxml/octet_source.hpp"
#include "adapters/edxml/packet.hpp"

#include <functional>
#include <memory>

namespace hub::edxml {

/// In this order: start, for each attachment of the packet start_content, add, finish_content; finish. Faults are the
/// sink's, and document_secret: a packet with a secrecy mark is not written.
class PacketWriter {
public:
    /// Must outlive it.
    explicit PacketWriter(OctetSink& out) : out_{out} {}

    /// Where the manifest is empty it is made from the attachments.
    Result<void> start(const Packet& packet);
    Result<void> start_content(const Attachment& attachment);
    /// Of the content as it is to be carried.
    Result<void> add(BytesView octets);
    Result<void> finish_content();
    Result<void> finish();

private:
    OctetSink& out_;
    bool has_attachments_ = false;
    Base64Encoder encoder_;
    Bytes base64_;
};

/// Opens the file itself, as people know it. Its faults end the writing.
using OpenFile = std::function<Result<std::unique_ptr<OctetSource>>(const Attachment&)>;

/// A whole packet. Each file is wrapped into a ZIP of one entry where its Attachment::carried is zip, as the axis
/// wants it, and else written as it is. packet_attachment_broken: a PDF that somebody read as text, or an empty file.
Result<void> write_packet(const Packet& packet, const OpenFile& open, OctetSink& out);

/// A packet without attachments. Never too large for memory.
Result<Bytes> write_packet(const Packet& packet);

}  // namespace hub::edxml
