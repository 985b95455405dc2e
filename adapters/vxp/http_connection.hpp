#pragma once
// One caller of an HttpListener, request after request: a coroutine on a strand. Only for http_listener.cpp.

#include "adapters/vxp/http_listener.hpp"
#include "hub/http/either_stream.hpp"

#include <boost/asio/awaitable.hpp>

namespace hub::vxp {

/// After the handshake, until one side ends it.
boost::asio::awaitable<void> serve(http::EitherStream& stream, const ListenerSettings& settings, Site& site);

}  // namespace hub::vxp
