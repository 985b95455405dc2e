#pragma once
// From what an adapter wants to send to a signed frame.

#include "adapters/kit/kit.hpp"

#include "hub/core/signature.hpp"

namespace hub::kit {

struct Sealed {
    EnvelopeId id;
    Bytes frame;
};

/// What check() of core/envelope.hpp refuses, envelope_too_large; internal when the machine gives no random
/// numbers or the key cannot sign.
Result<Sealed> seal(const Outgoing& outgoing, std::chrono::hours expires_after, const Signer& signer);

}  // namespace hub::kit
