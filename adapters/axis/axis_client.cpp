#include "adapters/axis/axis_client.hpp"

#include <random>

namespace hub::axis {
namespace {

std::string random_text() {
    thread_local std::random_device source;
    std::uniform_int_distribution<std::size_t> one_of{0, 15};
    std::string text;
    for (int i = 0; i < 24; ++i)
        text += "0123456789abcdef"[one_of(source)];
    return text;
}

}  // namespace

Instant system_now() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

vxp::Client axis_client(const vxp::ClientSettings& settings) { return {settings, system_now, random_text}; }

}  // namespace hub::axis
