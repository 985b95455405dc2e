#include "hub/access/totp.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace hub;
using namespace std::chrono_literals;

namespace {

/// Of RFC 6238, appendix B.
const std::string known_secret = "12345678901234567890";

Instant at_second(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }

}  // namespace

TEST_CASE("codes are those of RFC 6238", "[access][totp]") {
    const std::pair<std::int64_t, std::string_view> vectors[]{
        {59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
        {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
    for (const auto& [second, digits] : vectors) {
        CHECK(access::totp(known_secret, second / 30) == digits);
        CHECK(access::totp_step(known_secret, digits, at_second(second)) == second / 30);
    }
}

TEST_CASE("a code is good a step early and a step late, and no longer", "[access][totp]") {
    const std::string digits = access::totp(known_secret, 100);
    CHECK(access::totp_step(known_secret, digits, at_second(100 * 30 - 30)) == 100);
    CHECK(access::totp_step(known_secret, digits, at_second(102 * 30 - 1)) == 100);
    CHECK_FALSE(access::totp_step(known_secret, digits, at_second(100 * 30 - 31)));
    CHECK_FALSE(access::totp_step(known_secret, digits, at_second(102 * 30)));
    CHECK(access::totp_step(known_secret, digits.substr(0, 3) + " " + digits.substr(3), at_second(3000)) == 100);
    for (const std::string& wrong : {std::string{}, digits.substr(1), digits + "0", std::string{"abcdef"}, std::string(6, '\0')})
        CHECK_FALSE(access::totp_step(known_secret, wrong, at_second(3000)));
}

TEST_CASE("secrets are typed in base 32, and each is another", "[access][totp]") {
    CHECK(access::base32(known_secret) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    CHECK(access::base32("f") == "MY");
    CHECK(access::base32("foobar") == "MZXW6YTBOI");
    CHECK(access::base32("").empty());
    std::set<std::string> secrets;
    for (int i = 0; i < 100; ++i)
        secrets.insert(access::base32(access::make_totp_secret()));
    CHECK(secrets.size() == 100);
    CHECK(secrets.begin()->size() == 32);
}
