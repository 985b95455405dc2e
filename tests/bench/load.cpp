#include "tests/bench/load.hpp"

#include <algorithm>
#include <set>
#include <thread>

namespace hub::bench {

void Stopwatch::sent(const std::string& id) {
    const std::lock_guard lock{mutex_};
    sent_.emplace(id, std::chrono::steady_clock::now());
}

void Stopwatch::arrived(const std::string& id) {
    const std::lock_guard lock{mutex_};
    if (const auto it = sent_.find(id); it != sent_.end()) {
        latencies_ms_.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - it->second).count());
        sent_.erase(it);
    }
}

std::size_t Stopwatch::count() const {
    const std::lock_guard lock{mutex_};
    return latencies_ms_.size();
}

double Stopwatch::percentile_ms(double share) const {
    const std::lock_guard lock{mutex_};
    if (latencies_ms_.empty())
        return 0;
    std::vector<double> sorted = latencies_ms_;
    std::ranges::sort(sorted);
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

void produce(const amqp::Address& address, const std::string& exchange, const std::vector<std::string>& keys,
             const std::string& user_id, const std::vector<Sample>& samples, const std::atomic<std::size_t>& arrived,
             Stopwatch& stopwatch) {
    amqp::Session session = amqp::Session::open(address).value();
    session.enable_confirms().value();
    std::set<std::uint64_t> unconfirmed;
    constexpr std::size_t in_flight_max = 4 * window;
    for (std::size_t i = 0; i < samples.size() || !unconfirmed.empty();) {
        const bool may_send = i < samples.size() && unconfirmed.size() < window && i < arrived + in_flight_max;
        if (may_send) {
            stopwatch.sent(samples[i].message_id);
            unconfirmed.insert(session
                                   .publish({.exchange = exchange,
                                             .routing_key = keys[i % keys.size()],
                                             .is_mandatory = true,
                                             .message_id = samples[i].message_id,
                                             .content_type = "application/octet-stream",
                                             .user_id = user_id,
                                             .priority = 0,
                                             .headers = {},
                                             .body = samples[i].body})
                                   .value());
            ++i;
            if (unconfirmed.size() % 32 != 0)
                continue;
        }
        auto at_most = std::chrono::milliseconds{may_send ? 0 : 5};
        for (;;) {
            const auto arrival = session.wait(at_most).value();
            const auto* confirm = std::get_if<amqp::Confirm>(&arrival);
            if (!confirm)
                break;
            if (confirm->is_multiple)
                unconfirmed.erase(unconfirmed.begin(), unconfirmed.upper_bound(confirm->publish_tag));
            else
                unconfirmed.erase(confirm->publish_tag);
            at_most = std::chrono::milliseconds{0};
        }
    }
    session.close();
}

void consume(const amqp::Address& address, const std::vector<std::string>& queues, std::size_t count,
             std::atomic<std::size_t>& arrived, Stopwatch& stopwatch) {
    amqp::Session session = amqp::Session::open(address).value();
    session.set_prefetch(window, true).value();
    for (const std::string& queue : queues)
        session.consume(queue).value();
    std::uint64_t unacknowledged = 0, last = 0;
    while (arrived < count) {
        auto arrival = session.wait(std::chrono::milliseconds{20}).value();
        if (const auto* incoming = std::get_if<amqp::Incoming>(&arrival)) {
            last = incoming->delivery_tag;
            stopwatch.arrived(incoming->message_id);
            ++arrived;
            if (++unacknowledged < 100)
                continue;
        }
        if (unacknowledged > 0)
            session.acknowledge(last, true).value();
        unacknowledged = 0;
    }
    if (unacknowledged > 0)
        session.acknowledge(last, true).value();
    session.close();
}

}  // namespace hub::bench
