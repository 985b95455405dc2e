#pragma once
// One TLS connection, the server's half: OpenSSL reads and writes the socket by itself, and a coroutine waits
// only when the socket is not ready. Asio's own TLS stream copies every octet twice more and arms a timer for
// every record; that took twice the processor time. Everything on the socket's strand.

#include "hub/core/ids.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>

struct ssl_ctx_st;
struct ssl_st;

namespace hub::http {

/// Certificate and key of the server. TLS 1.2 or later; whoever calls must have a certificate and its key.
class TlsSettings {
public:
    /// The fault's text is OpenSSL's.
    static Result<TlsSettings> load(const std::string& certificate_file, const std::string& key_file);

private:
    friend class TlsSocket;
    explicit TlsSettings(std::shared_ptr<ssl_ctx_st> context) : context_{std::move(context)} {}
    std::shared_ptr<ssl_ctx_st> context_;
};

class TlsSocket : public std::enable_shared_from_this<TlsSocket> {
public:
    using Socket = boost::asio::ip::tcp::socket;
    static std::shared_ptr<TlsSocket> make(Socket socket, const TlsSettings& settings);

    /// What follows must be done in this time, from now on. When it is not, it ends like a broken connection.
    void allow(std::chrono::seconds limit);

    boost::asio::awaitable<bool> handshake();
    /// Of the DER of the certificate whose key the caller has proved to have. It may be anybody's.
    Digest certificate_sha256() const;

    /// What there is, at least one octet; 0 when the connection is over.
    boost::asio::awaitable<std::size_t> read_some(boost::asio::mutable_buffer to);
    /// All of it, or what there was when the connection was over.
    boost::asio::awaitable<std::size_t> read(boost::asio::mutable_buffer to);
    boost::asio::awaitable<bool> write(boost::asio::const_buffer from);
    /// The end as it should be: says so, and throws away at most so much of what the caller is still sending.
    /// With unread octets in it a socket is reset when it is closed, and the caller would lose our last
    /// answer.
    boost::asio::awaitable<void> hang_up(std::size_t bytes_max);

private:
    struct Free {
        void operator()(ssl_st* tls) const noexcept;
    };
    struct Wire;
    TlsSocket(Socket socket, const TlsSettings& settings);
    void watch();
    boost::asio::awaitable<bool> is_ready_again(int result);
    boost::asio::awaitable<void> let_others_go() const;

    Socket socket_;
    bool has_more_ = false;  ///< To be written right after this: the kernel need not send yet.
    boost::asio::steady_timer timer_;
    std::chrono::steady_clock::time_point deadline_;
    std::unique_ptr<ssl_st, Free> tls_;
    bool is_watched_ = false;
    bool is_late_ = false;
};

}  // namespace hub::http
