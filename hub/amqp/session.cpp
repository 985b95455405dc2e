#include "hub/amqp/session.hpp"

#include "hub/amqp/publication.hpp"
#include "hub/amqp/rabbitmq_types.hpp"
#include "hub/core/limits.hpp"

#include <amqp.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

namespace hub::amqp {
namespace {

constexpr amqp_channel_t channel = 1;
constexpr int frame_bytes_max = 131072;
/// A peer that takes nothing for this long is gone, also in the middle of a send.
constexpr int stalled_send_ms_max = 20'000;
/// What the broker may send us in one message: more than an envelope, so that an oversized one can be refused
/// by name, and bounded, so that it cannot fill our memory.
constexpr std::uint64_t body_bytes_kept_at_first = 2 * limits::envelope_bytes_max;

struct CloseConnection {
    void operator()(amqp_connection_state_t_* c) const noexcept { (void)amqp_destroy_connection(c); }
};
using Connection = std::unique_ptr<amqp_connection_state_t_, CloseConnection>;

timeval timeval_of(std::chrono::milliseconds duration) noexcept {
    return {duration.count() / 1000, (duration.count() % 1000) * 1000};
}

Result<amqp_socket_t*> make_socket(amqp_connection_state_t_* connection, const Address& address) {
    if (!address.is_tls)
        return amqp_tcp_socket_new(connection);
    amqp_socket_t* socket = amqp_ssl_socket_new(connection);
    if (!socket)
        return socket;
    amqp_ssl_socket_set_verify_peer(socket, 1);
    amqp_ssl_socket_set_verify_hostname(socket, 1);
    amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST);
    if (amqp_ssl_socket_set_cacert(socket, address.ca_file.c_str()) != AMQP_STATUS_OK)
        return Fault{Errc::setting_invalid, "broker.ca_file", address.ca_file};
    if (!address.certificate_file.empty()
        && amqp_ssl_socket_set_key(socket, address.certificate_file.c_str(), address.key_file.c_str())
               != AMQP_STATUS_OK)
        return Fault{Errc::setting_invalid, "broker.certificate_file", address.certificate_file};
    return socket;
}

}  // namespace

struct Session::State {
    Connection connection;
    std::uint64_t published = 0;
    std::uint64_t body_bytes_kept = body_bytes_kept_at_first;

    /// A message whose frames are still coming in.
    struct Assembly {
        std::variant<Incoming, ReturnedMessage> what;
        std::uint64_t bytes_missing = 0;
        bool has_header = false;
        Bytes body;
    };
    std::optional<Assembly> assembly;
    amqp_frame_t frame{};

    amqp_connection_state_t_* get() const noexcept { return connection.get(); }

    Result<void> login(const Address& address);
    Result<void> checked(std::string_view doing);
    Result<const void*> ask(amqp_method_number_t method, void* arguments, amqp_method_number_t reply,
                            const std::string& doing);
    Result<void> call(amqp_method_number_t method, void* arguments, amqp_method_number_t reply, Await await,
                      const std::string& doing);
    Result<bool> passive(amqp_rpc_reply_t reply, std::string_view doing);
    Result<bool> next_frame();
    Result<std::optional<Arrival>> handle_frame();
    Result<std::optional<Arrival>> handle_method();
    std::optional<Arrival> finish_assembly();
};

