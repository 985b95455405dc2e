#pragma once
// How the loss of receipts on their way is noticed: each message of receipts says which one it follows, and an
// acknowledgement says that the adapter misses some (docs/wire.md). What is encoded here is appended to the encoded
// message; the fields of a Protobuf message may stand in any order.

#include "hub/core/ids.hpp"

namespace hub::wire {

/// To receipts: the last one that their addressee was told before them.
Bytes encode_follows(EntrySeq last_before);
/// Of receipts that decode_receipts() takes; 0 when they do not say.
EntrySeq follows_of(BytesView receipts);

/// To an acknowledgement: receipts behind its receipts_through have been lost.
Bytes encode_receipts_missing();
/// Of an acknowledgement that decode_acknowledgement() takes.
bool are_receipts_missing(BytesView acknowledgement);

}  // namespace hub::wire
