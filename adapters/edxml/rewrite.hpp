#pragma once
// A packet passed on in the axis's own frame, with something in its header changed: as the axis does with every
// packet. Contents go over as they were carried, one piece after the other. Any thread.

#include "adapters/edxml/octet_sink.hpp"
#include "adapters/edxml/read_packet.hpp"
#include "hub/core/instant.hpp"

#include <functional>

namespace hub::edxml {

/// Told on the way: the packet went through `system` at `at`. Written in Vietnam's time, which edXML does not say.
void append_trace(Packet& packet, const AgencyCode& system, Instant at);

/// May change everything but the attachments' number and order.
using Edit = std::function<void(Packet&)>;

/// Reads `file`, writes it to `out`; what was written reads as the packet that comes back. Faults: those of
/// read_packet_file() and of PacketWriter; internal when the file was changed meanwhile. After a fault `out` is of no
/// use.
Result<Packet> rewrite_packet_file(const std::filesystem::path& file, const Limits& limits,
                                   const std::filesystem::path& spool, const Edit& edit, OctetSink& out);

/// The same of octets in memory.
Result<Bytes> rewrite_packet(BytesView octets, const Limits& limits, const Edit& edit);

}  // namespace hub::edxml
