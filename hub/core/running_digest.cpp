// OpenSSL's older interface to the same code: the newer one, EVP, cannot give its state away.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "hub/core/running_digest.hpp"

#include <openssl/sha.h>

#include <algorithm>

namespace hub {

void RunningDigest::Free::operator()(SHA256state_st* context) const noexcept { delete context; }

RunningDigest::RunningDigest() : context_{new SHA256_CTX{}} { HUB_ASSERT(SHA256_Init(context_.get()) == 1); }

RunningDigest::RunningDigest(const State& state) : RunningDigest{} {
    HUB_ASSERT(state.octets % SHA256_CBLOCK == 0);
    std::ranges::copy(state.words, context_->h);
    // The length so far, in bits, in two halves.
    context_->Nl = static_cast<std::uint32_t>(state.octets << 3U);
    context_->Nh = static_cast<std::uint32_t>(state.octets >> 29U);
}

void RunningDigest::add(BytesView octets) {
    HUB_ASSERT(SHA256_Update(context_.get(), octets.data(), octets.size()) == 1);
}

std::optional<RunningDigest::State> RunningDigest::state() const {
    if (context_->num != 0)
        return std::nullopt;
    State state{(std::uint64_t{context_->Nh} << 29U) | (context_->Nl >> 3U), {}};
    std::copy_n(context_->h, state.words.size(), state.words.begin());
    return state;
}

Digest RunningDigest::finish() {
    Digest digest;
    HUB_ASSERT(SHA256_Final(digest.octets.data(), context_.get()) == 1);
    return digest;
}

}  // namespace hub
