#pragma once
// Keys and self-signed certificates for tests, made on the spot.

#include "hub/core/ids.hpp"

namespace hub::test {

enum class KeyKind { rsa1024, rsa2048, p256, p384, ed25519 };

struct KeyPair {
    std::string certificate_pem;
    std::string key_pem;
};

/// Valid for 30 days from an hour ago, subject CN=name.
KeyPair make_key(KeyKind kind, const std::string& name);
Bytes sign_pkcs1(const std::string& key_pem, BytesView octets);

}  // namespace hub::test