Session::Session(std::unique_ptr<State> state) : state_{std::move(state)} {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

std::string Session::broker_version() const {
    const amqp_table_t& properties = *amqp_get_server_properties(state_->get());
    return text_at(properties, "product") + ' ' + text_at(properties, "version");
}

void Session::keep_body_bytes(std::uint64_t at_most) noexcept { state_->body_bytes_kept = at_most; }

Result<void> Session::State::login(const Address& address) {
    std::array capabilities{true_entry("connection.blocked"), true_entry("consumer_cancel_notify"),
                            true_entry("publisher_confirms"), true_entry("basic.nack"),
                            true_entry("authentication_failure_close")};
    amqp_table_entry_t capability_table{};
    capability_table.key = bytes_of("capabilities");
    capability_table.value.kind = AMQP_FIELD_KIND_TABLE;
    capability_table.value.value.table = {static_cast<int>(capabilities.size()), capabilities.data()};
    std::array properties{text_entry("connection_name", address.connection_name), capability_table};
    const amqp_table_t table{static_cast<int>(properties.size()), properties.data()};
    const auto reply = amqp_login_with_properties(get(), address.vhost.c_str(), 0, frame_bytes_max,
                                                  static_cast<int>(heartbeat.count()), &table, AMQP_SASL_METHOD_PLAIN,
                                                  address.user.c_str(), address.password.c_str());
    if (reply.reply_type != AMQP_RESPONSE_NORMAL)
        return unreachable("login", words_of(reply));
    amqp_channel_open(get(), channel);
    return checked("channel.open");
}

Result<Session> Session::open(const Address& address) {
    auto state = std::make_unique<State>();
    state->connection.reset(amqp_new_connection());
    if (!state->connection)
        return unreachable("connect", "out of memory");
    const timeval deadline = timeval_of(call_deadline);
    amqp_set_handshake_timeout(state->get(), &deadline);
    amqp_set_rpc_timeout(state->get(), &deadline);
    const auto socket = make_socket(state->get(), address);
    if (!socket)
        return socket.error();
    if (!*socket)
        return unreachable("connect", "out of memory");
    timeval connect_deadline = deadline;
    const int status = amqp_socket_open_noblock(*socket, address.host.c_str(), address.port, &connect_deadline);
    if (status != AMQP_STATUS_OK)
        return unreachable("connect", status);
    const int fd = amqp_get_sockfd(state->get());
    const unsigned stalled_ms = stalled_send_ms_max;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &stalled_ms, sizeof stalled_ms);
    if (auto logged_in = state->login(address); !logged_in)
        return logged_in.error();
    return Session{std::move(state)};
}

Result<void> Session::State::checked(std::string_view doing) {
    const auto reply = amqp_get_rpc_reply(get());
    if (reply.reply_type != AMQP_RESPONSE_NORMAL)
        return unreachable(doing, words_of(reply));
    return {};
}

Result<void> Session::State::call(amqp_method_number_t method, void* arguments, amqp_method_number_t reply, Await await,
                                  const std::string& doing) {
    if (await == Await::nothing) {
        const int status = amqp_send_method(get(), channel, method, arguments);
        return status == AMQP_STATUS_OK ? Result<void>{} : unreachable(doing, status);
    }
    const auto answer = ask(method, arguments, reply, doing);
    return answer ? Result<void>{} : answer.error();
}

/// The method that the broker answers with; it holds until the next call.
Result<const void*> Session::State::ask(amqp_method_number_t method, void* arguments, amqp_method_number_t reply,
                                        const std::string& doing) {
    std::array<amqp_method_number_t, 2> replies{reply, 0};
    const auto answer = amqp_simple_rpc(get(), channel, method, replies.data(), arguments);
    if (answer.reply_type != AMQP_RESPONSE_NORMAL)
        return unreachable(doing, words_of(answer));
    return static_cast<const void*>(answer.reply.decoded);
}

Result<void> Session::declare_exchange(const std::string& name, const std::string& type, Await await) {
    amqp_exchange_declare_t declare{};
    declare.exchange = bytes_of(name);
    declare.type = bytes_of(type);
    declare.durable = 1;
    declare.nowait = await == Await::nothing;
    return state_->call(AMQP_EXCHANGE_DECLARE_METHOD, &declare, AMQP_EXCHANGE_DECLARE_OK_METHOD, await,
                        "exchange.declare " + name);
}

namespace {

/// How a queue is declared. Views: `name` must outlive it.
class QueueDeclaration {
public:
    QueueDeclaration(const std::string& name, const QueueOptions& options, Await await) {
        int count = 0;
        if (options.is_quorum)
            arguments_[static_cast<std::size_t>(count++)] = text_entry("x-queue-type", "quorum");
        if (options.is_single_active)
            arguments_[static_cast<std::size_t>(count++)] = true_entry("x-single-active-consumer");
        method_.queue = bytes_of(name);
        method_.durable = 1;
        method_.nowait = await == Await::nothing;
        method_.arguments = {count, arguments_.data()};
    }
    QueueDeclaration(const QueueDeclaration&) = delete;
    QueueDeclaration& operator=(const QueueDeclaration&) = delete;
    amqp_queue_declare_t* method() noexcept { return &method_; }

private:
    std::array<amqp_table_entry_t, 2> arguments_{};
    amqp_queue_declare_t method_{};
};

}  // namespace

Result<void> Session::declare_queue(const std::string& name, const QueueOptions& options, Await await) {
    QueueDeclaration declaration{name, options, await};
    return state_->call(AMQP_QUEUE_DECLARE_METHOD, declaration.method(), AMQP_QUEUE_DECLARE_OK_METHOD, await,
                        "queue.declare " + name);
}

