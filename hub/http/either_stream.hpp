#pragma once
// A connection in the clear or over TLS, as one type: Beast's reading and writing takes the compiler half a minute for
// each type of stream. As with the streams beneath it, what is begun on it runs on its socket's executor: the coroutines
// that use it must run there too.

#include <boost/asio/async_result.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include <functional>
#include <memory>
#include <variant>
#include <vector>

namespace hub::http {

class EitherStream {
public:
    using Error = boost::system::error_code;
    using Plain = boost::beast::tcp_stream;
    using Tls = boost::beast::ssl_stream<Plain>;
    using executor_type = Plain::executor_type;

    explicit EitherStream(Plain stream) : stream_{std::in_place_type<Plain>, std::move(stream)} {}
    EitherStream(Plain stream, boost::asio::ssl::context& context)
        : stream_{std::in_place_type<Tls>, std::move(stream), context} {}

    executor_type get_executor() noexcept { return next_layer().get_executor(); }
    /// The connection itself, for deadlines and to end it.
    Plain& next_layer() noexcept;
    /// nullptr: in the clear.
    Tls* tls() noexcept { return std::get_if<Tls>(&stream_); }

    template <class Buffers, class Token>
    BOOST_ASIO_INITFN_RESULT_TYPE(Token, void(Error, std::size_t))
    async_read_some(const Buffers& buffers, Token&& token) {
        boost::asio::mutable_buffer room;
        for (auto each = boost::asio::buffer_sequence_begin(buffers);
             room.size() == 0 && each != boost::asio::buffer_sequence_end(buffers); ++each)
            room = *each;
        return boost::asio::async_initiate<Token, void(Error, std::size_t)>(
            [this](auto handler, boost::asio::mutable_buffer into) { read(into, once(std::move(handler))); }, token, room);
    }
    template <class Buffers, class Token>
    BOOST_ASIO_INITFN_RESULT_TYPE(Token, void(Error, std::size_t))
    async_write_some(const Buffers& buffers, Token&& token) {
        return boost::asio::async_initiate<Token, void(Error, std::size_t)>(
            [this](auto handler, Octets octets) { write(std::move(octets), once(std::move(handler))); }, token,
            Octets(boost::asio::buffer_sequence_begin(buffers), boost::asio::buffer_sequence_end(buffers)));
    }
    /// Only over TLS.
    template <class Token>
    BOOST_ASIO_INITFN_RESULT_TYPE(Token, void(Error))
    async_handshake(boost::asio::ssl::stream_base::handshake_type type, Token&& token) {
        return boost::asio::async_initiate<Token, void(Error)>(
            [this, type](auto handler) { shake_hands(type, once(std::move(handler))); }, token);
    }
    /// Only over TLS.
    template <class Token>
    BOOST_ASIO_INITFN_RESULT_TYPE(Token, void(Error))
    async_shutdown(Token&& token) {
        return boost::asio::async_initiate<Token, void(Error)>(
            [this](auto handler) { say_goodbye(once(std::move(handler))); }, token);
    }

private:
    using Octets = std::vector<boost::asio::const_buffer>;

    /// A handler can only be moved, a function must be copied.
    template <class Handler>
    static auto once(Handler handler) {
        return [held = std::make_shared<Handler>(std::move(handler))](auto... results) {
            Handler ready = std::move(*held);
            ready(results...);
        };
    }
    void read(boost::asio::mutable_buffer into, std::function<void(Error, std::size_t)> done);
    void write(Octets octets, std::function<void(Error, std::size_t)> done);
    void shake_hands(boost::asio::ssl::stream_base::handshake_type type, std::function<void(Error)> done);
    void say_goodbye(std::function<void(Error)> done);

    std::variant<Plain, Tls> stream_;
};

}  // namespace hub::http
