#include "hub/wire/receipt_chain.hpp"

#include "hub/v1/envelope.pb.h"

namespace hub::wire {
namespace {

/// Nothing of what another reader has not taken already.
template <class Message>
Message read_known(BytesView octets) {
    Message message;
    (void)message.ParseFromArray(octets.data(), static_cast<int>(octets.size()));
    return message;
}

}  // namespace

Bytes encode_follows(EntrySeq last_before) {
    lgsp::hub::v1::Receipts message;
    message.set_follows(number(last_before));
    return message.SerializeAsString();
}

EntrySeq follows_of(BytesView receipts) {
    return EntrySeq{read_known<lgsp::hub::v1::Receipts>(receipts).follows()};
}

Bytes encode_receipts_missing() {
    lgsp::hub::v1::Acknowledgement message;
    message.set_receipts_missing(true);
    return message.SerializeAsString();
}

bool are_receipts_missing(BytesView acknowledgement) {
    return read_known<lgsp::hub::v1::Acknowledgement>(acknowledgement).receipts_missing();
}

}  // namespace hub::wire
