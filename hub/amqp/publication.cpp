#include "hub/amqp/publication.hpp"

#include "hub/amqp/rabbitmq_types.hpp"

namespace hub::amqp {
namespace {

/// Points into the message.
class Properties {
public:
    explicit Properties(const Message& message);
    Properties(const Properties&) = delete;
    Properties& operator=(const Properties&) = delete;
    amqp_basic_properties_t* get() noexcept { return &properties_; }

private:
    std::vector<amqp_table_entry_t> headers_;
    amqp_basic_properties_t properties_{};
};

Properties::Properties(const Message& message) {
    properties_._flags = AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG
                         | AMQP_BASIC_PRIORITY_FLAG;
    properties_.delivery_mode = AMQP_DELIVERY_PERSISTENT;
    properties_.content_type = bytes_of(message.content_type);
    properties_.message_id = bytes_of(message.message_id);
    properties_.priority = message.priority;
    if (!message.user_id.empty()) {
        properties_._flags |= AMQP_BASIC_USER_ID_FLAG;
        properties_.user_id = bytes_of(message.user_id);
    }
    for (const auto& [key, value] : message.headers) {
        amqp_table_entry_t entry{};
        entry.key = bytes_of(key);
        entry.value.kind = AMQP_FIELD_KIND_UTF8;
        entry.value.value.bytes = bytes_of(value);
        headers_.push_back(entry);
    }
    if (!headers_.empty()) {
        properties_._flags |= AMQP_BASIC_HEADERS_FLAG;
        properties_.headers = {static_cast<int>(headers_.size()), headers_.data()};
    }
}

}  // namespace

int write_at_once(amqp_connection_state_t_* connection, std::uint16_t channel, const Message& message) {
    Properties properties{message};
    return amqp_basic_publish(connection, channel, bytes_of(message.exchange), bytes_of(message.routing_key),
                              message.is_mandatory ? 1 : 0, 0, properties.get(), bytes_of(message.body));
}

Result<int> write_in_pieces(amqp_connection_state_t_* connection, std::uint16_t channel, const Message& message,
                            const std::function<Result<void>()>& before_each) {
    constexpr std::size_t frame_bytes_around = 8;
    Properties properties{message};
    amqp_basic_publish_t publish{};
    publish.exchange = bytes_of(message.exchange);
    publish.routing_key = bytes_of(message.routing_key);
    publish.mandatory = message.is_mandatory ? 1 : 0;
    int status = amqp_send_method(connection, channel, AMQP_BASIC_PUBLISH_METHOD, &publish);
    if (status != AMQP_STATUS_OK)
        return status;
    amqp_frame_t frame{};
    frame.frame_type = AMQP_FRAME_HEADER;
    frame.channel = channel;
    frame.payload.properties.class_id = AMQP_BASIC_CLASS;
    frame.payload.properties.body_size = message.body.size();
    frame.payload.properties.decoded = properties.get();
    status = amqp_send_frame(connection, &frame);
    const auto piece_bytes = static_cast<std::size_t>(amqp_get_frame_max(connection)) - frame_bytes_around;
    frame.frame_type = AMQP_FRAME_BODY;
    for (BytesView rest = message.body; status == AMQP_STATUS_OK && !rest.empty();) {
        if (auto ready = before_each(); !ready)
            return ready.error();
        frame.payload.body_fragment = bytes_of(rest.substr(0, piece_bytes));
        rest.remove_prefix(frame.payload.body_fragment.len);
        status = amqp_send_frame(connection, &frame);
    }
    return status;
}

}  // namespace hub::amqp
