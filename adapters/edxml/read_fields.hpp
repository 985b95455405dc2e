#pragma once
// The parts of a packet, read out of its elements. What is wrong is told to the reader.

#include "adapters/edxml/field_reader.hpp"

namespace hub::edxml {

std::optional<Organ> read_organ(FieldReader& reader, const Node& node);
Staff read_staff(FieldReader& reader, const Node& node, TextRule rule);
/// Text, or (some writers) CodeNumber and CodeNotation as in a document's own Code.
std::string read_full_number(FieldReader& reader, const Node& parent, TextRule rule = {});
TraceList read_traces(FieldReader& reader, const XmlDocument& document, const Node& header);
std::vector<PeerError> read_errors(FieldReader& reader, const Node& header, const Node& message);

/// Sets `secrecy` when Priority is one of secrecy; attachments are not read here.
DocumentPacket read_document(FieldReader& reader, const Node& header, const Node& message, const Limits& limits,
                             std::optional<Secrecy>& secrecy);
StatusPacket read_status(FieldReader& reader, const Node& message);

/// Manifest and attachments; they must name the same contents, each once.
void read_attachments(FieldReader& reader, const XmlDocument& document, const Node& envelope, const Limits& limits,
                      DocumentPacket& out);

/// The elements of the packet's Signature as XML, without what has no meaning: comments, prefixes, blanks. The same
/// when it is read again. Empty: there is none, or it is longer than signature_bytes_max.
std::string signature_text(const XmlDocument& document, const Element& header);

}  // namespace hub::edxml
