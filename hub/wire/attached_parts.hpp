#pragma once
// Parts of the content store within the message to a receiver: the hub puts them behind an envelope's frame, the
// receiver takes them off again. The frame stays what its sender has signed and the ledger holds.

#include "hub/core/fault.hpp"
#include "hub/core/ids.hpp"

#include <vector>

namespace hub::wire {

struct AttachedPart {
    std::size_t index = 0;                    ///< In the header's parts, if it has so many.
    BytesView octets;                         ///< Nobody has compared them with the header's digest yet.
};

/// A message as a receiver gets it: views into its body, and as long-lived.
struct Delivery {
    BytesView frame;                          ///< For decode_envelope().
    std::vector<AttachedPart> attached;
};

/// envelope_malformed: no message, something else behind an attached part, or more than limits::parts_max of them.
Result<Delivery> split_delivery(BytesView body);

/// What must stand before the octets, so that frame, head and octets are a message with the part attached.
Bytes attached_part_head(std::size_t index, std::size_t octets);

}  // namespace hub::wire
