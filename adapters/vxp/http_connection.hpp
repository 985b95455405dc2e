#pragma once
// One caller of an HttpListener, request after request: a coroutine on a strand. Only for http_listener.cpp.

#include "adapters/vxp/http_listener.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

namespace hub::vxp {

using PlainStream = boost::beast::tcp_stream;
using TlsStream = boost::beast::ssl_stream<boost::beast::tcp_stream>;

/// After the handshake, until one side ends it.
template <class Stream>
boost::asio::awaitable<void> serve(Stream& stream, const ListenerSettings& settings, Site& site);

}  // namespace hub::vxp