Result<Session::QueueCounts> Session::count_queue(const std::string& name, const QueueOptions& options) {
    QueueDeclaration declaration{name, options, Await::answer};
    const auto answer = state_->ask(AMQP_QUEUE_DECLARE_METHOD, declaration.method(), AMQP_QUEUE_DECLARE_OK_METHOD,
                                    "queue.declare " + name);
    if (!answer)
        return answer.error();
    const auto& counts = *static_cast<const amqp_queue_declare_ok_t*>(*answer);
    return QueueCounts{counts.message_count, counts.consumer_count};
}

Result<std::uint32_t> Session::count_consumers(const std::string& name) {
    const auto* counts = amqp_queue_declare(state_->get(), channel, bytes_of(name), 1, 0, 0, 0, amqp_empty_table);
    if (!counts)
        return unreachable("queue.declare " + name, words_of(amqp_get_rpc_reply(state_->get())));
    return counts->consumer_count;
}

Result<void> Session::bind(const std::string& queue, const std::string& exchange, const std::string& routing_key,
                           Await await) {
    amqp_queue_bind_t bind{};
    bind.queue = bytes_of(queue);
    bind.exchange = bytes_of(exchange);
    bind.routing_key = bytes_of(routing_key);
    bind.nowait = await == Await::nothing;
    return state_->call(AMQP_QUEUE_BIND_METHOD, &bind, AMQP_QUEUE_BIND_OK_METHOD, await, "queue.bind " + queue);
}

Result<void> Session::settle() {
    // The broker works through a channel in order; this call changes nothing and has an answer.
    amqp_channel_flow_t flow{};
    flow.active = 1;
    return state_->call(AMQP_CHANNEL_FLOW_METHOD, &flow, AMQP_CHANNEL_FLOW_OK_METHOD, Await::answer, "channel.flow");
}

Result<bool> Session::State::passive(amqp_rpc_reply_t reply, std::string_view doing) {
    if (reply.reply_type == AMQP_RESPONSE_NORMAL)
        return true;
    const bool is_missing = reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION
                            && reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD
                            && static_cast<amqp_channel_close_t*>(reply.reply.decoded)->reply_code == AMQP_NOT_FOUND;
    if (!is_missing)
        return unreachable(doing, words_of(reply));
    amqp_channel_close_ok_t ok{};
    if (const int status = amqp_send_method(get(), channel, AMQP_CHANNEL_CLOSE_OK_METHOD, &ok);
        status != AMQP_STATUS_OK)
        return unreachable(doing, status);
    amqp_channel_open(get(), channel);
    if (auto opened = checked("channel.open"); !opened)
        return opened.error();
    published = 0;
    assembly.reset();
    return false;
}

Result<bool> Session::exchange_exists(const std::string& name) {
    amqp_exchange_declare(state_->get(), channel, bytes_of(name), bytes_of("direct"), 1, 0, 0, 0, amqp_empty_table);
    return state_->passive(amqp_get_rpc_reply(state_->get()), "exchange.declare " + name);
}

Result<bool> Session::queue_exists(const std::string& name) {
    amqp_queue_declare(state_->get(), channel, bytes_of(name), 1, 0, 0, 0, amqp_empty_table);
    return state_->passive(amqp_get_rpc_reply(state_->get()), "queue.declare " + name);
}

Result<void> Session::purge_queue(const std::string& name) {
    amqp_queue_purge(state_->get(), channel, bytes_of(name));
    return state_->checked("queue.purge " + name);
}

Result<void> Session::enable_confirms() {
    amqp_confirm_select(state_->get(), channel);
    state_->published = 0;
    return state_->checked("confirm.select");
}

Result<void> Session::set_prefetch(std::uint16_t messages, bool is_for_channel) {
    amqp_basic_qos(state_->get(), channel, 0, messages, is_for_channel ? 1 : 0);
    return state_->checked("basic.qos");
}

Result<void> Session::consume(const std::string& queue, Await await) {
    amqp_basic_consume_t consume{};
    consume.queue = bytes_of(queue);
    consume.consumer_tag = bytes_of(queue);
    consume.nowait = await == Await::nothing;
    return state_->call(AMQP_BASIC_CONSUME_METHOD, &consume, AMQP_BASIC_CONSUME_OK_METHOD, await,
                        "basic.consume " + queue);
}

