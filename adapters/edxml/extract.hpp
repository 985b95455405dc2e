#pragma once
// One attached file of a packet as people know it: out of its base64, and out of the ZIP that it was wrapped in.

#include "adapters/edxml/octet_sink.hpp"
#include "adapters/edxml/packet.hpp"

namespace hub::edxml {

/// The file of DocumentPacket::attachments[index]. `spool` is used as by read_packet_file().
/// not_found: no such file, or the packet has no such attachment. Others: the sink's and as read_packet_file().
Result<void> extract_file(const std::filesystem::path& packet, const Limits& limits,
                          const std::filesystem::path& spool, std::size_t index, OctetSink& out);

}  // namespace hub::edxml
