#include "tests/support/throwaway_key.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <stdexcept>

namespace hub::test {
namespace {

using Pkey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

void require(bool is_good) {
    if (!is_good)
        throw std::runtime_error("OpenSSL could not make a test key");
}

EVP_PKEY* generate(KeyKind kind) {
    switch (kind) {
    case KeyKind::rsa1024: return EVP_RSA_gen(1024);
    case KeyKind::rsa2048: return EVP_RSA_gen(2048);
    case KeyKind::p256: return EVP_EC_gen("P-256");
    case KeyKind::p384: return EVP_EC_gen("P-384");
    case KeyKind::ed25519: return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    }
    return nullptr;
}

std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

KeyPair make_key(KeyKind kind, const std::string& name) {
    const Pkey key{generate(kind), EVP_PKEY_free};
    require(key != nullptr);
    const std::unique_ptr<X509, decltype(&X509_free)> x509{X509_new(), X509_free};
    constexpr long hour = 3600;
    X509_set_version(x509.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
    const std::time_t begin = std::time(nullptr) - hour;
    ASN1_TIME_set(X509_getm_notBefore(x509.get()), begin);
    ASN1_TIME_set(X509_getm_notAfter(x509.get()), begin + 30 * 24 * hour);
    X509_set_pubkey(x509.get(), key.get());
    X509_NAME* subject = X509_get_subject_name(x509.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()), -1,
                               -1, 0);
    X509_set_issuer_name(x509.get(), subject);
    require(X509_sign(x509.get(), key.get(), kind == KeyKind::ed25519 ? nullptr : EVP_sha256()) > 0);

    const Bio certificate_out{BIO_new(BIO_s_mem()), BIO_free_all};
    const Bio key_out{BIO_new(BIO_s_mem()), BIO_free_all};
    require(PEM_write_bio_X509(certificate_out.get(), x509.get()) == 1);
    require(PEM_write_bio_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
    return {text_of(certificate_out.get()), text_of(key_out.get())};
}

Bytes sign_pkcs1(const std::string& key_pem, BytesView octets) {
    const Bio in{BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())), BIO_free_all};
    const Pkey key{PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
    require(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1);
    Bytes value(512, '\0');
    std::size_t size = value.size();
    require(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(value.data()), &size,
                           reinterpret_cast<const unsigned char*>(octets.data()), octets.size())
            == 1);
    value.resize(size);
    return value;
}

}  // namespace hub::test
