#pragma once
// A producer that keeps a window of confirmed publishes, and a consumer that acknowledges in batches: the same
// two for the raw relay and for the hub.

#include "hub/amqp/session.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <unordered_map>
#include <mutex>
#include <vector>

namespace hub::bench {

inline constexpr std::size_t window = 400;

struct Sample {
    std::string message_id;
    Bytes body;
};

/// When each message was confirmed to its producer, and when it came out at the far end.
class Stopwatch {
public:
    void sent(const std::string& id);
    void arrived(const std::string& id);
    std::size_t count() const;
    double percentile_ms(double share) const;

private:
    mutable std::mutex mutex_;
    std::unordered_map<std::string, std::chrono::steady_clock::time_point> sent_;
    std::vector<double> latencies_ms_;
};

/// Publishes all samples, persistent and mandatory, to one key after another, never more than `window` unconfirmed and
/// `in_flight_max` not yet arrived at the consumer.
void produce(const amqp::Address& address, const std::string& exchange, const std::vector<std::string>& keys,
             const std::string& user_id, const std::vector<Sample>& samples, const std::atomic<std::size_t>& arrived,
             Stopwatch& stopwatch);

/// Consumes until `count` messages came; receipts of the hub are not counted.
void consume(const amqp::Address& address, const std::vector<std::string>& queues, std::size_t count,
             std::atomic<std::size_t>& arrived, Stopwatch& stopwatch);

}  // namespace hub::bench
