#include "hub/http/content_tls.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

// gcc 12 takes the two halves of Asio's own allocation of coroutine frames for a mismatch.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace hub::http {
namespace {

namespace asio = boost::asio;
using Error = boost::system::error_code;

auto token_for(Error& error) { return asio::redirect_error(asio::use_awaitable, error); }

int int_of(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, INT32_MAX)); }

}  // namespace

/// The way between OpenSSL and the socket. OpenSSL's own would send each record of 16 KiB as a packet by
/// itself, and end the process by SIGPIPE when the other side has hung up.
struct TlsSocket::Wire {
    static int write(BIO* bio, const char* octets, int count) {
        auto& socket = *static_cast<TlsSocket*>(BIO_get_data(bio));
        const int more = socket.has_more_ ? MSG_MORE : 0;
        return done(bio, BIO_FLAGS_WRITE, [&] {
            return ::send(socket.socket_.native_handle(), octets, static_cast<std::size_t>(count),
                          MSG_NOSIGNAL | more);
        });
    }

    static int read(BIO* bio, char* octets, int count) {
        auto& socket = *static_cast<TlsSocket*>(BIO_get_data(bio));
        return done(bio, BIO_FLAGS_READ, [&] {
            return ::recv(socket.socket_.native_handle(), octets, static_cast<std::size_t>(count), 0);
        });
    }

    template <class Call>
    static int done(BIO* bio, int direction, Call call) {
        BIO_clear_retry_flags(bio);
        ssize_t result = -1;
        do
            result = call();
        while (result < 0 && errno == EINTR);
        if (result < 0 && errno == EAGAIN)
            BIO_set_flags(bio, direction | BIO_FLAGS_SHOULD_RETRY);
        return static_cast<int>(result);
    }

    static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

