#pragma once
// The console's files, to whoever reaches the hub: they hold nothing but words. What they show they ask the API for.

#include "hub/http/exchange.hpp"

#include <optional>

namespace hub::http {

/// "/" and what stands below "/console/"; nullopt: not the console's, or not asked for with GET or HEAD.
std::optional<Response> console_page(const Request& request);

}  // namespace hub::http
