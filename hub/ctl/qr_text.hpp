#pragma once
// A QR code on a terminal.

#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace hub::ctl {

/// Rows as the hub answers them, 1 for dark: two to a line of text, light as full blocks, for light letters on a dark
/// ground. Empty when they are none.
std::string qr_text(const std::vector<boost::json::value>& rows);

}  // namespace hub::ctl
