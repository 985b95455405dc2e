#pragma once
// Three agencies and a hub with keys of their own, and what the tests do on the broker in their names.

#include "tests/amqp/broker_node.hpp"
#include "tests/support/eventually.hpp"

#include "adapters/kit/seal.hpp"
#include "hub/core/directory.hpp"
#include "hub/core/queue.hpp"
#include "hub/core/step.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace hub::test {

AgencyCode code(const std::string& text);
/// `H43x01` fits the pattern `H43.01` unless its dot is escaped.
std::vector<AgencyCode> trial_codes();

struct Province {
    std::shared_ptr<const Directory> directory;
    Signer hub;
    Signer first;     ///< Of H43.01.
    Signer second;    ///< Of H43.02.
    Signer stranger;  ///< Whose certificate nobody knows.
};
/// Those in `attached_for` get large parts with the message, as large as may be.
Province make_province(std::initializer_list<std::string_view> attached_for = {});

/// Without the certificate of H43.01, and with H43.07, which is new.
RulesChanged changed_rules(const Province& province);

/// A document from H43.01; `padding` octets make it longer.
kit::Sealed seal_document(const Signer& signer, const std::string& sender = "H43.01",
                          std::size_t padding = 0);

/// All exchanges and queues of the contract, and nothing in the queues, not even what an older connection
/// holds.
void make_fresh_topology(BrokerNode& node, const Directory& directory);

/// As an agency's adapter sends it; the body must outlive the message.
amqp::Message submission(const std::string& agency, const std::string& message_id, BytesView body);
/// Returns when the broker has taken all of them; fails the test when it has not.
void publish_all(const amqp::Address& address, const std::vector<amqp::Message>& messages);
/// The next message for this consumer, already acknowledged.
amqp::Incoming receive(amqp::Session& session);

/// What the room says to the core, in its order.
class EventLog {
public:
    BoundedQueue<Event>& queue() noexcept { return queue_; }

    /// The very next event, which must be an E.
    template <class E>
    E next() {
        std::vector<Event> taken;
        if (queue_.pop(taken, 1, patience) == 0)
            throw std::runtime_error("the event that was expected never came");
        INFO("kind of event: " << taken.front().index());
        REQUIRE(std::holds_alternative<E>(taken.front()));
        return std::get<E>(std::move(taken.front()));
    }
    std::size_t count() const { return queue_.size(); }

private:
    BoundedQueue<Event> queue_{4096};
};

}  // namespace hub::test
