#pragma once
// By what callers are counted before it is known who they are.

#include <string>
#include <string_view>

namespace hub::http {

/// An IPv4 address as it is, also one within an IPv6 address; of an IPv6 address its /64 ("2001:db8:0:1::/64"), since
/// one host may have all of that. Text that is no address is taken as it is.
std::string caller_network(std::string_view address);

/// A loopback address, also an IPv4 one within an IPv6 address.
bool is_this_machine(std::string_view address);

}  // namespace hub::http
