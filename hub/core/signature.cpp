#include "hub/core/signature.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <chrono>
#include <climits>
#include <mutex>
#include <vector>

namespace hub {
namespace {

template <auto Free>
struct Closer {
    template <class T>
    void operator()(T* p) const noexcept { Free(p); }
};
using Bio = std::unique_ptr<BIO, Closer<BIO_free_all>>;
using X509Ptr = std::unique_ptr<X509, Closer<X509_free>>;
using Pkey = std::unique_ptr<EVP_PKEY, Closer<EVP_PKEY_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Closer<EVP_MD_CTX_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Closer<EVP_PKEY_CTX_free>>;

/// Fetched once: an implicit fetch on each call takes locks.
const EVP_MD* sha256_algorithm() {
    static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return algorithm;
}

const unsigned char* octets_of(BytesView view) noexcept {
    return reinterpret_cast<const unsigned char*>(view.data());
}

Fault setting_fault(std::string field) {
    char text[200] = "";
    ERR_error_string_n(ERR_get_error(), text, sizeof text);
    ERR_clear_error();
    return {Errc::setting_invalid, std::move(field), text};
}

Bio memory_bio(BytesView octets) {
    if (octets.size() > INT_MAX)
        return nullptr;
    return Bio{BIO_new_mem_buf(octets.data(), static_cast<int>(octets.size()))};
}

std::optional<Instant> instant_of(const ASN1_TIME* time) {
    std::tm tm{};
    if (!time || ASN1_TIME_to_tm(time, &tm) != 1)
        return std::nullopt;
    using namespace std::chrono;
    const auto day = year{tm.tm_year + 1900} / (tm.tm_mon + 1) / tm.tm_mday;
    return Instant{sys_days{day} + hours{tm.tm_hour} + minutes{tm.tm_min} + seconds{tm.tm_sec}};
}

enum class KeyKind : std::uint8_t { rsa, ec_p256, ed25519 };

std::optional<KeyKind> kind_of(const EVP_PKEY* key) {
    const int type = EVP_PKEY_get_base_id(key);
    if (type == EVP_PKEY_ED25519)
        return KeyKind::ed25519;
    const int bits = EVP_PKEY_get_bits(key);
    if (type == EVP_PKEY_RSA)
        return bits >= 2048 && bits <= 8192 ? std::optional{KeyKind::rsa} : std::nullopt;
    char group[40] = "";
    if (type == EVP_PKEY_EC && EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) == 1
        && std::string_view{group} == "prime256v1")
        return KeyKind::ec_p256;
    return std::nullopt;
}

bool fits(KeyKind kind, Algorithm algorithm) noexcept {
    switch (algorithm) {
    case Algorithm::ecdsa_p256_sha256: return kind == KeyKind::ec_p256;
    case Algorithm::rsa_pss_sha256:
    case Algorithm::rsa_pkcs1_sha256: return kind == KeyKind::rsa;
    case Algorithm::ed25519: return kind == KeyKind::ed25519;
    }
    return false;
}

bool set_padding(EVP_PKEY_CTX* context, Algorithm algorithm) {
    if (algorithm != Algorithm::rsa_pss_sha256)
        return true;
    return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0
           && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) > 0;
}

Pkey read_private_key(BytesView pem) {
    const Bio bio = memory_bio(pem);
    // No password is ever asked for on a terminal.
    const auto no_password = [](char*, int, int, void*) { return -1; };
    return Pkey{bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr) : nullptr};
}

/// Contexts in which a key is ready to verify by one algorithm. To make one costs a quarter of an
/// RSA-2048 verification, and takes locks that all threads share: so each thread borrows one.
class ReadyContexts {
public:
    KeyContext take(EVP_PKEY* key, Algorithm algorithm) {
        {
            const std::lock_guard lock{mutex_};
            auto& idle = idle_[static_cast<std::size_t>(algorithm)];
            if (!idle.empty()) {
                KeyContext context = std::move(idle.back());
                idle.pop_back();
                return context;
            }
        }
        KeyContext context{EVP_PKEY_CTX_new(key, nullptr)};
        const bool is_ready = context && EVP_PKEY_verify_init(context.get()) == 1 && set_padding(context.get(), algorithm)
                              && EVP_PKEY_CTX_set_signature_md(context.get(), sha256_algorithm()) == 1;
        return is_ready ? std::move(context) : KeyContext{};
    }
    void give_back(KeyContext context, Algorithm algorithm) {
        const std::lock_guard lock{mutex_};
        idle_[static_cast<std::size_t>(algorithm)].push_back(std::move(context));
    }

private:
    std::mutex mutex_;
    std::array<std::vector<KeyContext>, 4> idle_;    ///< By algorithm; as many as threads ever verified at once.
    static_assert(static_cast<std::size_t>(Algorithm::rsa_pkcs1_sha256) < 4);
};

}  // namespace

Digest sha256(BytesView octets) {
    Digest digest;
    unsigned size = 0;
    HUB_ASSERT(EVP_Digest(octets.data(), octets.size(), digest.octets.data(), &size, sha256_algorithm(), nullptr) == 1);
    return digest;
}

struct Certificate::State {
    X509Ptr x509;
    mutable ReadyContexts contexts;
    EVP_PKEY* key = nullptr;  // Owned by x509.
    KeyKind kind{};
    KeyId id;
    Instant valid_from;
    Instant valid_until;
    std::string subject;
};

