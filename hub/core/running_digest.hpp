#pragma once
// SHA-256 of octets that come one after the other. One thread at a time. It can be put aside and gone on with in
// another process.

#include "hub/core/ids.hpp"

#include <array>
#include <memory>
#include <optional>

struct SHA256state_st;

namespace hub {

class RunningDigest {
public:
    /// What is carried from one block of the algorithm to the next (FIPS 180-4: H0 … H7), after so many octets.
    struct State {
        std::uint64_t octets = 0;  ///< Whole blocks: a multiple of 64.
        std::array<std::uint32_t, 8> words{};
        bool operator==(const State&) const = default;
    };

    RunningDigest();
    /// As if the octets of which it is the state had been added.
    explicit RunningDigest(const State& state);
    void add(BytesView octets);
    /// nullopt: a block has been begun.
    std::optional<State> state() const;
    /// Of everything added. Nothing can be added afterwards.
    Digest finish();

private:
    struct Free {
        void operator()(SHA256state_st* context) const noexcept;
    };
    std::unique_ptr<SHA256state_st, Free> context_;
};

}  // namespace hub
