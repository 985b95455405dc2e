#pragma once
// One-time passwords by the clock (RFC 6238), as every authenticator has them: HMAC-SHA-1, six digits, 30 seconds.

#include "hub/core/instant.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hub::access {

/// 160 random bits.
std::string make_totp_secret();
/// RFC 4648 without padding: what is typed into an authenticator.
std::string base32(std::string_view octets);
/// The six digits of one step.
std::string totp(std::string_view secret, std::int64_t step);
/// Which step of now, the one before or the one after these digits are of: clocks differ. Blanks do not matter.
std::optional<std::int64_t> totp_step(std::string_view secret, std::string_view typed, Instant now);

}  // namespace hub::access
