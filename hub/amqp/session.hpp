#pragma once
// One connection with one channel to the broker. Owned and used by one thread: rabbitmq-c is not thread-safe.
// Every call has a deadline; heartbeats are on and are sent only while wait() or another call runs, so the
// owner must come back to wait() within half the heartbeat.

#include "hub/amqp/address.hpp"
#include "hub/core/fault.hpp"
#include "hub/core/ids.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

struct amqp_connection_state_t_;

namespace hub::amqp {

using Headers = std::vector<std::pair<std::string, std::string>>;   ///< Text values only.

struct Message {
    std::string exchange;
    std::string routing_key;
    bool is_mandatory = true;
    std::string message_id;
    std::string content_type;
    std::string user_id;                     ///< Must be the connection's user when set.
    std::uint8_t priority = 0;
    Headers headers;
    BytesView body;
};

// ---- What wait() brings
struct Incoming {
    std::uint64_t delivery_tag = 0;
    bool is_redelivered = false;
    std::string consumer_tag;                ///< As given to consume(): we use the queue's name.
    std::string message_id;
    std::string content_type;
    std::string user_id;
    Headers headers;
    Bytes body;
};
struct Confirm {
    std::uint64_t publish_tag = 0;           ///< Counts our publishes on this channel, from 1.
    bool is_multiple = false;                ///< This tag and all before it. Tags come in any order.
    bool is_negative = false;
};
/// A mandatory message that no queue took. Its Confirm follows.
struct ReturnedMessage {
    std::string message_id;
    std::string exchange;
    std::string routing_key;
};
struct Blocked { bool is_blocked = false; std::string reason; };
/// The broker cancelled a consumer (its queue was deleted).
struct ConsumerCancelled { std::string consumer_tag; };
struct Nothing {};                           ///< The time passed, or `wake_fd` became readable.

using Arrival = std::variant<Nothing, Incoming, Confirm, ReturnedMessage, Blocked, ConsumerCancelled>;

/// Whether a call waits for the broker's answer. A thousand declarations without waiting take one round trip:
/// settle() then tells whether all of them were done.
enum class Await : bool { nothing, answer };

struct QueueOptions {
    bool is_quorum = false;
    /// The messages of one consumer at a time: what it held when it went comes before anything newer to the next.
    bool is_single_active = false;
};

class Session {
public:
    static constexpr std::chrono::seconds heartbeat{20};
    static constexpr std::chrono::milliseconds call_deadline{10'000};

    /// broker_unreachable (peer_text: the library's or the broker's words), or setting_invalid for wrong files.
    static Result<Session> open(const Address& address);
    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;
    ~Session();

    /// As the broker names itself: "RabbitMQ 3.10.8".
    std::string broker_version() const;

    /// Of a message that comes; what is beyond is dropped, so that it decodes as nothing. Two envelopes at first.
    void keep_body_bytes(std::uint64_t at_most) noexcept;

    // Any fault of code broker_unreachable means: this session is finished, open another.
    Result<void> declare_exchange(const std::string& name, const std::string& type, Await await = Await::answer);
    Result<void> declare_queue(const std::string& name, const QueueOptions& options, Await await = Await::answer);
    struct QueueCounts {
        std::uint32_t ready = 0;                     ///< Messages that no consumer holds.
        std::uint32_t consumers = 0;
    };
    /// declare_queue() with its answer: a queue that was missing is there again, and empty.
    Result<QueueCounts> count_queue(const std::string& name, const QueueOptions& options);
    /// Of a queue that is there, also by who may only read it; of a missing one the session is finished.
    Result<std::uint32_t> count_consumers(const std::string& name);
    Result<void> bind(const std::string& queue, const std::string& exchange, const std::string& routing_key,
                      Await await = Await::answer);
    /// Passive declare; a missing one costs a channel, which is opened again (confirms and consumers are gone:
    /// ask before using them).
    Result<bool> exchange_exists(const std::string& name);
    Result<bool> queue_exists(const std::string& name);
    Result<void> purge_queue(const std::string& name);
    Result<void> enable_confirms();
    Result<void> set_prefetch(std::uint16_t messages, bool is_for_channel);
    Result<void> consume(const std::string& queue, Await await = Await::answer);
    Result<void> cancel(const std::string& queue);
    /// The broker has done all that was asked with Await::nothing, or the fault says what it would not do.
    Result<void> settle();

    /// Its number for confirms. Success means only that it was handed to the socket.
    Result<std::uint64_t> publish(const Message& message);
    /// The same in pieces, each only when can_send(): until then `when_full` is called again and again and may call
    /// wait(), but nothing else of this session. With its fault the session is finished, in the middle of a message.
    Result<std::uint64_t> publish_in_pieces(const Message& message, const std::function<Result<void>()>& when_full);
    /// False while the broker is slower to read than we to write: publish() might have to wait for it.
    bool can_send() const noexcept;
    /// From true to false: small messages go out together, and the broker wakes once for all of them. Other calls
    /// must wait for the end of it: what they ask might be held back for 200 ms (tcp(7), TCP_CORK).
    void gather(bool is_gathering) noexcept;
    Result<void> acknowledge(std::uint64_t delivery_tag, bool is_multiple);
    Result<void> requeue(std::uint64_t delivery_tag);

    /// The next thing from the broker. Empties what the library has buffered before it waits; returns Nothing
    /// after `at_most`, or at once when `wake_fd` (an eventfd, -1: none) is readable and nothing is buffered.
    Result<Arrival> wait(std::chrono::milliseconds at_most, int wake_fd = -1);

    /// Polite close with a deadline; the destructor closes without one.
    void close() noexcept;

private:
    struct State;
    explicit Session(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace hub::amqp
