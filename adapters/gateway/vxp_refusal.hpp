#pragma once
// What a caller who speaks VXP is told of a fault: the code of its table, and Vietnamese words.

#include "adapters/vxp/service.hpp"

namespace hub::gateway {

vxp::Refusal vxp_refusal_of(const Fault& fault);

}  // namespace hub::gateway
