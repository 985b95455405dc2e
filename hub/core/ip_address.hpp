#pragma once

#include <string>

namespace hub {

/// IPv4 or IPv6, without brackets.
bool is_ip_address(const std::string& host);

}  // namespace hub
