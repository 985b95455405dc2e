#pragma once
// How large a packet may be here.

#include "adapters/edxml/packet.hpp"

namespace hub::gateway {

/// Of any gateway, whatever its settings; more could not be read within one turn of a line.
inline constexpr std::uint64_t packet_bytes_most = std::uint64_t{1} << 30;

inline edxml::Limits packet_limits() {
    edxml::Limits limits{.packet_bytes_max = packet_bytes_most};
    limits.content_bytes_max = packet_bytes_most;
    return limits;
}

}  // namespace hub::gateway
