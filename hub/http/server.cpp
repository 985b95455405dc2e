#include "hub/http/server.hpp"

#include "hub/http/api.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <thread>
#include <utility>

namespace hub::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Tcp = asio::ip::tcp;

constexpr std::size_t header_bytes_max = 16 * 1024;
constexpr std::size_t body_bytes_max = 4 * 1024;
constexpr std::chrono::milliseconds accept_pause{50};

using Message = beast::http::request<beast::http::string_body>;

Request request_of(const Message& message) {
    const auto field = [&](beast::http::field name) { return std::string{message[name]}; };
    return {std::string{message.method_string()}, std::string{message.target()}, field(beast::http::field::host),
            field(beast::http::field::authorization), field(beast::http::field::accept_language),
            field(beast::http::field::accept_encoding), field(beast::http::field::if_none_match)};
}

beast::http::response<beast::http::string_body> reply_of(const Response& response, const Message& request) {
    beast::http::response<beast::http::string_body> reply{static_cast<beast::http::status>(response.status), 11};
    reply.set(beast::http::field::content_type, response.content_type);
    reply.set(beast::http::field::cache_control, "no-store");
    reply.set("X-Content-Type-Options", "nosniff");
    // Pages get no more than they need: scripts, styles and pictures of this host, and no frame around them.
    reply.set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                                         "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'");
    if (response.status == 401)
        reply.set(beast::http::field::www_authenticate, "Bearer");
    if (response.status == 405)
        reply.set(beast::http::field::allow, response.allow);
    for (const Field& field : response.fields)
        reply.set(field.name, field.value);
    reply.keep_alive(request.keep_alive());
    reply.body() = response.body;
    reply.prepare_payload();
    // Its caller expects none: a body would be taken for the beginning of the next reply.
    if (request.method() == beast::http::verb::head)
        reply.body().clear();
    return reply;
}

}  // namespace

struct Server::State {
    State(const Settings& given, Handler answer) : settings{given}, handler{std::move(answer)} {}

    /// A place among connections_max, given back however its connection ends.
    class Place {
    public:
        explicit Place(State& state) : state_{&state} { ++state.connections; }
        Place(Place&& other) noexcept : state_{std::exchange(other.state_, nullptr)} {}
        Place& operator=(Place&&) = delete;
        ~Place() {
            if (state_)
                --state_->connections;
        }

    private:
        State* state_;
    };

    asio::awaitable<void> accept();
    asio::awaitable<void> serve(beast::tcp_stream stream, Place place);

    const Settings settings;
    const Handler handler;
    asio::io_context context{1};
    Tcp::acceptor acceptor{context};
    std::size_t connections = 0;
    std::thread thread;
};

Server::Server(std::unique_ptr<State> state) : state_{std::move(state)} {}

Server::~Server() {
    state_->context.stop();
    if (state_->thread.joinable())
        state_->thread.join();
}

std::uint16_t Server::port() const noexcept {
    boost::system::error_code error;
    return state_->acceptor.local_endpoint(error).port();
}

Result<std::unique_ptr<Server>> Server::start(const Settings& settings, Handler handler) {
    auto state = std::make_unique<State>(settings, std::move(handler));
    boost::system::error_code error;
    const auto address = asio::ip::make_address(settings.host, error);
    const Tcp::endpoint endpoint{address, settings.port};
    const auto check = [&] { return !error; };
    if (check())
        state->acceptor.open(endpoint.protocol(), error);
    if (check())
        state->acceptor.set_option(Tcp::acceptor::reuse_address{true}, error);
    if (check())
        state->acceptor.bind(endpoint, error);
    if (check())
        state->acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (!check())
        return Fault{Errc::setting_invalid, "http.listen", error.message()};
    asio::co_spawn(state->context, state->accept(), asio::detached);
    state->thread = std::thread{[s = state.get()] { s->context.run(); }};
    return std::unique_ptr<Server>{new Server{std::move(state)}};
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
        if (connections >= settings.connections_max)
            continue;
        asio::co_spawn(context, serve(beast::tcp_stream{std::move(socket)}, Place{*this}), asio::detached);
    }
}

asio::awaitable<void> Server::State::serve(beast::tcp_stream stream, [[maybe_unused]] Place place) {
    beast::flat_buffer buffer{header_bytes_max + body_bytes_max};
    bool is_kept = true;
    while (is_kept) {
        boost::system::error_code error;
        auto token = asio::redirect_error(asio::use_awaitable, error);
        beast::http::request_parser<beast::http::string_body> parser;
        parser.header_limit(header_bytes_max);
        parser.body_limit(body_bytes_max);
        stream.expires_after(std::chrono::seconds{settings.seconds_max});
        co_await beast::http::async_read(stream, buffer, parser, token);
        if (error)
            break;
        is_kept = parser.get().keep_alive();
        const Response response = handler(request_of(parser.get()));
        auto reply = reply_of(response, parser.get());
        stream.expires_after(std::chrono::seconds{settings.seconds_max});
        co_await beast::http::async_write(stream, reply, token);
        if (error)
            break;
    }
    boost::system::error_code ignored;
    stream.socket().shutdown(Tcp::socket::shutdown_both, ignored);
}

}  // namespace hub::http
