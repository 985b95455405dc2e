#pragma once
// A client of the axis with this machine's clock and random numbers.

#include "adapters/vxp/client.hpp"

namespace hub::axis {

Instant system_now();
vxp::Client axis_client(const vxp::ClientSettings& settings);

}  // namespace hub::axis
