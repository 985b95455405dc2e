#include "hub/access/secret.hpp"

#include "hub/core/fold.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <span>

namespace hub::access {
namespace {

using Salt = std::array<unsigned char, 16>;
using Hash = std::array<unsigned char, 32>;

constexpr std::string_view scheme = "scrypt$15$8$1$";
constexpr std::uint64_t cost = std::uint64_t{1} << 15;
constexpr std::uint64_t block = 8;
constexpr std::uint64_t lanes = 1;
constexpr std::uint64_t memory_bytes_max = std::uint64_t{64} << 20;

template <std::size_t n>
std::array<unsigned char, n> random_octets() {
    std::array<unsigned char, n> octets{};
    // Without randomness there are no secrets: nothing may go on.
    HUB_ASSERT(RAND_bytes(octets.data(), static_cast<int>(n)) == 1);
    return octets;
}

std::string hex(std::span<const unsigned char> octets) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const unsigned char octet : octets) {
        text += digits[octet >> 4];
        text += digits[octet & 15];
    }
    return text;
}

template <std::size_t n>
std::optional<std::array<unsigned char, n>> parse_hex(std::string_view text) {
    std::array<unsigned char, n> octets{};
    if (text.size() != 2 * n)
        return std::nullopt;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0)
            return std::nullopt;
        octets[i / 2] = static_cast<unsigned char>(octets[i / 2] * 16 + digit);
    }
    return octets;
}

Hash scrypt(std::string_view password, const Salt& salt) {
    Hash hash{};
    HUB_ASSERT(EVP_PBE_scrypt(password.data(), password.size(), salt.data(), salt.size(), cost, block, lanes,
                              memory_bytes_max, hash.data(), hash.size()) == 1);
    return hash;
}

}  // namespace

std::string make_token() {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string token;
    std::uint32_t bits = 0;
    int count = 0;
    for (const unsigned char octet : random_octets<32>()) {
        bits = (bits << 8) | octet;
        for (count += 8; count >= 6; count -= 6)
            token += letters[(bits >> (count - 6)) & 63];
    }
    token += letters[(bits << (6 - count)) & 63];
    return token;
}

std::string make_code() {
    constexpr std::string_view letters = "ABCDEFGHJKMNPQRSTVWXYZ0123456789";
    static_assert(letters.size() == 32);
    std::string code;
    for (const unsigned char octet : random_octets<20>()) {
        if (code.size() % 6 == 5)
            code += '-';
        code += letters[octet & 31];
    }
    return code;
}

std::string normalised_code(std::string_view typed) {
    std::string code;
    for (const char c : typed) {
        if (c == '-' || c == ' ')
            continue;
        code += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return code;
}

bool is_password(std::string_view password, std::string_view user) {
    if (password.size() > password_bytes_max || !is_utf8(password) || password == user)
        return false;
    std::u32string letters;
    for (std::string_view rest = password; !rest.empty();)
        letters += read_code_point(rest);
    std::size_t steps = 0;
    for (std::size_t i = 1; i < letters.size(); ++i)
        steps += letters[i] <= letters[i - 1] + 1 && letters[i - 1] <= letters[i] + 1 ? 1U : 0U;
    const std::set<char32_t> distinct{letters.begin(), letters.end()};
    return letters.size() >= password_letters_min && distinct.size() >= password_distinct_min && steps <= letters.size() / 2;
}

std::string hash_password(std::string_view password) {
    const Salt salt = random_octets<sizeof(Salt)>();
    return std::string{scheme} + hex(salt) + '$' + hex(scrypt(password, salt));
}

bool is_right(std::string_view password, std::string_view hash) {
    const bool is_ours = hash.starts_with(scheme);
    const std::string_view rest = is_ours ? hash.substr(scheme.size()) : std::string_view{};
    const auto dollar = rest.find('$');
    const auto salt = parse_hex<sizeof(Salt)>(rest.substr(0, dollar));
    const auto wanted = dollar == rest.npos ? std::nullopt : parse_hex<sizeof(Hash)>(rest.substr(dollar + 1));
    const Hash got = scrypt(password, salt.value_or(Salt{}));
    return salt && wanted && CRYPTO_memcmp(got.data(), wanted->data(), got.size()) == 0;
}

}  // namespace hub::access
