#pragma once
// Instead of a sleep: a question that is asked again.

#include <chrono>
#include <thread>

namespace hub::test {

/// Longer than anything here takes on a busy machine: it only ends a run that would never end.
inline constexpr std::chrono::seconds patience{90};

/// Asks again until it holds or patience is over.
template <class Condition>
bool eventually(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return true;
}

}  // namespace hub::test
