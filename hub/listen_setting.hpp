#pragma once
// The key `listen` of a section: where a server of the hub is to be reached.

#include "hub/toml_section.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hub {

struct ListenAddress {
    std::string host;                         ///< IPv4 or IPv6, without brackets.
    std::uint16_t port = 0;
};

/// Of "127.0.0.1:7780" or "[::1]:7780", as the section has it. Nullopt: it is neither, which is noted, or not there.
std::optional<ListenAddress> listen_address(const TomlSection& section, const std::optional<std::string>& listen);

}  // namespace hub
