#pragma once
// Where a server of ours begins to listen.

#include "hub/core/fault.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <string>

namespace hub::http {

/// Opens, binds and listens. setting_invalid, `field` being the setting: the address is not one of this machine;
/// address_in_use: another program has it, which is no wrong setting and may pass.
Result<void> listen_at(boost::asio::ip::tcp::acceptor& acceptor, const std::string& host, std::uint16_t port,
                       std::string field);

}  // namespace hub::http
