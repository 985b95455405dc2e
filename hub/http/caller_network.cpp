#include "hub/http/caller_network.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <optional>

namespace hub::http {

namespace {

using namespace boost::asio::ip;

/// Of an IPv4 address within an IPv6 address that one; nullopt: it is no address.
std::optional<address> plain(std::string_view text) {
    boost::system::error_code error;
    const address parsed = make_address(text, error);
    if (error)
        return std::nullopt;
    return parsed.is_v6() && parsed.to_v6().is_v4_mapped() ? address{make_address_v4(v4_mapped, parsed.to_v6())} : parsed;
}

}  // namespace

bool is_this_machine(std::string_view address) {
    const auto parsed = plain(address);
    return parsed && parsed->is_loopback();
}

std::string caller_network(std::string_view address) {
    const auto parsed = plain(address);
    if (!parsed)
        return std::string{address};
    if (parsed->is_v4())
        return parsed->to_string();
    auto octets = parsed->to_v6().to_bytes();
    std::fill(octets.begin() + 8, octets.end(), std::uint8_t{0});
    return make_address_v6(octets).to_string() + "/64";
}

}  // namespace hub::http
