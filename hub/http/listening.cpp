#include "hub/http/listening.hpp"

#include <boost/asio/error.hpp>

#include <utility>

namespace hub::http {

Result<void> listen_at(boost::asio::ip::tcp::acceptor& acceptor, const std::string& host, std::uint16_t port,
                       std::string field) {
    boost::system::error_code error;
    const boost::asio::ip::tcp::endpoint endpoint{boost::asio::ip::make_address(host, error), port};
    if (!error)
        acceptor.open(endpoint.protocol(), error);
    if (!error)
        acceptor.set_option(boost::asio::socket_base::reuse_address{true}, error);
    if (!error)
        acceptor.bind(endpoint, error);
    if (!error)
        acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
    if (!error)
        return {};
    const Errc code = error == boost::asio::error::address_in_use ? Errc::address_in_use : Errc::setting_invalid;
    return Fault{code, std::move(field), error.message()};
}

}  // namespace hub::http
