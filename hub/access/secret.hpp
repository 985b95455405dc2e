#pragma once
// Secrets that the hub makes and passwords that people choose. Of neither anything but a hash is ever kept.

#include "hub/core/fault.hpp"

#include <string>
#include <string_view>

namespace hub::access {

/// 256 random bits, 43 letters of base64url.
std::string make_token();
/// 100 random bits to be read and typed: "ABCDE-FGHJK-MNPQR-STVWX", no letters that look alike.
std::string make_code();
/// A code as it was typed: lower case, blanks and hyphens do not matter.
std::string normalised_code(std::string_view typed);

inline constexpr std::size_t password_letters_min = 12;
inline constexpr std::size_t password_distinct_min = 5;
inline constexpr std::size_t password_bytes_max = 256;
/// UTF-8, long enough in letters as they are seen, and neither the user's name, nor one letter again and again, nor a row
/// as 123456789012.
bool is_password(std::string_view password, std::string_view user);

/// scrypt, N = 2^15, r = 8, p = 1: some 80 ms and 32 MiB. "scrypt$15$8$1$<salt>$<hash>", hex.
std::string hash_password(std::string_view password);
/// The time is that of a hash whatever the answer, also for a `hash` that is none: that of a user who is not there.
bool is_right(std::string_view password, std::string_view hash);

}  // namespace hub::access
