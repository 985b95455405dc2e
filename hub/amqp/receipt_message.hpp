#pragma once
// The hub's own envelope: receipts for one agency, signed once.

#include "hub/core/signature.hpp"
#include "hub/core/step.hpp"

namespace hub::amqp {

Result<Bytes> receipt_message(const EnvelopeId& id, Instant now, const AgencyCode& hub_code,
                              const PublishReceipts& receipts, const Signer& signer);

}  // namespace hub::amqp
