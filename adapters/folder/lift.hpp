#pragma once
// From a packet to what the kit sends: headers lifted, bytes untouched.

#include "adapters/edxml/packet.hpp"
#include "adapters/kit/kit.hpp"

namespace hub::folder {

/// A status goes to ResponseFor/OrganId: it has no To (domain 1.7).
kit::Outgoing lift(const edxml::Packet& packet, const std::string& file_name, Bytes octets);

}  // namespace hub::folder
