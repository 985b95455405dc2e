#pragma once
// From what an adapter wants to send to a signed frame.

#include "adapters/kit/kit.hpp"

#include "hub/core/signature.hpp"

#include <functional>

namespace hub::kit {

struct Sealed {
    EnvelopeId id;
    Bytes frame;
    /// Which of the contents are not in the frame but named by their digest, in the header's order.
    std::vector<std::size_t> by_reference;
};

/// What may happen to contents that do not fit in.
struct LargeContents {
    bool may_refer = false;                       ///< There is a store that they can be put into.
    std::function<void()> between_blocks;         ///< Called now and then while files are read.
};

/// What fits goes inline, the smallest contents first. What check() of core/envelope.hpp refuses,
/// envelope_too_large; those of durable_file.hpp for files; internal when the machine gives no random numbers or
/// the key cannot sign.
Result<Sealed> seal(const Outgoing& outgoing, std::chrono::hours expires_after, const Signer& signer,
                    const LargeContents& large = {});

}  // namespace hub::kit
