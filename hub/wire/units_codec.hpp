#pragma once
// A page of the national axis's units, as the one inline part of an envelope that brings_units().

#include "hub/core/unit.hpp"

namespace hub::wire {

/// envelope_malformed; field_invalid for codes that are none and for what check() refuses.
Result<UnitsPage> decode_units(BytesView part);
Bytes encode_units(const UnitsPage& page);

}  // namespace hub::wire
