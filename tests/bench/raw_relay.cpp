#include "tests/bench/raw_relay.hpp"

#include <map>
#include <set>

namespace hub::bench {

void relay(const amqp::Address& address, const std::string& from, const std::string& exchange, const std::string& to,
           const std::stop_token& stop) {
    amqp::Session in = amqp::Session::open(address).value();
    amqp::Session out = amqp::Session::open(address).value();
    in.set_prefetch(window, true).value();
    in.consume(from).value();
    out.enable_confirms().value();
    std::map<std::uint64_t, std::uint64_t> delivery_of;   // Publish tag → delivery tag.
    std::set<std::uint64_t> waiting;                      // Delivery tags that are not yet confirmed.
    std::uint64_t received = 0, acknowledged = 0;
    const auto settle = [&](const amqp::Confirm& confirm) {
        const auto end = delivery_of.upper_bound(confirm.publish_tag);
        for (auto it = confirm.is_multiple ? delivery_of.begin() : delivery_of.find(confirm.publish_tag);
             it != delivery_of.end() && it != end;) {
            waiting.erase(it->second);
            it = delivery_of.erase(it);
        }
    };
    while (!stop.stop_requested()) {
        bool is_idle = true;
        for (int i = 0; i < 100; ++i) {
            auto arrival = in.wait(std::chrono::milliseconds{0}).value();
            auto* incoming = std::get_if<amqp::Incoming>(&arrival);
            if (!incoming)
                break;
            is_idle = false;
            received = incoming->delivery_tag;
            waiting.insert(received);
            const auto tag = out.publish({.exchange = exchange,
                                          .routing_key = to,
                                          .is_mandatory = true,
                                          .message_id = incoming->message_id,
                                          .content_type = "application/octet-stream",
                                          .user_id = {},
                                          .priority = 0,
                                          .headers = {},
                                          .body = incoming->body})
                                 .value();
            delivery_of.emplace(tag, received);
        }
        auto at_most = std::chrono::milliseconds{is_idle ? 1 : 0};
        for (;;) {
            const auto arrival = out.wait(at_most).value();
            const auto* confirm = std::get_if<amqp::Confirm>(&arrival);
            if (!confirm)
                break;
            settle(*confirm);
            at_most = std::chrono::milliseconds{0};
        }
        const std::uint64_t safe = waiting.empty() ? received : *waiting.begin() - 1;
        if (safe >= acknowledged + 100 || (is_idle && safe > acknowledged)) {
            in.acknowledge(safe, true).value();
            acknowledged = safe;
        }
    }
}

}  // namespace hub::bench
