#include "adapters/vxp/http_listener.hpp"

#include "adapters/vxp/http_connection.hpp"

#include "hub/http/listening.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <openssl/ssl.h>

#include <map>
#include <mutex>
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
    // Each handshake is paid for by a connection, and nothing is remembered of it.
    (void)SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
    (void)SSL_CTX_set_session_cache_mode(context->native_handle(), SSL_SESS_CACHE_OFF);
    Error error;
    if (context->use_certificate_chain_file(settings.certificate_file.string(), error); error)
        return Fault{Errc::setting_invalid, settings.certificate_file.string(), error.message()};
    if (context->use_private_key_file(settings.key_file.string(), ssl::context::pem, error); error)
        return Fault{Errc::setting_invalid, settings.key_file.string(), error.message()};
    return context;
}

class Places;

/// Of one connection, given back however it ends.
class Place {
public:
    Place(Places& places, asio::ip::address address) : places_{&places}, address_{std::move(address)} {}
    Place(Place&& other) noexcept : places_{std::exchange(other.places_, nullptr)}, address_{std::move(other.address_)} {}
    Place& operator=(Place&&) = delete;
    ~Place();

private:
    Places* places_;
    asio::ip::address address_;
};

/// How many connections there are, in all and from one address.
class Places {
public:
    explicit Places(const ListenerSettings& settings) : settings_{settings} {}

    std::optional<Place> take(const asio::ip::address& address) {
        const std::scoped_lock lock{mutex_};
        std::size_t& here = by_address_[address];
        if (all_ >= settings_.connections_max || here >= settings_.connections_per_address_max) {
            if (here == 0)
                by_address_.erase(address);
            return std::nullopt;
        }
        ++here;
        ++all_;
        return std::optional<Place>{std::in_place, *this, address};
    }
    void give_back(const asio::ip::address& address) {
        const std::scoped_lock lock{mutex_};
        --all_;
        if (const auto here = by_address_.find(address); here != by_address_.end() && --here->second == 0)
            by_address_.erase(here);
    }

private:
    const ListenerSettings& settings_;
    std::mutex mutex_;
    std::size_t all_ = 0;
    std::map<asio::ip::address, std::size_t> by_address_;
};

Place::~Place() {
    if (places_)
        places_->give_back(address_);
}

}  // namespace

struct HttpListener::State {
    State(const ListenerSettings& given, Site& served) : settings{given}, site{served} {}

    asio::awaitable<void> accept();
    asio::awaitable<void> serve_plain(Tcp::socket socket, Place place);
    asio::awaitable<void> serve_tls(Tcp::socket socket, Place place);

    const ListenerSettings settings;
    Site& site;
    std::unique_ptr<ssl::context> tls;
    Places places{settings};
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
    const std::string place = settings.host + ":" + std::to_string(settings.port);
    if (auto listening = http::listen_at(state->acceptor, settings.host, settings.port, place); !listening)
        return listening.error();
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
        const auto caller = socket.remote_endpoint(error);
        if (error || !site.is_open())
            continue;
        auto place = places.take(caller.address());
        if (!place)
            continue;
        socket.set_option(Tcp::no_delay{true}, error);
        const auto strand = socket.get_executor();
        asio::co_spawn(strand, tls ? serve_tls(std::move(socket), std::move(*place))
                                   : serve_plain(std::move(socket), std::move(*place)),
                       asio::detached);
    }
}

asio::awaitable<void> HttpListener::State::serve_plain(Tcp::socket socket, [[maybe_unused]] Place place) {
    http::EitherStream stream{beast::tcp_stream{std::move(socket)}};
    co_await serve(stream, settings, site);
}

asio::awaitable<void> HttpListener::State::serve_tls(Tcp::socket socket, [[maybe_unused]] Place place) {
    http::EitherStream stream{beast::tcp_stream{std::move(socket)}, *tls};
    Error error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    stream.next_layer().expires_after(settings.header_time);
    co_await stream.async_handshake(ssl::stream_base::server, token);
    if (!error)
        co_await serve(stream, settings, site);
}

}  // namespace hub::vxp
