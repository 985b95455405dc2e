#include "hub/contents/running_digest.hpp"

#include <openssl/evp.h>

namespace hub::contents {
namespace {

/// Fetched once: OpenSSL's implicit fetch on each use is slow and takes locks.
const EVP_MD* algorithm() {
    static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> sha256{
        EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free};
    return sha256.get();
}

}  // namespace

void RunningDigest::Free::operator()(evp_md_ctx_st* context) const noexcept { EVP_MD_CTX_free(context); }

RunningDigest::RunningDigest() : context_{EVP_MD_CTX_new()} {
    HUB_ASSERT(context_ != nullptr && EVP_DigestInit_ex2(context_.get(), algorithm(), nullptr) == 1);
}

void RunningDigest::add(BytesView octets) {
    HUB_ASSERT(EVP_DigestUpdate(context_.get(), octets.data(), octets.size()) == 1);
}

Digest RunningDigest::finish() {
    Digest digest;
    HUB_ASSERT(EVP_DigestFinal_ex(context_.get(), digest.octets.data(), nullptr) == 1);
    return digest;
}

}  // namespace hub::contents
