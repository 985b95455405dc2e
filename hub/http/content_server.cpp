#include "hub/http/content_server.hpp"

#include "hub/http/caller_network.hpp"
#include "hub/http/connection_counts.hpp"
#include "hub/http/content_connection.hpp"
#include "hub/http/listening.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <pthread.h>
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

constexpr std::size_t pool_threads = 2;

asio::awaitable<void> serve(std::unique_ptr<ContentConnection> connection) { co_await connection->run(); }

}  // namespace

struct ContentServer::State {
    State(const Settings& given, TlsSettings of_tls, ContentDesk& answers)
        : settings{given}, tls{std::move(of_tls)}, desk{answers},
          counts{{settings.connections_max, settings.nameless_per_address_max, settings.connections_per_agency_max}} {}

    asio::awaitable<void> accept();

    const Settings settings;
    const TlsSettings tls;
    ContentDesk& desk;
    ConnectionCounts counts;
    Pace pace;
    asio::io_context context;  ///< Ends before what its connections use.
    asio::thread_pool pool{pool_threads};  ///< Ends before the context: its work goes on there.
    Tcp::acceptor acceptor{context};
    std::vector<std::jthread> threads;
};

ContentServer::ContentServer(std::unique_ptr<State> state) : state_{std::move(state)} {}

ContentServer::~ContentServer() {
    state_->context.stop();
    state_->threads.clear();
    state_->pool.stop();
    state_->pool.join();
}

std::uint16_t ContentServer::port() const noexcept {
    Error error;
    return state_->acceptor.local_endpoint(error).port();
}

Result<std::unique_ptr<ContentServer>> ContentServer::start(const Settings& settings, ContentDesk& desk) {
    auto tls = TlsSettings::load(settings.certificate_file, settings.key_file);
    if (!tls)
        return Fault{Errc::setting_invalid, "contents.certificate_file", tls.error().peer_text};
    auto state = std::make_unique<State>(settings, std::move(*tls), desk);
    if (auto listening = listen_at(state->acceptor, settings.host, settings.port, "contents.listen"); !listening)
        return listening.error();
    asio::co_spawn(state->context, state->accept(), asio::detached);
    for (std::size_t i = 0; i < settings.threads; ++i)
        state->threads.emplace_back([s = state.get()] {
            (void)::pthread_setname_np(::pthread_self(), "contents");
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
        Error gone;
        const std::string address = caller_network(socket.remote_endpoint(gone).address().to_string());
        auto connection = std::make_unique<ContentConnection>(
            TlsSocket::make(std::move(socket), tls), address,
            ContentConnection::Shared{settings, desk, pool, counts, pace});
        asio::co_spawn(strand, serve(std::move(connection)), asio::detached);
    }
}

}  // namespace hub::http
