// SHA-256 that is put aside and gone on with.

#include "hub/core/running_digest.hpp"

#include "hub/core/signature.hpp"

#include <catch2/catch.hpp>

namespace hub::test {

TEST_CASE("a digest put aside and gone on with is that of all octets", "[digest]") {
    Bytes octets(1'000'003, '\0');
    for (std::size_t i = 0; i < octets.size(); ++i)
        octets[i] = static_cast<char>(i * i >> 3U);
    for (const std::size_t at : {0U, 64U, 1024U, 262'144U, 999'936U}) {
        CAPTURE(at);
        RunningDigest first;
        first.add(BytesView{octets}.substr(0, at));
        const auto state = first.state();
        REQUIRE(state.has_value());
        CHECK(state->octets == at);
        RunningDigest second{*state};
        CHECK(second.state() == state);
        second.add(BytesView{octets}.substr(at));
        CHECK(second.finish() == sha256(octets));
    }
    RunningDigest between;
    between.add("x");
    CHECK_FALSE(between.state().has_value());
}

TEST_CASE("the length of more than 4 GiB is carried over", "[digest]") {
    // The algorithm ends with the length in bits: one that was cut to 32 of them would show.
    constexpr std::uint64_t gib = std::uint64_t{1} << 30;
    RunningDigest::State state;
    state.octets = 5 * gib + 64;
    CHECK(RunningDigest{state}.state() == state);
    RunningDigest::State cut = state;
    cut.octets = gib + 64;
    CHECK(RunningDigest{state}.finish() != RunningDigest{cut}.finish());
}

}  // namespace hub::test
