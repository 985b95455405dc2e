#pragma once
// From a packet to what the kit sends: headers lifted, bytes untouched.

#include "adapters/edxml/packet.hpp"
#include "adapters/kit/kit.hpp"

namespace hub::lift {

inline constexpr std::string_view packet_media_type = "application/edxml+xml";

/// A status goes to ResponseFor/OrganId: it has no To (domain 1.7).
kit::Outgoing lift(const edxml::Packet& packet, kit::Content content);

}  // namespace hub::lift
