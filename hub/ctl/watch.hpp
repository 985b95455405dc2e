#pragma once
// `lgsp status --watch`: the hub's status again and again, until whoever watches ends it or the hub is gone.

#include "hub/ctl/http_client.hpp"
#include "hub/ctl/output.hpp"

#include <chrono>

namespace hub::ctl {

inline constexpr std::chrono::seconds watch_every{2};

/// /v1/status, and /v1/health as its `health`; null for who may not see that.
Outcome<boost::json::value> get_status(const HubAddress& hub, Lang lang);

/// Text that is drawn anew on a terminal; otherwise, or as JSON, one document a line. Ends the process with 130 on
/// Ctrl-C; returns the problem's exit code when the hub cannot be asked.
int watch_status(const HubAddress& hub, const Style& style);

}  // namespace hub::ctl
