#include "hub/amqp/address.hpp"

#include "hub/core/ip_address.hpp"

#include <charconv>

namespace hub::amqp {

Result<Address> Address::parse(std::string_view url) {
    const auto invalid = [&](std::string_view why) {
        return Fault{Errc::setting_invalid, "url", std::string{why}};
    };
    Address address;
    if (url.starts_with("amqps://")) {
        address.is_tls = true;
        address.port = 5671;
        url.remove_prefix(8);
    } else if (url.starts_with("amqp://")) {
        url.remove_prefix(7);
    } else {
        return invalid("must begin with amqp:// or amqps://");
    }
    const auto slash = url.find('/');
    std::string_view authority = url.substr(0, slash);
    if (slash != std::string_view::npos && slash + 1 < url.size())
        address.vhost = url.substr(slash + 1);
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        address.user = authority.substr(0, at);
        authority.remove_prefix(at + 1);
    }
    if (address.user.find(':') != std::string::npos)
        return invalid("a password does not belong into a URL: use password_file");
    if (address.user.empty())
        return invalid("names no user: amqp://user@host/vhost");
    if (const auto colon = authority.rfind(':'); colon != std::string_view::npos) {
        const auto port = authority.substr(colon + 1);
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
        if (error != std::errc{} || end != port.data() + port.size() || address.port == 0)
            return invalid("port must be 1 to 65535");
        authority = authority.substr(0, colon);
    }
    if (authority.empty())
        return invalid("names no host");
    address.host = authority;
    // rabbitmq-c compares the names of a certificate alone, not the addresses in it.
    if (address.is_tls && (address.host.starts_with('[') || is_ip_address(address.host)))
        return invalid("amqps needs the broker's name as in its certificate, not an IP address");
    return address;
}

}  // namespace hub::amqp
