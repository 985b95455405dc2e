#pragma once
// Publishes with confirms; declares the topology; tells the core when the broker is there, gone, or new.
// Runs one thread for its connection.

#include "hub/amqp/link.hpp"
#include "hub/amqp/session.hpp"
#include "hub/core/directory.hpp"
#include "hub/core/queue.hpp"
#include "hub/core/signature.hpp"
#include "hub/core/step.hpp"

#include <functional>
#include <memory>

namespace hub::amqp {

class Outbound {
public:
    struct Settings {
        Address address;
        bool is_quorum = false;
        std::string ledger_id;               ///< Names the mark by which a wiped broker is noticed.
        AgencyCode hub_code;                 ///< The sender of receipts.
        /// From one agency's inboxes to the next, when there is nothing else to do.
        std::chrono::milliseconds count_every{1000};
        /// The message's body when it is more than the frame, else empty. Asked on the connection's thread, for one
        /// message at a time, when that one is next, and for agencies with attached_bytes_max alone: what goes to these
        /// lets what goes to others pass.
        std::function<Bytes(const PublishEnvelope&)> attach = nullptr;
        /// For whom this inbox gets it: what goes into the header wire::receivers_header; empty: nothing. Asked as
        /// `attach` is, for everybody.
        std::function<std::string(const PublishEnvelope&)> receivers = nullptr;
    };

    /// `signer` signs receipts. Events: BusUp, BusDown, Confirmed, Returned, InboxCounted.
    Outbound(Settings settings, std::shared_ptr<const Directory> directory, Signer signer,
             BoundedQueue<Event>& events);
    ~Outbound();                             ///< Calls stop().

    void start();
    /// From any thread. What is published from now on goes to queues of this directory, which are declared first.
    void use(std::shared_ptr<const Directory> directory);
    // From one thread. Never waits: the relay keeps no more than limits::publishes_unconfirmed_max under way.
    void publish(PublishEnvelope effect);
    void publish(PublishReceipts effect);
    void publish(DeadLetter effect);
    void publish(MarkBroker effect);
    void stop();

    LinkStatus link() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace hub::amqp
