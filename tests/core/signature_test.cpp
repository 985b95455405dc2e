#include "hub/core/signature.hpp"

#include "tests/support/throwaway_key.hpp"

#include <catch2/catch.hpp>

using namespace hub;

TEST_CASE("what a key signed verifies, and nothing else does", "[signature]") {
    const auto kind = GENERATE(test::KeyKind::rsa2048, test::KeyKind::p256, test::KeyKind::ed25519);
    const auto pair = test::make_key(kind, "H43");
    const auto signer = Signer::parse(pair.certificate_pem, pair.key_pem).value();
    const auto signature = signer.sign("header bytes").value();
    const Certificate& certificate = signer.certificate();

    CHECK(signature.key == certificate.id());
    CHECK(certificate.verify(signature.algorithm, "header bytes", signature.value).has_value());
    CHECK(certificate.verify(signature.algorithm, "other bytes", signature.value).error().code
          == Errc::signature_invalid);
    CHECK_FALSE(certificate.verify(signature.algorithm, "header bytes", "").has_value());

    SECTION("any flipped bit is noticed") {
        for (std::size_t i = 0; i < signature.value.size(); ++i) {
            Bytes damaged = signature.value;
            damaged[i] = static_cast<char>(damaged[i] ^ 1);
            CHECK_FALSE(certificate.verify(signature.algorithm, "header bytes", damaged).has_value());
        }
    }
    SECTION("another algorithm does not pass") {
        for (const auto other : {Algorithm::ecdsa_p256_sha256, Algorithm::rsa_pss_sha256, Algorithm::rsa_pkcs1_sha256,
                                 Algorithm::ed25519})
            if (other != signature.algorithm)
                CHECK_FALSE(certificate.verify(other, "header bytes", signature.value).has_value());
    }
    SECTION("another agency's key does not pass") {
        const auto foreign = test::make_key(kind, "H43.01");
        const auto other = Certificate::parse(foreign.certificate_pem).value();
        CHECK_FALSE(other.verify(signature.algorithm, "header bytes", signature.value).has_value());
    }
}

TEST_CASE("PKCS#1 signatures of RSA keys verify too", "[signature]") {
    const auto pair = test::make_key(test::KeyKind::rsa2048, "H43");
    const auto certificate = Certificate::parse(pair.certificate_pem).value();
    const Bytes value = test::sign_pkcs1(pair.key_pem, "header bytes");
    CHECK(certificate.verify(Algorithm::rsa_pkcs1_sha256, "header bytes", value).has_value());
    CHECK_FALSE(certificate.verify(Algorithm::rsa_pss_sha256, "header bytes", value).has_value());
}

TEST_CASE("unusable keys and certificates are settings mistakes", "[signature]") {
    const auto pair = test::make_key(test::KeyKind::p256, "H43");
    const auto other = test::make_key(test::KeyKind::p256, "H43");
    CHECK(Certificate::parse("").error().code == Errc::setting_invalid);
    CHECK(Certificate::parse("-----BEGIN CERTIFICATE-----\nAAAA\n").error().code == Errc::setting_invalid);
    CHECK(Signer::parse(pair.certificate_pem, other.key_pem).error().peer_text
          == "does not belong to the certificate");
    CHECK(Signer::parse(pair.certificate_pem, "no key").error().code == Errc::setting_invalid);
    const auto weak = test::make_key(test::KeyKind::rsa1024, "H43");
    CHECK(Certificate::parse(weak.certificate_pem).error().code == Errc::setting_invalid);
    const auto other_curve = test::make_key(test::KeyKind::p384, "H43");
    CHECK(Certificate::parse(other_curve.certificate_pem).error().code == Errc::setting_invalid);
}

TEST_CASE("a certificate tells its validity", "[signature]") {
    const auto pair = test::make_key(test::KeyKind::p256, "H43");
    const auto certificate = Certificate::parse(pair.certificate_pem).value();
    CHECK(certificate.valid_until() - certificate.valid_from() == std::chrono::hours{24 * 30});
    CHECK(certificate.subject() == "/CN=H43");
}
