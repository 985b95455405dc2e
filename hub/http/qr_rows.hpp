#pragma once
// A QR code for whoever draws it.

#include <string>
#include <vector>

namespace hub::http {

/// Line by line, 1 for dark and 0 for light, without the light margin of four round it. Empty: too long for a code.
std::vector<std::string> qr_rows(const std::string& text);

}  // namespace hub::http
