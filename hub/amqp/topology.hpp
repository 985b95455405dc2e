#pragma once
// The names of the AMQP contract (design 4) and their declaration. The hub declares everything; agencies may
// declare, bind and delete nothing.

#include "hub/amqp/session.hpp"
#include "hub/core/directory.hpp"

namespace hub::amqp {

inline constexpr std::string_view deliver_exchange = "deliver";
inline constexpr std::string_view dead_exchange = "dead";
inline constexpr std::string_view dead_queue = "dead";
/// Of a message to an inbox, from the second attempt on: which one it is, in decimal digits.
inline constexpr std::string_view attempt_header = "lgsp-attempt";

std::string submit_name(const AgencyCode& agency);                       ///< Exchange and queue.
std::string inbox_queue(const AgencyCode& agency, bool is_urgent);       ///< Queue and routing key.
/// Exists in the broker while it still holds what this ledger gave it.
std::string mark_exchange(const std::string& ledger_id);

/// The name's characters escaped for a RabbitMQ permission pattern, e.g. `^submit\.H43\.01$`.
struct Permissions {
    std::string configure;   ///< "^$": nothing.
    std::string write;
    std::string read;
};
Permissions permissions_of(const AgencyCode& agency);

Result<void> declare_topology(Session& session, const Directory& directory, bool is_quorum);
/// What both inboxes of an agency hold, together. One that was missing is there again, bound, and empty; so is the way
/// from the agency's submissions to their queue, which no consumer would miss.
Result<Session::QueueCounts> count_inboxes(Session& session, const AgencyCode& agency, bool is_quorum);
/// One queue of the topology with its binding; nothing happens for any other name.
Result<void> restore_queue(Session& session, const Directory& directory, const std::string& queue, bool is_quorum);

}  // namespace hub::amqp