Result<Certificate> Certificate::parse(BytesView pem_or_der) {
    auto state = std::make_shared<State>();
    if (pem_or_der.find("-----BEGIN") != BytesView::npos) {
        const Bio bio = memory_bio(pem_or_der);
        state->x509.reset(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
    } else if (pem_or_der.size() <= LONG_MAX) {
        const unsigned char* at = octets_of(pem_or_der);
        state->x509.reset(d2i_X509(nullptr, &at, static_cast<long>(pem_or_der.size())));
    }
    if (!state->x509)
        return setting_fault("certificate");
    state->key = X509_get0_pubkey(state->x509.get());
    const auto kind = state->key ? kind_of(state->key) : std::nullopt;
    if (!kind)
        return Fault{Errc::setting_invalid, "certificate", "key is not RSA of 2048 to 8192 bits, EC P-256 or Ed25519"};
    state->kind = *kind;

    const auto from = instant_of(X509_get0_notBefore(state->x509.get()));
    const auto until = instant_of(X509_get0_notAfter(state->x509.get()));
    if (!from || !until)
        return Fault{Errc::setting_invalid, "certificate", "validity"};
    state->valid_from = *from;
    state->valid_until = *until;

    unsigned size = 0;
    if (X509_digest(state->x509.get(), sha256_algorithm(), state->id.octets.data(), &size) != 1)
        return setting_fault("certificate");
    char subject[256] = "";
    X509_NAME_oneline(X509_get_subject_name(state->x509.get()), subject, sizeof subject);
    state->subject = subject;
    return Certificate{std::move(state)};
}

const KeyId& Certificate::id() const noexcept { return state_->id; }
Instant Certificate::valid_from() const noexcept { return state_->valid_from; }
Instant Certificate::valid_until() const noexcept { return state_->valid_until; }
const std::string& Certificate::subject() const noexcept { return state_->subject; }

Result<void> Certificate::verify(Algorithm algorithm, BytesView octets, BytesView value) const {
    const Fault invalid{Errc::signature_invalid, "signatures", {}};
    if (!fits(state_->kind, algorithm))
        return Fault{Errc::signature_invalid, "signatures.algorithm", "not an algorithm for this key"};
    bool is_good = false;
    if (algorithm == Algorithm::ed25519) {
        // Signs the message itself, not its digest: there is nothing to keep ready.
        const DigestContext context{EVP_MD_CTX_new()};
        is_good = context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, state_->key) == 1
                  && EVP_DigestVerify(context.get(), octets_of(value), value.size(), octets_of(octets), octets.size())
                         == 1;
    } else if (KeyContext context = state_->contexts.take(state_->key, algorithm)) {
        const Digest digest = sha256(octets);
        is_good = EVP_PKEY_verify(context.get(), octets_of(value), value.size(), digest.octets.data(),
                                  digest.octets.size())
                  == 1;
        state_->contexts.give_back(std::move(context), algorithm);
    }
    ERR_clear_error();
    if (!is_good)
        return invalid;
    return {};
}

Result<Signer> Signer::parse(BytesView certificate_pem, BytesView private_key_pem) {
    auto certificate = Certificate::parse(certificate_pem);
    if (!certificate)
        return certificate.error();
    Pkey key = read_private_key(private_key_pem);
    if (!key)
        return setting_fault("private key");
    const auto kind = kind_of(key.get());
    if (!kind)
        return Fault{Errc::setting_invalid, "private key", "not RSA of 2048 to 8192 bits, EC P-256 or Ed25519"};
    const Algorithm algorithm = *kind == KeyKind::rsa       ? Algorithm::rsa_pss_sha256
                                : *kind == KeyKind::ec_p256 ? Algorithm::ecdsa_p256_sha256
                                                            : Algorithm::ed25519;
    Signer signer{*certificate, std::shared_ptr<EVP_PKEY>{key.release(), EVP_PKEY_free}, algorithm};
    // A trial signature shows whether the two belong together, whatever the kind of key.
    constexpr BytesView trial = "trial";
    const auto signature = signer.sign(trial);
    if (!signature || !certificate->verify(algorithm, trial, signature->value))
        return Fault{Errc::setting_invalid, "private key", "does not belong to the certificate"};
    return signer;
}

Result<Signature> Signer::sign(BytesView octets) const {
    const EVP_MD* md = algorithm_ == Algorithm::ed25519 ? nullptr : sha256_algorithm();
    const DigestContext context{EVP_MD_CTX_new()};
    EVP_PKEY_CTX* key_context = nullptr;
    std::size_t size = 0;
    Bytes value;
    bool is_good = context && EVP_DigestSignInit(context.get(), &key_context, md, nullptr, key_.get()) == 1
                   && set_padding(key_context, algorithm_)
                   && EVP_DigestSign(context.get(), nullptr, &size, octets_of(octets), octets.size()) == 1;
    if (is_good) {
        value.resize(size);
        is_good = EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(value.data()), &size,
                                 octets_of(octets), octets.size())
                  == 1;
        value.resize(size);
    }
    if (!is_good)
        return setting_fault("signature");
    return Signature{certificate_.id(), algorithm_, std::move(value)};
}

}  // namespace hub
