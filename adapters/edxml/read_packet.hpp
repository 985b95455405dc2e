#pragma once
// Reading edXML packets. Pure: no file, clock or network; any thread.
//
// Source of the rules: domain.md 1.1–1.7, 5.3 and 7. Element order and prefixes are not looked at, unknown
// elements are passed over. DTDs, entities and encodings other than UTF-8 are refused before the parser
// sees them.

#include "adapters/edxml/packet.hpp"

namespace hub::edxml {

/// The fault's `field` is a path such as "MessageHeader/To[2]/OrganId", or "line 12" where the XML itself is
/// broken.
/// - packet_too_large: more than limits.packet_bytes_max
/// - packet_has_doctype
/// - packet_dialect_unsupported: not UTF-8 by declaration, SOAP frame of before 2016, flat EdXMLEnvelope, no edXML
/// - packet_malformed: not well-formed, also by the rules of namespaces; stray octets before the declaration
/// - packet_field_missing, packet_field_invalid
/// - packet_attachment_broken: base64, ZIP, a damaged PDF, or manifest and attachments disagree
/// A secrecy mark is not a fault here: see Packet::secrecy.
Result<Packet> read_packet(BytesView octets, const Limits& limits);

}  // namespace hub::edxml
