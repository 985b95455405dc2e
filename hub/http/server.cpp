#include "hub/http/server.hpp"

#include "hub/http/caller_network.hpp"
#include "hub/http/connection_counts.hpp"
#include "hub/http/either_stream.hpp"
#include "hub/http/language.hpp"
#include "hub/http/listening.hpp"
#include "hub/http/message_form.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/read_deadline.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <stop_token>
#include <thread>
#include <utility>

// gcc 12 takes the two halves of Asio's own allocation of coroutine frames for a mismatch.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace hub::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ssl = boost::asio::ssl;
using Tcp = asio::ip::tcp;

constexpr std::size_t header_bytes_max = 16 * 1024;
constexpr std::chrono::milliseconds accept_pause{50};
constexpr std::chrono::seconds refusal_lasts{2};
constexpr std::size_t refused_bytes_max = 256 * 1024;
constexpr std::chrono::seconds work_pause{1}, long_work_pause{10};
constexpr unsigned unheard_ms = 30'000;                ///< A listener whose machine is gone without a word.
constexpr std::chrono::seconds stream_pause{30};
constexpr int stream_buffer_bytes = 16 * 1024;

using Message = beast::http::request<beast::http::string_body>;

Request request_of(Message message, const std::string& address, std::stop_token stop) {
    using beast::http::field;
    return {.method = std::string{message.method_string()},
            .target = std::string{message.target()},
            .host = std::string{message[field::host]},
            .authorization = std::string{message[field::authorization]},
            .accept_language = preferred_language(list_of(message, field::accept_language)),
            .accept_encoding = list_of(message, field::accept_encoding),
            .address = address,
            .cookie = std::string{message[field::cookie]},
            .origin = std::string{message[field::origin]},
            .fetch_site = std::string{message["Sec-Fetch-Site"]},
            .request_mark = std::string{message["X-Lgsp-Request"]},
            .content_type = std::string{message[field::content_type]},
            .if_none_match = list_of(message, field::if_none_match),
            .if_match = list_of(message, field::if_match),
            .idempotency_key = std::string{message["Idempotency-Key"]},
            .traceparent = std::string{message["traceparent"]},
            .last_event_id = std::string{message["Last-Event-ID"]},
            .unattended = std::string{message["X-Lgsp-Unattended"]},
            .body = std::move(message.body()),
            .stop = std::move(stop)};
}

