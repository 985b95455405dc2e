#pragma once
// Signatures over the header bytes exactly as received. Keys are decoded once and reused: OpenSSL's implicit
// fetch on each call is slow and takes locks.

#include "hub/core/envelope.hpp"

#include <memory>
#include <span>

struct evp_pkey_st;

namespace hub {

Digest sha256(BytesView octets);

/// A signer's certificate, decoded once. Immutable; shared between verify threads.
class Certificate {
public:
    /// PEM or DER, one certificate. Accepts RSA of 2048 to 8192 bits, EC P-256 and Ed25519 keys.
    static Result<Certificate> parse(BytesView pem_or_der);

    const KeyId& id() const noexcept;
    Instant valid_from() const noexcept;
    Instant valid_until() const noexcept;
    const std::string& subject() const noexcept;

    /// Checks `value` over `octets`. signature_invalid when it does not fit, or when the algorithm is not one
    /// for this key. Safe to call from several threads.
    Result<void> verify(Algorithm algorithm, BytesView octets, BytesView value) const;

private:
    struct State;
    explicit Certificate(std::shared_ptr<const State> state) : state_{std::move(state)} {}
    std::shared_ptr<const State> state_;
};

/// A private key with its certificate. One thread at a time.
class Signer {
public:
    /// Both PEM; setting_invalid when they do not belong together. The default algorithm of the key is used:
    /// ECDSA for EC P-256, RSA-PSS for RSA, Ed25519.
    static Result<Signer> parse(BytesView certificate_pem, BytesView private_key_pem);

    const Certificate& certificate() const noexcept { return certificate_; }
    Algorithm algorithm() const noexcept { return algorithm_; }
    Result<Signature> sign(BytesView octets) const;

private:
    Signer(Certificate certificate, std::shared_ptr<evp_pkey_st> key, Algorithm algorithm)
        : certificate_{std::move(certificate)}, key_{std::move(key)}, algorithm_{algorithm} {}
    Certificate certificate_;
    std::shared_ptr<evp_pkey_st> key_;
    Algorithm algorithm_;
};

}  // namespace hub
