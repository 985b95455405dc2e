#pragma once
// All of a packet that stands before its contents.

#include "adapters/edxml/packet.hpp"

namespace hub::edxml {

/// From the declaration to the end of edXMLEnvelope.
Bytes envelope_text(const Packet& packet);

}  // namespace hub::edxml
