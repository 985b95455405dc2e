#include "adapters/vxp/http_listener.hpp"

#include "adapters/vxp/http_connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <thread>

// gcc 12 takes the two halves of Asio's own allocation of coroutine frames for a mismatch.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace hub::vxp {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ssl = asio::ssl;
using Tcp = asio::ip::tcp;
using Error = boost::system::error_code;

constexpr std::chrono::milliseconds accept_pause{50};

Result<std::unique_ptr<ssl::context>> tls_of(const ListenerSettings& settings) {
    if (settings.certificate_file.empty())
        return std::unique_ptr<ssl::context>{};
    auto context = std::make_unique<ssl::context>(ssl::context::tls_server);
    context->set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
    Error error;
    if (context->use_certificate_chain_file(settings.certificate_file.string(), error); error)
        return Fault{Errc::setting_invalid, settings.certificate_file.string(), error.message()};
    if (context->use_private_key_file(settings.key_file.string(), ssl::context::pem, error); error)
        return Fault{Errc::setting_invalid, settings.key_file.string(), error.message()};
    return context;
}

/// A place among connections_max, given back however its connection ends.
class Place {
public:
    explicit Place(std::atomic<std::size_t>& taken) : taken_{&taken} { ++taken; }
    Place(Place&& other) noexcept : taken_{std::exchange(other.taken_, nullptr)} {}
    Place& operator=(Place&&) = delete;
    ~Place() {
        if (taken_)
            --*taken_;
    }

private:
    std::atomic<std::size_t>* taken_;
};

}  // namespace

struct HttpListener::State {
    State(const ListenerSettings& given, Site& served) : settings{given}, site{served} {}

    asio::awaitable<void> accept();
    asio::awaitable<void> serve_plain(Tcp::socket socket, Place place);
    asio::awaitable<void> serve_tls(Tcp::socket socket, Place place);

    const ListenerSettings settings;
    Site& site;
    std::unique_ptr<ssl::context> tls;
    std::atomic<std::size_t> connections = 0;
    asio::io_context context;
    Tcp::acceptor acceptor{context};
    std::vector<std::thread> threads;
};

HttpListener::HttpListener(std::unique_ptr<State> state) : state_{std::move(state)} {}

HttpListener::~HttpListener() {
    state_->context.stop();
    for (std::thread& thread : state_->threads)
        thread.join();
}

std::uint16_t HttpListener::port() const noexcept {
    Error error;
    return state_->acceptor.local_endpoint(error).port();
}

Result<std::unique_ptr<HttpListener>> HttpListener::start(const ListenerSettings& settings, Site& site) {
    auto state = std::make_unique<State>(settings, site);
    auto tls = tls_of(settings);
    if (!tls)
        return tls.error();
    state->tls = std::move(*tls);
    Error error;
    const Tcp::endpoint endpoint{asio::ip::make_address(settings.host, error), settings.port};
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
        return Fault{Errc::setting_invalid, settings.host + ":" + std::to_string(settings.port), error.message()};
    asio::co_spawn(state->context, state->accept(), asio::detached);
    for (unsigned i = 0; i < std::max(settings.threads, 1U); ++i)
        state->threads.emplace_back([s = state.get()] { s->context.run(); });
    return std::unique_ptr<HttpListener>{new HttpListener{std::move(state)}};
}

asio::awaitable<void> HttpListener::State::accept() {
    for (;;) {
        Error error;
        auto token = asio::redirect_error(asio::use_awaitable, error);
        Tcp::socket socket = co_await acceptor.async_accept(asio::make_strand(context), token);
        if (error == asio::error::operation_aborted)
            co_return;
        if (error) {
            // Out of descriptors. The caller stays in the queue; asking again at once would only burn the processor.
            asio::steady_timer pause{context, accept_pause};
            co_await pause.async_wait(token);
            continue;
        }
        if (connections >= settings.connections_max || !site.is_open())
            continue;
        socket.set_option(Tcp::no_delay{true}, error);
        const auto strand = socket.get_executor();
        asio::co_spawn(strand, tls ? serve_tls(std::move(socket), Place{connections})
                                   : serve_plain(std::move(socket), Place{connections}),
                       asio::detached);
    }
}

asio::awaitable<void> HttpListener::State::serve_plain(Tcp::socket socket, [[maybe_unused]] Place place) {
    PlainStream stream{std::move(socket)};
    co_await serve(stream, settings, site);
}

asio::awaitable<void> HttpListener::State::serve_tls(Tcp::socket socket, [[maybe_unused]] Place place) {
    TlsStream stream{std::move(socket), *tls};
    Error error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    beast::get_lowest_layer(stream).expires_after(settings.header_time);
    co_await stream.async_handshake(ssl::stream_base::server, token);
    if (!error)
        co_await serve(stream, settings, site);
}

}  // namespace hub::vxp
