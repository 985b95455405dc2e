#pragma once
// How a message is written to a connection. Internal to this room.

#include "hub/amqp/session.hpp"

namespace hub::amqp {

/// The library's status. Waits for a broker that does not read, for as long as that takes.
int write_at_once(amqp_connection_state_t_* connection, std::uint16_t channel, const Message& message);

/// The same frames, with `before_each` called before each of the body. Its fault leaves the message incomplete.
Result<int> write_in_pieces(amqp_connection_state_t_* connection, std::uint16_t channel, const Message& message,
                            const std::function<Result<void>()>& before_each);

}  // namespace hub::amqp
