#include "hub/http/content_server.hpp"

#include "hub/http/content_connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <openssl/ssl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <thread>
#include <vector>

namespace hub::http {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Error = boost::system::error_code;

/// Below the hub's other threads: short documents go first.
constexpr int niceness = 10;

void set_up(asio::ssl::context& tls, const ContentServer::Settings& settings, Error& error) {
    SSL_CTX* const context = tls.native_handle();
    (void)SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    (void)SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
    (void)SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    (void)SSL_CTX_set_num_tickets(context, 0);
    // The caller must have a certificate and its key. Whose it is and whether it is valid now, the desk says,
    // by its digest: no chain is built.
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_cert_verify_callback(
        context, [](X509_STORE_CTX*, void*) { return 1; }, nullptr);
    tls.use_certificate_chain_file(settings.certificate_file, error);
    if (!error)
        tls.use_private_key_file(settings.key_file, asio::ssl::context::pem, error);
}

asio::awaitable<void> serve(std::unique_ptr<ContentConnection> connection) { co_await connection->run(); }

}  // namespace

struct ContentServer::State {
    State(const Settings& given, ContentDesk& answers) : settings{given}, desk{answers}, counts{given} {}

    Result<void> listen();
    asio::awaitable<void> accept();

    const Settings settings;
    ContentDesk& desk;
    ConnectionCounts counts;
    asio::ssl::context tls{asio::ssl::context::tls_server};
    asio::io_context context;  ///< Ends before what its connections use.
    Tcp::acceptor acceptor{context};
    std::uint16_t port = 0;
    std::vector<std::jthread> threads;
};

ContentServer::ContentServer(std::unique_ptr<State> state) : state_{std::move(state)} {}

ContentServer::~ContentServer() {
    state_->context.stop();
    state_->threads.clear();
}

std::uint16_t ContentServer::port() const noexcept { return state_->port; }

Result<void> ContentServer::State::listen() {
    Error error;
    const Tcp::endpoint endpoint{asio::ip::make_address(settings.host, error), settings.port};
    const auto check = [&] { return !error; };
    if (check())
        acceptor.open(endpoint.protocol(), error);
    if (check())
        acceptor.set_option(Tcp::acceptor::reuse_address{true}, error);
    if (check())
        acceptor.bind(endpoint, error);
    if (check())
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (check())
        port = acceptor.local_endpoint(error).port();
    if (!check())
        return Fault{Errc::setting_invalid, "contents.listen", error.message()};
    return {};
}

Result<std::unique_ptr<ContentServer>> ContentServer::start(const Settings& settings, ContentDesk& desk) {
    auto state = std::make_unique<State>(settings, desk);
    Error error;
    set_up(state->tls, settings, error);
    if (error)
        return Fault{Errc::setting_invalid, "contents.certificate_file", error.message()};
    if (auto listening = state->listen(); !listening)
        return listening.error();
    asio::co_spawn(state->context, state->accept(), asio::detached);
    for (std::size_t i = 0; i < settings.threads; ++i)
        state->threads.emplace_back([s = state.get()] {
            (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), niceness);
            s->context.run();
        });
    return std::unique_ptr<ContentServer>{new ContentServer{std::move(state)}};
}

asio::awaitable<void> ContentServer::State::accept() {
    for (;;) {
        Error error;
        auto token = asio::redirect_error(asio::use_awaitable, error);
        const auto strand = asio::make_strand(context);
        Tcp::socket socket = co_await acceptor.async_accept(strand, token);
        if (error == asio::error::operation_aborted)
            co_return;
        if (error) {
            // Out of descriptors: the next one may fare better, after a while.
            asio::steady_timer pause{context, std::chrono::milliseconds{100}};
            co_await pause.async_wait(token);
            continue;
        }
        auto connection = std::make_unique<ContentConnection>(std::move(socket), tls, settings, desk, counts);
        asio::co_spawn(strand, serve(std::move(connection)), asio::detached);
    }
}

}  // namespace hub::http
