#include "hub/access/totp.hpp"

#include "hub/core/fault.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>

namespace hub::access {
namespace {

constexpr std::chrono::seconds step_lasts{30};
constexpr std::size_t secret_octets = 20;
constexpr std::size_t digits_count = 6;
constexpr std::uint32_t digits_modulus = 1'000'000;

}  // namespace

std::string make_totp_secret() {
    std::array<unsigned char, secret_octets> octets{};
    // Without randomness there are no secrets: nothing may go on.
    HUB_ASSERT(RAND_bytes(octets.data(), static_cast<int>(octets.size())) == 1);
    return {octets.begin(), octets.end()};
}

std::string base32(std::string_view octets) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string text;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char octet : octets) {
        bits = (bits << 8) | static_cast<unsigned char>(octet);
        for (count += 8; count >= 5; count -= 5)
            text += letters[(bits >> (count - 5)) & 31];
    }
    if (count > 0)
        text += letters[(bits << (5 - count)) & 31];
    return text;
}

std::string totp(std::string_view secret, std::int64_t step) {
    std::array<unsigned char, 8> counter{};
    for (std::size_t i = 0; i < counter.size(); ++i)
        counter[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (8 * (counter.size() - 1 - i)));
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned int size = 0;
    HUB_ASSERT(HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter.data(), counter.size(), mac.data(),
                    &size)
               && size == 20);
    // Dynamic truncation of RFC 4226, 5.3.
    const std::size_t at = mac[19] & 15;
    const std::uint32_t number = (static_cast<std::uint32_t>(mac[at] & 0x7F) << 24)
                                 | (static_cast<std::uint32_t>(mac[at + 1]) << 16)
                                 | (static_cast<std::uint32_t>(mac[at + 2]) << 8) | mac[at + 3];
    const std::string digits = std::to_string(number % digits_modulus);
    return std::string(digits_count - digits.size(), '0') + digits;
}

std::optional<std::int64_t> totp_step(std::string_view secret, std::string_view typed, Instant now) {
    std::string digits{typed};
    std::erase(digits, ' ');
    if (digits.size() != digits_count)
        return std::nullopt;
    const std::int64_t step = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()) / step_lasts;
    for (const std::int64_t each : {step, step - 1, step + 1})
        if (CRYPTO_memcmp(totp(secret, each).data(), digits.data(), digits_count) == 0)
            return each;
    return std::nullopt;
}

}  // namespace hub::access