Result<void> Session::cancel(const std::string& queue) {
    amqp_basic_cancel(state_->get(), channel, bytes_of(queue));
    return state_->checked("basic.cancel " + queue);
}

Result<std::uint64_t> Session::publish(const Message& message) {
    const int status = write_at_once(state_->get(), channel, message);
    if (status != AMQP_STATUS_OK)
        return unreachable("basic.publish", status);
    return ++state_->published;
}

Result<std::uint64_t> Session::publish_in_pieces(const Message& message,
                                                 const std::function<Result<void>()>& when_full) {
    const auto status = write_in_pieces(state_->get(), channel, message, [&]() -> Result<void> {
        while (!can_send())
            if (auto waited = when_full(); !waited)
                return waited;
        return {};
    });
    if (!status)
        return status.error();
    if (*status != AMQP_STATUS_OK)
        return unreachable("basic.publish", *status);
    return ++state_->published;
}

bool Session::can_send() const noexcept {
    // Writable is not enough: the system says so while a third of its buffer is free. Less than one segment may be
    // gathering.
    constexpr int segment_bytes_max = 65'535;
    int unsent_bytes = 0;
    return ioctl(amqp_get_sockfd(state_->get()), SIOCOUTQNSD, &unsent_bytes) != 0 || unsent_bytes < segment_bytes_max;
}

void Session::gather(bool is_gathering) noexcept {
    const int value = is_gathering ? 1 : 0;
    (void)setsockopt(amqp_get_sockfd(state_->get()), IPPROTO_TCP, TCP_CORK, &value, sizeof value);
}

Result<void> Session::acknowledge(std::uint64_t delivery_tag, bool is_multiple) {
    const int status = amqp_basic_ack(state_->get(), channel, delivery_tag, is_multiple ? 1 : 0);
    if (status != AMQP_STATUS_OK)
        return unreachable("basic.ack", status);
    return {};
}

Result<void> Session::requeue(std::uint64_t delivery_tag) {
    const int status = amqp_basic_reject(state_->get(), channel, delivery_tag, 1);
    if (status != AMQP_STATUS_OK)
        return unreachable("basic.reject", status);
    return {};
}

// ---- Frames

/// False when nothing came. Lets the library send its heartbeats.
Result<bool> Session::State::next_frame() {
    timeval now{0, 0};
    const int status = amqp_simple_wait_frame_noblock(get(), &frame, &now);
    if (status == AMQP_STATUS_TIMEOUT)
        return false;
    if (status != AMQP_STATUS_OK)
        return unreachable("receive", status);
    return true;
}

std::optional<Arrival> Session::State::finish_assembly() {
    if (!assembly->has_header || assembly->bytes_missing > 0)
        return std::nullopt;
    Assembly done = std::move(*assembly);
    assembly.reset();
    if (auto* incoming = std::get_if<Incoming>(&done.what)) {
        incoming->body = std::move(done.body);
        return Arrival{std::move(*incoming)};
    }
    return Arrival{std::move(std::get<ReturnedMessage>(done.what))};
}

Result<std::optional<Arrival>> Session::State::handle_frame() {
    switch (frame.frame_type) {
    case AMQP_FRAME_METHOD: return handle_method();
    case AMQP_FRAME_HEADER: {
        if (!assembly || assembly->has_header)
            return unreachable("receive", "unexpected header frame");
        assembly->has_header = true;
        assembly->bytes_missing = frame.payload.properties.body_size;
        assembly->body.reserve(std::min(assembly->bytes_missing, body_bytes_kept));
        const auto& properties = *static_cast<amqp_basic_properties_t*>(frame.payload.properties.decoded);
        const auto field = [&](amqp_flags_t flag, amqp_bytes_t value) {
            return properties._flags & flag ? text_of(value) : std::string{};
        };
        std::string message_id = field(AMQP_BASIC_MESSAGE_ID_FLAG, properties.message_id);
        if (auto* incoming = std::get_if<Incoming>(&assembly->what)) {
            incoming->message_id = std::move(message_id);
            incoming->content_type = field(AMQP_BASIC_CONTENT_TYPE_FLAG, properties.content_type);
            incoming->user_id = field(AMQP_BASIC_USER_ID_FLAG, properties.user_id);
            incoming->headers = headers_of(properties);
        } else {
            std::get<ReturnedMessage>(assembly->what).message_id = std::move(message_id);
        }
        return finish_assembly();
    }
    case AMQP_FRAME_BODY: {
        const auto fragment = view_of(frame.payload.body_fragment);
        if (!assembly || !assembly->has_header || fragment.size() > assembly->bytes_missing)
            return unreachable("receive", "unexpected body frame");
        assembly->bytes_missing -= fragment.size();
        // What is beyond any envelope is counted but not kept: such a message will be refused anyway.
        if (assembly->body.size() < body_bytes_kept)
            assembly->body.append(fragment.substr(0, body_bytes_kept - assembly->body.size()));
        return finish_assembly();
    }
    default: return std::optional<Arrival>{};
    }
}