    static const BIO_METHOD* method() {
        static const std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> made = [] {
            std::unique_ptr<BIO_METHOD, decltype(&BIO_meth_free)> wire{
                BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket"), BIO_meth_free};
            HUB_ASSERT(wire != nullptr);
            BIO_meth_set_write(wire.get(), write);
            BIO_meth_set_read(wire.get(), read);
            BIO_meth_set_ctrl(wire.get(), control);
            return wire;
        }();
        return made.get();
    }
};

Result<TlsSettings> TlsSettings::load(const std::string& certificate_file, const std::string& key_file) {
    const std::shared_ptr<SSL_CTX> context{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
    HUB_ASSERT(context != nullptr);
    (void)SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    (void)SSL_CTX_set_options(context.get(),
                              SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION);
    (void)SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    (void)SSL_CTX_set_num_tickets(context.get(), 0);
    (void)SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(context.get(), 1);
    // Whose certificate it is and whether it is valid now is found by its digest: no chain is built.
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_cert_verify_callback(
        context.get(), [](X509_STORE_CTX*, void*) { return 1; }, nullptr);
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context.get(), certificate_file.c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(context.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context.get()) != 1) {
        std::array<char, 256> text{};
        ERR_error_string_n(ERR_get_error(), text.data(), text.size());
        return Fault{Errc::setting_invalid, {}, text.data()};
    }
    return TlsSettings{context};
}

void TlsSocket::Free::operator()(ssl_st* tls) const noexcept { SSL_free(tls); }

TlsSocket::TlsSocket(Socket socket, const TlsSettings& settings)
    : socket_{std::move(socket)}, timer_{socket_.get_executor()}, tls_{SSL_new(settings.context_.get())} {
    Error ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(asio::ip::tcp::no_delay{true}, ignored);
    BIO* const wire = BIO_new(Wire::method());
    HUB_ASSERT(tls_ != nullptr && wire != nullptr);
    BIO_set_data(wire, this);
    BIO_set_init(wire, 1);
    SSL_set_bio(tls_.get(), wire, wire);
}

std::shared_ptr<TlsSocket> TlsSocket::make(Socket socket, const TlsSettings& settings) {
    return std::shared_ptr<TlsSocket>{new TlsSocket{std::move(socket), settings}};
}

void TlsSocket::allow(std::chrono::seconds limit) {
    deadline_ = std::chrono::steady_clock::now() + limit;
    // A deadline that passed while nothing was asked of the other side says nothing about it. For an earlier one than
    // the timer's the timer would go off too late.
    if (!is_watched_ || is_late_ || deadline_ < timer_.expiry())
        watch();
}

/// One timer for all deadlines: when it goes off and the deadline has moved meanwhile, it is set again.
void TlsSocket::watch() {
    is_watched_ = true;
    is_late_ = false;
    timer_.expires_at(deadline_);
    timer_.async_wait([weak = weak_from_this()](Error error) {
        const auto self = weak.lock();
        if (error || !self)
            return;
        if (std::chrono::steady_clock::now() < self->deadline_) {
            self->watch();
            return;
        }
        self->is_late_ = true;
        Error ignored;
        self->socket_.cancel(ignored);
    });
}

/// After a call of OpenSSL that did not succeed: waits until it is worth trying again. False: it never will
/// be.
asio::awaitable<bool> TlsSocket::is_ready_again(int result) {
    const int wanted = SSL_get_error(tls_.get(), result);
    if (wanted != SSL_ERROR_WANT_READ && wanted != SSL_ERROR_WANT_WRITE)
        co_return false;
    Error error;
    const auto ready = wanted == SSL_ERROR_WANT_READ ? Socket::wait_read : Socket::wait_write;
    if (!is_late_)
        co_await socket_.async_wait(ready, token_for(error));
    co_return !error && !is_late_;
}

/// A connection that is always ready would keep its thread for itself.
asio::awaitable<void> TlsSocket::let_others_go() const { co_await asio::post(asio::use_awaitable); }

asio::awaitable<bool> TlsSocket::handshake() {
    for (;;) {
        ERR_clear_error();
        const int result = SSL_accept(tls_.get());
        if (result == 1)
            co_return true;
        const bool is_worth_it = co_await is_ready_again(result);
        if (!is_worth_it)
            co_return false;
    }
}

Digest TlsSocket::certificate_sha256() const {
    Digest digest;
    const std::unique_ptr<X509, decltype(&X509_free)> certificate{SSL_get1_peer_certificate(tls_.get()),
                                                                  X509_free};
    if (certificate)
        (void)X509_digest(certificate.get(), EVP_sha256(), digest.octets.data(), nullptr);
    return digest;
}

asio::awaitable<std::size_t> TlsSocket::read_some(asio::mutable_buffer to) {
    for (;;) {
        ERR_clear_error();
        const int result = SSL_read(tls_.get(), to.data(), int_of(to.size()));
        if (result > 0)
            co_return static_cast<std::size_t>(result);
        const bool is_worth_it = co_await is_ready_again(result);
        if (!is_worth_it)
            co_return 0;
    }
}

asio::awaitable<std::size_t> TlsSocket::read(asio::mutable_buffer to) {
    co_await let_others_go();
    std::size_t got = 0;
    while (got < to.size()) {
        ERR_clear_error();
        const asio::mutable_buffer rest = to + got;
        const int result = SSL_read(tls_.get(), rest.data(), int_of(rest.size()));
        if (result > 0) {
            got += static_cast<std::size_t>(result);
            continue;
        }
        const bool is_worth_it = co_await is_ready_again(result);
        if (!is_worth_it)
            break;
    }
    co_return got;
}

asio::awaitable<bool> TlsSocket::write(asio::const_buffer from) {
    co_await let_others_go();
    while (from.size() > 0) {
        ERR_clear_error();
        has_more_ = from.size() > SSL3_RT_MAX_PLAIN_LENGTH;
        const int result = SSL_write(tls_.get(), from.data(), int_of(from.size()));
        if (result > 0) {
            from += static_cast<std::size_t>(result);
            continue;
        }
        const bool is_worth_it = co_await is_ready_again(result);
        if (!is_worth_it)
            co_return false;
    }
    co_return true;
}

asio::awaitable<void> TlsSocket::hang_up(std::size_t bytes_max) {
    ERR_clear_error();
    (void)SSL_shutdown(tls_.get());
    Error error;
    socket_.shutdown(Socket::shutdown_send, error);
    std::array<char, 16 * 1024> block;
    std::size_t dropped = 0;
    while (dropped < bytes_max && !is_late_) {
        // The deadline, too, gets its turn by it.
        co_await let_others_go();
        dropped += socket_.read_some(asio::buffer(block), error);
        if (error == asio::error::would_block)
            co_await socket_.async_wait(Socket::wait_read, token_for(error));
        if (error)
            break;
    }
}

}  // namespace hub::http
