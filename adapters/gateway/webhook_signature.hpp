#pragma once
// How a webhook is signed, by the convention of Standard Webhooks: "v1," and the base64 of the HMAC-SHA256 of
// "<id>.<timestamp>.<body>". Pure; any thread.

#include "adapters/vxp/signing.hpp"

#include <optional>

namespace hub::gateway {

inline constexpr std::size_t webhook_secret_bytes_least = 24;

/// "whsec_" and the key in base64; or the key as it stands. nullopt: not base64, or fewer octets than
/// webhook_secret_bytes_least.
std::optional<vxp::Secret> parse_webhook_secret(std::string_view text);

/// `timestamp`: seconds since 1970-01-01 UTC, as it stands in the header.
std::string webhook_signature(const vxp::Secret& secret, std::string_view id, std::string_view timestamp,
                              std::string_view body);

}  // namespace hub::gateway
