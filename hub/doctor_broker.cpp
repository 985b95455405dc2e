// The doctor's look at the broker: is it there, is it one that we know, and does it take the largest that we give it?

#include "hub/amqp/session.hpp"
#include "hub/amqp/topology.hpp"
#include "hub/core/limits.hpp"
#include "hub/doctor.hpp"

#include <charconv>

namespace hub {
namespace {

constexpr std::chrono::seconds answer_time{5};
constexpr int oldest_major = 3, oldest_minor = 10;

constexpr Words old_words{"RabbitMQ cũ hơn bản đã kiểm thử", "RabbitMQ is older than what was tried",
                          "Nâng lên bản 3.10 hoặc mới hơn.", "Upgrade it to 3.10 or later."};
constexpr Words blocked_words{"RabbitMQ đang từ chối ghi: hết bộ nhớ hoặc hết đĩa", "RabbitMQ takes nothing: it lacks memory or disk",
                              "Xem rabbitmq-diagnostics alarms; giải phóng bộ nhớ, đĩa hoặc nâng ngưỡng (watermark).",
                              "Look at rabbitmq-diagnostics alarms; free memory or disk, or raise the watermark."};
constexpr Words limit_words{"RabbitMQ không nhận gói lớn nhất của trục", "RabbitMQ does not take the hub's largest message",
                            "Đặt max_message_size trong rabbitmq.conf ít nhất 2 MiB; xem quyền của tài khoản trục.",
                            "Set max_message_size in rabbitmq.conf to 2 MiB or more; look at the rights of the hub's user."};
constexpr Words silent_words{"RabbitMQ không xác nhận", "RabbitMQ confirms nothing",
                             "Xem tải, đĩa và nhật ký của RabbitMQ.", "Look at RabbitMQ's load, disk and log."};

bool is_old(std::string_view version) {
    constexpr std::string_view product = "RabbitMQ ";
    if (!version.starts_with(product))
        return true;
    version.remove_prefix(product.size());
    int major = 0, minor = 0;
    const char* const end = version.data() + version.size();
    const auto [dot, error] = std::from_chars(version.data(), end, major);
    if (error != std::errc{} || dot == end)
        return true;
    std::from_chars(dot + 1, end, minor);
    return major < oldest_major || (major == oldest_major && minor < oldest_minor);
}

/// Sent to nobody, so that nothing is left behind: RabbitMQ gives it back.
Examined examine_limits(amqp::Session& session) {
    constexpr std::string_view name = "broker_limits";
    const std::string exchange{amqp::deliver_exchange};
    const auto is_there = session.exchange_exists(exchange);
    if (is_there && !*is_there)
        return {name, Health::good, "-"};
    Result<void> done = is_there ? session.enable_confirms() : is_there.error();
    const Bytes largest(limits::envelope_bytes_max, 'x');
    if (done) {
        const auto sent = session.publish({.exchange = exchange, .routing_key = "doctor", .body = BytesView{largest}});
        done = sent ? Result<void>{} : sent.error();
    }
    std::string blocked;
    const auto until = std::chrono::steady_clock::now() + answer_time;
    while (done && std::chrono::steady_clock::now() < until) {
        const auto arrival = session.wait(std::chrono::milliseconds{100});
        if (!arrival) {
            done = arrival.error();
            break;
        }
        if (const auto* const confirm = std::get_if<amqp::Confirm>(&*arrival))
            return {name, confirm->is_negative ? Health::bad : Health::good,
                    std::to_string(limits::envelope_bytes_max >> 20) + " MiB", limit_words};
        if (const auto* const block = std::get_if<amqp::Blocked>(&*arrival))
            blocked = block->is_blocked ? block->reason : std::string{};
    }
    if (!done)
        return {name, Health::bad, done.error().peer_text, limit_words};
    return {name, Health::bad, blocked.empty() ? std::string{"5 s"} : blocked, blocked.empty() ? silent_words : blocked_words};
}

}  // namespace

std::vector<Examined> examine_broker(const amqp::Address& address) {
    auto session = amqp::Session::open(address);
    if (!session)
        return {{"broker", Health::bad, session.error().peer_text, words_of(session.error().code)}};
    const std::string version = session->broker_version();
    const Health health = is_old(version) ? Health::poor : Health::good;
    return {{"broker", health, address.host + ":" + std::to_string(address.port) + ", " + version, old_words},
            examine_limits(*session)};
}

}  // namespace hub
