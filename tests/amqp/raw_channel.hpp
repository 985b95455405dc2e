#pragma once
// What amqp::Session leaves out on purpose: deleting, unbinding, counting. For the tests' housekeeping, and
// to try what an agency must not be able to do.

#include "hub/amqp/session.hpp"

#include <memory>
#include <string>

struct amqp_queue_declare_ok_t_;

namespace hub::test {

class RawChannel {
public:
    /// Throws when there is no connection.
    explicit RawChannel(const amqp::Address& address);

    // The broker's words when it refuses, after which the channel is of no use; empty when it was done.
    std::string delete_queue(const std::string& name);
    std::string delete_exchange(const std::string& name);
    std::string unbind(const std::string& queue, const std::string& exchange, const std::string& routing_key);

    /// Messages that no consumer holds.
    std::uint32_t count_ready(const std::string& queue);
    std::uint32_t count_consumers(const std::string& queue);

private:
    std::string refusal();
    amqp_queue_declare_ok_t_ counts_of(const std::string& queue);

    struct Close {
        void operator()(amqp_connection_state_t_* c) const noexcept;
    };
    std::unique_ptr<amqp_connection_state_t_, Close> connection_;
};

/// The same, asked by the hub's account at the node that runs.
std::uint32_t ready_in(const std::string& queue);

}  // namespace hub::test
