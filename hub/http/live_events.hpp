#pragma once
// /v1/events: server-sent events that say what has changed, never what it is. A clerk is only told every few seconds to
// look again, whatever happened: when others are busy is nothing that it may know.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

/// Whoever listens is told to look again that often if it is a clerk.
inline constexpr std::chrono::seconds clerk_looks_every{5};
/// "beat", when nothing else was said for so long: whoever hears nothing twice as long is cut off.
inline constexpr std::chrono::seconds heartbeat_every{15};
/// How long after its end a session, a token or a user may still be told something.
inline constexpr std::chrono::seconds caller_checked_every{2};

/// `sources` must outlive the routes, these every stream.
std::vector<Route> live_routes(Sources& sources);

}  // namespace hub::http
