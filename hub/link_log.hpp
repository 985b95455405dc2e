#pragma once
// Says once what has changed between the hub and its broker.

#include "hub/amqp/link.hpp"
#include "hub/core/relay.hpp"

namespace hub {

class LinkLog {
public:
    /// Called on the core thread after each round. `link`: connecting while one of the hub's connections is not up.
    void observe(const Relay::Counters& counters, const amqp::LinkStatus& link);

private:
    Relay::Counters last_;
    bool was_up_ = false;
    bool was_said_down_ = false;
    bool was_blocked_ = false;
    bool was_recovering_ = false;
};

}  // namespace hub
