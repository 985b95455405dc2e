#include "hub/http/caller_network.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace hub::http {

std::string caller_network(std::string_view address) {
    using namespace boost::asio::ip;
    boost::system::error_code error;
    const auto parsed = make_address(address, error);
    if (error)
        return std::string{address};
    if (parsed.is_v4())
        return parsed.to_string();
    const address_v6 whole = parsed.to_v6();
    if (whole.is_v4_mapped())
        return make_address_v4(v4_mapped, whole).to_string();
    auto octets = whole.to_bytes();
    std::fill(octets.begin() + 8, octets.end(), std::uint8_t{0});
    return make_address_v6(octets).to_string() + "/64";
}

}  // namespace hub::http
