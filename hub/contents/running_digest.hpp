#pragma once
// SHA-256 of octets that come one after the other. One thread at a time.

#include "hub/core/ids.hpp"

#include <memory>

struct evp_md_ctx_st;

namespace hub::contents {

class RunningDigest {
public:
    RunningDigest();
    void add(BytesView octets);
    /// Of everything added. Nothing can be added afterwards.
    Digest finish();

private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const noexcept;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace hub::contents