/// Pages get no more than they need: scripts, styles and pictures of this host, and no frame around them.
constexpr std::pair<std::string_view, std::string_view> security_fields[]{
    {"X-Content-Type-Options", "nosniff"},
    {"Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                                "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"}};

beast::http::response<beast::http::string_body> reply_of(Response response, bool is_head, bool is_kept, bool is_tls) {
    beast::http::response<beast::http::string_body> reply{static_cast<beast::http::status>(response.status), 11};
    reply.set(beast::http::field::content_type, response.content_type);
    reply.set(beast::http::field::cache_control, "no-store");
    for (const auto& [name, value] : security_fields)
        reply.set(name, value);
    if (is_tls)
        reply.set("Strict-Transport-Security", "max-age=31536000");
    if (response.status == 401)
        reply.set(beast::http::field::www_authenticate, "Bearer");
    for (const Field& field : response.fields)
        reply.set(field.name, field.value);
    reply.keep_alive(is_kept);
    reply.body() = std::move(response.body);
    reply.prepare_payload();
    // Its caller expects none: a body would be taken for the beginning of the next reply.
    if (is_head)
        reply.body().clear();
    return reply;
}

/// Goes on until the connection ends.
beast::http::response<beast::http::string_body> beginning_of_stream(bool is_tls) {
    // Proxies that gather a response before they pass it on would pass on nothing.
    auto reply = reply_of({200, std::string{event_stream_type}, {}, {{"X-Accel-Buffering", "no"}}}, true, false, is_tls);
    reply.erase(beast::http::field::content_length);
    return reply;
}

/// One more, until it ends.
class Counted {
public:
    explicit Counted(std::size_t& count) : count_{count} { ++count_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() { --count_; }

private:
    std::size_t& count_;
};

using Seat = std::unique_ptr<ConnectionCounts::Place>;

/// Whoever calls from this machine is counted among all alone: it may be a proxy.
std::string counted_as(const Tcp::socket& socket) {
    boost::system::error_code gone;
    const std::string address = socket.remote_endpoint(gone).address().to_string();
    return is_this_machine(address) ? std::string{} : caller_network(address);
}

asio::awaitable<Response> done(Work work) { co_return work(); }

asio::awaitable<Result<std::string>> next_of(std::shared_ptr<Octets> octets) { co_return octets->next(); }

/// A listener that says nothing: whatever is read of it, or its end, ends the stream. Held by the read too, which may
/// outlive whoever waits for it.
struct Listener {
    explicit Listener(asio::io_context& context) : timer{context} {}
    asio::steady_timer timer;
    bool is_gone = false;
    char octet = 0;
};

}  // namespace

struct Server::State {
    State(const Settings& given, Handler answer) : settings{given}, handler{std::move(answer)} {}

    Result<void> load_certificate();
    asio::awaitable<void> accept();
    asio::awaitable<void> serve(Tcp::socket socket, Seat seat);
    asio::awaitable<void> converse(EitherStream& connection, Seat& seat);
    /// The request is no request: its caller is told so and hung up on.
    asio::awaitable<void> refuse(EitherStream& connection, unsigned status, const Fault& fault);
    asio::awaitable<void> tell(EitherStream& connection, std::unique_ptr<Hearing>& hearing, bool is_head);
    asio::awaitable<void> go_on(EitherStream& connection, Hearing& hearing, Listener& listener);
    asio::awaitable<Response> answer(Begun& begun, const Request& request);
    asio::awaitable<bool> reply(EitherStream& connection, Response response, bool is_head, bool is_kept);
    asio::awaitable<bool> hand_out(EitherStream& connection, std::shared_ptr<Octets> octets);

    const Settings settings;
    const Handler handler;
    ssl::context tls{ssl::context::tls_server};
    const bool is_tls = !settings.certificate_file.empty();
    ConnectionCounts counts{{settings.connections_max, settings.connections_per_address_max, 0}};
    std::size_t streams = 0;
    std::size_t works = 0, long_works = 0;
    std::stop_source ending;
    asio::io_context context{1};
    asio::thread_pool aside{1};                   ///< Ends before the context: what waits for it is there.
    asio::thread_pool long_aside{1};
    Tcp::acceptor acceptor{context};
    std::thread thread;
};

Server::Server(std::unique_ptr<State> state) : state_{std::move(state)} {}

Server::~Server() {
    state_->ending.request_stop();
    state_->context.stop();
    if (state_->thread.joinable())
        state_->thread.join();
    for (asio::thread_pool* const pool : {&state_->aside, &state_->long_aside}) {
        pool->stop();
        pool->join();
    }
}

std::uint16_t Server::port() const noexcept {
    boost::system::error_code error;
    return state_->acceptor.local_endpoint(error).port();
}

Result<std::unique_ptr<Server>> Server::start(const Settings& settings, Handler handler) {
    auto state = std::make_unique<State>(settings, std::move(handler));
    if (auto loaded = state->load_certificate(); !loaded)
        return loaded.error();
    if (auto listening = listen_at(state->acceptor, settings.host, settings.port, "http.listen"); !listening)
        return listening.error();
    asio::co_spawn(state->context, state->accept(), asio::detached);
    state->thread = std::thread{[s = state.get()] { s->context.run(); }};
    return std::unique_ptr<Server>{new Server{std::move(state)}};
}

Result<void> Server::State::load_certificate() {
    if (!is_tls)
        return {};
    boost::system::error_code error;
    tls.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 | ssl::context::no_sslv3
                        | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 | ssl::context::no_compression,
                    error);
    if (!error)
        tls.use_certificate_chain_file(settings.certificate_file, error);
    if (!error)
        tls.use_private_key_file(settings.key_file, ssl::context::pem, error);
    if (error)
        return Fault{Errc::setting_invalid, "http.certificate_file", error.message()};
    return {};
}

asio::awaitable<void> Server::State::accept() {
    for (;;) {
        boost::system::error_code error;
        auto token = asio::redirect_error(asio::use_awaitable, error);
        Tcp::socket socket = co_await acceptor.async_accept(token);
        if (error == asio::error::operation_aborted)
            co_return;
        if (error) {
            // Out of descriptors. The caller stays in the queue; asking again at once would only burn the processor.
            asio::steady_timer pause{context, accept_pause};
            co_await pause.async_wait(token);
            continue;
        }
        // Over the bound the caller is hung up on.
        auto seat = std::make_unique<ConnectionCounts::Place>(counts, counted_as(socket));
        if (*seat)
            asio::co_spawn(context, serve(std::move(socket), std::move(seat)), asio::detached);
    }
}

asio::awaitable<void> Server::State::serve(Tcp::socket socket, Seat seat) {
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    beast::tcp_stream accepted{std::move(socket)};
    if (!is_tls) {
        EitherStream connection{std::move(accepted)};
        co_await converse(connection, seat);
        connection.next_layer().socket().shutdown(Tcp::socket::shutdown_both, error);
        co_return;
    }
    EitherStream connection{std::move(accepted), tls};
    connection.next_layer().expires_after(std::chrono::seconds{settings.seconds_max});
    co_await connection.async_handshake(ssl::stream_base::server, token);
    if (error)
        co_return;
    co_await converse(connection, seat);
    connection.next_layer().expires_after(std::chrono::seconds{settings.seconds_max});
    co_await connection.async_shutdown(token);
}

asio::awaitable<void> Server::State::converse(EitherStream& connection, Seat& seat) {
    beast::flat_buffer buffer{header_bytes_max + request_body_bytes_max};
    beast::tcp_stream& lowest = connection.next_layer();
    boost::system::error_code error;
    const std::string address = lowest.socket().remote_endpoint(error).address().to_string();
    for (bool is_kept = true; is_kept;) {
        auto token = asio::redirect_error(asio::use_awaitable, error);
        beast::http::request_parser<beast::http::string_body> parser;
        parser.header_limit(header_bytes_max);
        parser.body_limit(request_body_bytes_max);
        std::optional<ReadDeadline> deadline{std::in_place, lowest, std::chrono::seconds{settings.seconds_max}};
        co_await beast::http::async_read_header(connection, buffer, parser, token);
        std::optional<Fault> fault = error ? std::nullopt : ambiguity_of(parser.get());
        if (!error && !fault)
            co_await beast::http::async_read(connection, buffer, parser, token);
        // One that was never begun is no request: an idle connection ends without a word.
        const bool is_late = error && deadline->has_passed() && (parser.got_some() || buffer.size() > 0);
        deadline.reset();
        const std::optional<unsigned> refused_as = fault     ? std::optional{400u}
                                                   : is_late ? std::optional{408u}
                                                             : refusal_status_of(error);
        if (refused_as) {
            // Apart: gcc 12 destroys what a conditional within an awaiting expression has made twice.
            const std::string what = is_late ? "not sent in time" : error.message();
            const Fault why = fault.value_or(invalid("request", what));
            co_await refuse(connection, *refused_as, why);
        }
        if (error || refused_as)
            co_return;
        // While many are connected nobody keeps a place that others need for their next question.
        is_kept = parser.get().keep_alive() && counts.in_all() <= settings.kept_max;
        const bool is_head = parser.get().method() == beast::http::verb::head;
        const Request request = request_of(parser.release(), address, ending.get_token());
        lowest.expires_never();
        Begun begun = handler(request);
        if (auto* const stream = std::get_if<Stream>(&begun); stream && streams < settings.streams_max) {
            // Who listens takes no connection away from those who ask.
            if (!is_head)
                seat.reset();
            const Counted listening{streams};
            co_await tell(connection, stream->hearing, is_head);
            co_return;
        }
        Response response = co_await answer(begun, request);
        const bool is_told = co_await reply(connection, std::move(response), is_head, is_kept);
        if (!is_told)
            co_return;
    }
}

/// Whether all of it went out.
asio::awaitable<bool> Server::State::reply(EitherStream& connection, Response response, bool is_head, bool is_kept) {
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    const auto octets = std::move(response.octets);
    auto message = reply_of(std::move(response), is_head, is_kept, is_tls);
    connection.next_layer().expires_after(std::chrono::seconds{settings.seconds_max});
    if (!octets) {
        co_await beast::http::async_write(connection, message, token);
        co_return !error;
    }
    message.content_length(octets->bytes());
    beast::http::response_serializer<beast::http::string_body> head{message};
    co_await beast::http::async_write_header(connection, head, token);
    if (error)
        co_return false;
    const bool is_whole = co_await hand_out(connection, octets);
    co_return is_whole;
}

/// Whoever gets fewer octets than the header said sees that the connection ends before them.
asio::awaitable<bool> Server::State::hand_out(EitherStream& connection, std::shared_ptr<Octets> octets) {
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    for (std::uint64_t left = octets->bytes(); left > 0;) {
        connection.next_layer().expires_never();
        const Result<std::string> block = co_await asio::co_spawn(aside, next_of(octets), asio::use_awaitable);
        if (!block || block->empty() || block->size() > left)
            co_return false;
        connection.next_layer().expires_after(std::chrono::seconds{settings.seconds_max});
        co_await asio::async_write(connection, asio::buffer(*block), token);
        if (error)
            co_return false;
        left -= block->size();
    }
    co_return true;
}

asio::awaitable<void> Server::State::refuse(EitherStream& connection, unsigned status, const Fault& fault) {
    beast::tcp_stream& lowest = connection.next_layer();
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    auto reply = reply_of(problem(status, fault, {}), false, false, is_tls);
    lowest.expires_after(refusal_lasts);
    co_await beast::http::async_write(connection, reply, token);
    if (is_tls)
        co_return;
    // What it still sends is taken and thrown away: a reset would take the reply from it.
    if (!error)
        lowest.socket().shutdown(Tcp::socket::shutdown_send, error);
    std::array<char, 4096> rest;
    for (std::size_t taken = 0; !error && taken < refused_bytes_max;)
        taken += co_await lowest.async_read_some(asio::buffer(rest), token);
}

asio::awaitable<Response> Server::State::answer(Begun& begun, const Request& request) {
    if (auto* const response = std::get_if<Response>(&begun))
        co_return std::move(*response);
    if (std::holds_alternative<Stream>(begun))
        co_return too_many_requests(stream_pause, request.accept_language);
    auto* const long_work = std::get_if<LongWork>(&begun);
    std::size_t& count = long_work ? long_works : works;
    if (count >= (long_work ? long_work_max : work_max))
        co_return too_many_requests(long_work ? long_work_pause : work_pause, request.accept_language);
    const Counted working{count};
    Work work = long_work ? std::move(long_work->work) : std::get<Work>(std::move(begun));
    Response response = co_await asio::co_spawn(long_work ? long_aside : aside, done(std::move(work)), asio::use_awaitable);
    co_return response;
}

asio::awaitable<void> Server::State::tell(EitherStream& connection, std::unique_ptr<Hearing>& hearing, bool is_head) {
    beast::tcp_stream& lowest = connection.next_layer();
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    // What a slow reader has not taken waits in no more than this.
    lowest.socket().set_option(asio::socket_base::send_buffer_size{stream_buffer_bytes}, error);
    (void)::setsockopt(lowest.socket().native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &unheard_ms, sizeof unheard_ms);
    auto reply = beginning_of_stream(is_tls);
    beast::http::response_serializer<beast::http::string_body> head{reply};
    lowest.expires_after(std::chrono::seconds{settings.seconds_max});
    co_await beast::http::async_write_header(connection, head, token);
    if (error || is_head)
        co_return;
    lowest.expires_never();
    const auto listener = std::make_shared<Listener>(context);
    connection.async_read_some(asio::buffer(&listener->octet, 1), [listener](boost::system::error_code, std::size_t) {
        listener->is_gone = true;
        listener->timer.cancel();
    });
    co_await go_on(connection, *hearing, *listener);
    hearing.reset();
    // The read uses the connection until it has ended.
    lowest.cancel();
    while (!listener->is_gone) {
        listener->timer.expires_at(asio::steady_timer::time_point::max());
        co_await listener->timer.async_wait(token);
    }
}

asio::awaitable<void> Server::State::go_on(EitherStream& connection, Hearing& hearing, Listener& listener) {
    boost::system::error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    while (!listener.is_gone) {
        std::optional<std::string> told;
        try {
            told = hearing.next();
        } catch (const std::exception&) {
            // As with a handler that throws: it costs its caller the connection.
            co_return;
        }
        if (!told)
            co_return;
        if (!told->empty()) {
            connection.next_layer().expires_after(std::chrono::seconds{settings.seconds_max});
            co_await asio::async_write(connection, asio::buffer(*told), token);
            if (error)
                co_return;
        }
        if (listener.is_gone)
            co_return;
        listener.timer.expires_after(settings.beat);
        co_await listener.timer.async_wait(token);
    }
}

}  // namespace hub::http
