#include "tests/amqp/raw_channel.hpp"

#include "tests/amqp/broker_node.hpp"

#include <amqp.h>
#include <amqp_tcp_socket.h>

#include <stdexcept>

namespace hub::test {
namespace {

constexpr amqp_channel_t channel = 1;

amqp_bytes_t bytes_of(const std::string& text) noexcept {
    return {text.size(), const_cast<char*>(text.data())};
}

std::string words_of(const amqp_rpc_reply_t& reply) {
    if (reply.reply_type == AMQP_RESPONSE_NORMAL)
        return {};
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION && reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
        const auto& text = static_cast<amqp_channel_close_t*>(reply.reply.decoded)->reply_text;
        return {static_cast<const char*>(text.bytes), text.len};
    }
    return "the connection is gone";
}

}  // namespace

void RawChannel::Close::operator()(amqp_connection_state_t_* c) const noexcept {
    (void)amqp_destroy_connection(c);
}

RawChannel::RawChannel(const amqp::Address& address) : connection_{amqp_new_connection()} {
    amqp_socket_t* socket = amqp_tcp_socket_new(connection_.get());
    if (!socket || amqp_socket_open(socket, address.host.c_str(), address.port) != AMQP_STATUS_OK)
        throw std::runtime_error("no connection to the broker");
    const auto login = amqp_login(connection_.get(), address.vhost.c_str(), 0, AMQP_DEFAULT_FRAME_SIZE, 0,
                                  AMQP_SASL_METHOD_PLAIN, address.user.c_str(), address.password.c_str());
    if (login.reply_type != AMQP_RESPONSE_NORMAL)
        throw std::runtime_error("login refused: " + address.user);
    amqp_channel_open(connection_.get(), channel);
    if (const std::string words = refusal(); !words.empty())
        throw std::runtime_error(words);
}

std::string RawChannel::refusal() { return words_of(amqp_get_rpc_reply(connection_.get())); }

std::string RawChannel::delete_queue(const std::string& name) {
    amqp_queue_delete(connection_.get(), channel, bytes_of(name), 0, 0);
    return refusal();
}

std::string RawChannel::delete_exchange(const std::string& name) {
    amqp_exchange_delete(connection_.get(), channel, bytes_of(name), 0);
    return refusal();
}

std::string RawChannel::unbind(const std::string& queue, const std::string& exchange,
                               const std::string& routing_key) {
    amqp_queue_unbind(connection_.get(), channel, bytes_of(queue), bytes_of(exchange), bytes_of(routing_key),
                      amqp_empty_table);
    return refusal();
}

amqp_queue_declare_ok_t_ RawChannel::counts_of(const std::string& queue) {
    const auto* declared =
        amqp_queue_declare(connection_.get(), channel, bytes_of(queue), 1, 0, 0, 0, amqp_empty_table);
    if (!declared)
        throw std::runtime_error("cannot count " + queue + ": " + refusal());
    return *declared;
}

std::uint32_t RawChannel::count_ready(const std::string& queue) { return counts_of(queue).message_count; }
std::uint32_t RawChannel::count_consumers(const std::string& queue) {
    return counts_of(queue).consumer_count;
}

std::uint32_t ready_in(const std::string& queue) {
    return RawChannel{BrokerNode::running().address("hub")}.count_ready(queue);
}

}  // namespace hub::test
