#pragma once
// Reading edXML packets of any size, in one pass: the texts of the packet are kept, its contents are looked at as
// they go by. Any thread.
//
// Element order and prefixes are not looked at, unknown elements are passed over. DTDs, entities and encodings other
// than UTF-8 are refused before the parser sees them. What is read, and by which rules: docs/edxml.md.

#include "adapters/edxml/finding.hpp"
#include "adapters/edxml/octet_source.hpp"
#include "adapters/edxml/packet.hpp"
#include "adapters/edxml/spool.hpp"

namespace hub::edxml {

/// The fault's `field` is a path such as "MessageHeader/To[2]/OrganId", or "line 12" where the XML itself is
/// broken.
/// - packet_too_large: more than limits.packet_bytes_max, or more elements and texts beside the contents than
///   anybody needs
/// - packet_has_doctype
/// - packet_dialect_unsupported: not UTF-8 by declaration, SOAP frame of before 2016, flat EdXMLEnvelope, no edXML
/// - packet_malformed: not well-formed, also by the rules of namespaces; stray octets before the declaration
/// - packet_field_missing, packet_field_invalid
/// - packet_attachment_broken: base64, ZIP, a damaged PDF, or manifest and attachments disagree
/// - document_secret instead of any of these, where a secrecy mark could still be read: nothing of it may be kept
/// Alone a secrecy mark is not a fault here: see Packet::secrecy.
/// Pure: no file, clock or network. Contents that are ZIPs are held in memory, whatever their size.
Result<Packet> read_packet(BytesView octets, const Limits& limits);

/// The same of a file, in some tens of MiB whatever its size; a content that is a large ZIP is written to a
/// nameless file in the folder `spool`, one at a time. Beside the faults above, not the sender's:
/// - ledger_full: no room in `spool`
/// - not_found: no such file
/// - internal: the file or `spool` cannot be used; its path and the system's words
Result<Packet> read_packet_file(const std::filesystem::path& file, const Limits& limits,
                                const std::filesystem::path& spool);

/// What both are made of.
Result<Packet> read_packet_from(OctetSource& source, const Limits& limits, const std::optional<SpoolPlace>& spool);

/// All that can be said of a packet. Where the XML itself is broken that is one thing.
struct Report {
    std::optional<Packet> packet;       ///< There when there is no error.
    std::optional<Finding> error;       ///< The first one: what read_packet() refuses it for.
    std::vector<Finding> findings;      ///< As they were come upon; then a secrecy mark, which is an error too.
    std::size_t left_out = 0;           ///< Beyond findings_max.

    bool is_refused() const noexcept { return error || packet->secrecy; }
};

/// Faults are those that are not the sender's, and not_found.
Result<Report> inspect_packet_from(OctetSource& source, const Limits& limits, const std::optional<SpoolPlace>& spool);
Result<Report> inspect_packet_file(const std::filesystem::path& file, const Limits& limits,
                                   const std::filesystem::path& spool);

}  // namespace hub::edxml
