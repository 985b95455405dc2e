#pragma once
// The yardstick: a relay that does nothing but consume, publish with confirms and acknowledge in batches after
// the confirms. Two connections, window and prefetch as the load's.

#include "tests/bench/load.hpp"

#include <stop_token>

namespace hub::bench {

void relay(const amqp::Address& address, const std::string& from, const std::string& exchange, const std::string& to,
           const std::stop_token& stop);

}  // namespace hub::bench
