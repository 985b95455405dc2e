#pragma once
// Takes messages from every submit queue, has them judged, and hands them to the core in the order in which
// they came. Runs a thread for its connection and a small pool that verifies.

#include "hub/amqp/link.hpp"
#include "hub/amqp/session.hpp"
#include "hub/core/directory.hpp"
#include "hub/core/queue.hpp"
#include "hub/core/step.hpp"

#include <memory>

namespace hub::amqp {

/// Decodes and verifies one message: wire form, digests, signature, signer. Pure: no clock, no ledger.
/// Never fails: what is wrong stands in Verdict::fault, with as much of the header as could be read.
Verdict judge(const Directory& directory, BytesView frame);

class Inbound {
public:
    struct Settings {
        Address address;
        bool is_quorum = false;              ///< Quorum queues know no prefetch for a whole channel.
        unsigned verify_threads = 2;
    };

    /// `events` is where Delivered goes; it must outlive this. Declares the topology, as the outbound side does:
    /// one queue that somebody deleted would otherwise stop the intake from all.
    Inbound(Settings settings, std::shared_ptr<const Directory> directory, BoundedQueue<Event>& events);
    ~Inbound();                              ///< Calls stop().

    void start();
    /// From any thread. What comes in from now on is judged by this directory, and behind the change; new agencies' queues
    /// are declared and read, those of agencies that are gone are not read any more.
    void change(RulesChanged rules);
    /// From any thread. Tags must come in the order of the Delivered events; an older connection's are ignored.
    void acknowledge(InboundTag tag);
    /// Phase one of stopping: no new messages, what was taken goes on to the core.
    void stop_intake();
    void stop();

    LinkStatus link() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace hub::amqp