Result<std::optional<Arrival>> Session::State::handle_method() {
    void* decoded = frame.payload.method.decoded;
    switch (frame.payload.method.id) {
    case AMQP_BASIC_DELIVER_METHOD: {
        const auto& m = *static_cast<amqp_basic_deliver_t*>(decoded);
        Incoming incoming;
        incoming.delivery_tag = m.delivery_tag;
        incoming.is_redelivered = m.redelivered != 0;
        incoming.consumer_tag = text_of(m.consumer_tag);
        assembly = Assembly{std::move(incoming), 0, false, {}};
        return std::optional<Arrival>{};
    }
    case AMQP_BASIC_RETURN_METHOD: {
        const auto& m = *static_cast<amqp_basic_return_t*>(decoded);
        assembly = Assembly{ReturnedMessage{{}, text_of(m.exchange), text_of(m.routing_key)}, 0, false, {}};
        return std::optional<Arrival>{};
    }
    case AMQP_BASIC_ACK_METHOD: {
        const auto& m = *static_cast<amqp_basic_ack_t*>(decoded);
        return std::optional<Arrival>{Confirm{m.delivery_tag, m.multiple != 0, false}};
    }
    case AMQP_BASIC_NACK_METHOD: {
        const auto& m = *static_cast<amqp_basic_nack_t*>(decoded);
        return std::optional<Arrival>{Confirm{m.delivery_tag, m.multiple != 0, true}};
    }
    case AMQP_CONNECTION_BLOCKED_METHOD:
        return std::optional<Arrival>{Blocked{true, text_of(static_cast<amqp_connection_blocked_t*>(decoded)->reason)}};
    case AMQP_CONNECTION_UNBLOCKED_METHOD: return std::optional<Arrival>{Blocked{false, {}}};
    case AMQP_BASIC_CANCEL_METHOD:
        return std::optional<Arrival>{
            ConsumerCancelled{text_of(static_cast<amqp_basic_cancel_t*>(decoded)->consumer_tag)}};
    case AMQP_CHANNEL_CLOSE_METHOD:
        return unreachable("channel closed by broker",
                           view_of(static_cast<amqp_channel_close_t*>(decoded)->reply_text));
    case AMQP_CONNECTION_CLOSE_METHOD:
        return unreachable("connection closed by broker",
                           view_of(static_cast<amqp_connection_close_t*>(decoded)->reply_text));
    default: return std::optional<Arrival>{};
    }
}

Result<Arrival> Session::wait(std::chrono::milliseconds at_most, int wake_fd) {
    const auto deadline = std::chrono::steady_clock::now() + at_most;
    for (;;) {
        const auto came = state_->next_frame();
        if (!came)
            return came.error();
        if (*came) {
            auto arrival = state_->handle_frame();
            // After each frame, or the library would hold a large message beside us.
            if (!amqp_frames_enqueued(state_->get()))
                amqp_maybe_release_buffers(state_->get());
            if (!arrival)
                return arrival.error();
            if (*arrival)
                return std::move(**arrival);
            continue;
        }
        amqp_maybe_release_buffers(state_->get());
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        // Back in time for the library to send its heartbeat.
        constexpr std::chrono::milliseconds turn{2000};
        const auto timeout = std::clamp(left, std::chrono::milliseconds{0}, turn);
        std::array<pollfd, 2> waiting{pollfd{amqp_get_sockfd(state_->get()), POLLIN, 0}, pollfd{wake_fd, POLLIN, 0}};
        const nfds_t count = wake_fd < 0 ? 1 : 2;
        (void)poll(waiting.data(), count, static_cast<int>(timeout.count()));
        if (waiting[0].revents == 0 && (waiting[1].revents != 0 || left <= std::chrono::milliseconds{0}))
            return Arrival{Nothing{}};
    }
}

void Session::close() noexcept {
    if (state_ && state_->connection)
        (void)amqp_connection_close(state_->get(), AMQP_REPLY_SUCCESS);
}

}  // namespace hub::amqp
