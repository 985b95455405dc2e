#pragma once
// The address of a broker, as the settings give it.

#include "hub/core/fault.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace hub::amqp {

/// Where the broker is and who we are. The password comes from a file, never from the URL or an argument.
struct Address {
    std::string host = "127.0.0.1";
    std::uint16_t port = 5672;
    std::string vhost = "lgsp";
    std::string user;
    std::string password;
    bool is_tls = false;                     ///< amqps: the broker's certificate and name are verified.
    std::string ca_file;
    std::string certificate_file;            ///< Our own certificate, for mutual TLS; may be empty.
    std::string key_file;
    std::string connection_name;             ///< Shown by the broker to its operators.

    /// "amqp://user@host:port/vhost" or "amqps://…"; setting_invalid, also when it holds a password.
    static Result<Address> parse(std::string_view url);
};

}  // namespace hub::amqp
