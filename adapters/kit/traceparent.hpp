#pragma once
// W3C Trace Context, level 1: by what one document's way is found in the logs of all that carry it.

#include "hub/core/ids.hpp"

#include <string>
#include <string_view>

namespace hub::kit {

/// Of version 00, its ids not all zeros. What is none must be passed over, and a trace of one's own begun (§3.2.2.5).
bool is_traceparent(std::string_view text);

/// The trace that an envelope begins itself: sampled, and the same whenever it is asked for.
std::string traceparent_of(const EnvelopeId& id);

}  // namespace hub::kit
