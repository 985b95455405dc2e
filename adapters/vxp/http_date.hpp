#pragma once
// Dates of HTTP (RFC 9110, the fixed form): "Fri, 27 Nov 2026 07:22:30 GMT".

#include "hub/core/instant.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hub::vxp {

std::string http_date(Instant at);
std::optional<Instant> parse_http_date(std::string_view text) noexcept;

}  // namespace hub::vxp
