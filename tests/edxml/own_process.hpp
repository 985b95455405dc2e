#pragma once
// Runs something in a process of its own, to see what it costs or what limits do to it.

#include <cstdint>
#include <functional>
#include <string>

namespace hub::edxml::test {

struct Report {
    std::string words;              ///< What the function returned; "died" when it did not come to that.
    long growth_kib = 0;            ///< Of the resident memory, at its highest. 0 where sanitizers blow it up.
};

inline constexpr std::uint64_t mebibyte = 1024 * 1024;
/// What little memory is.
inline constexpr long growth_kib_max = 64 * 1024;

Report in_own_process(const std::function<std::string()>& work);

}  // namespace hub::edxml::test
