#pragma once
// One question to the hub's API, one answer.

#include "hub/ctl/outcome.hpp"

#include <boost/json/value.hpp>

#include <chrono>
#include <functional>
#include <string_view>

namespace hub::ctl {

struct HubAddress {
    std::string url = "http://127.0.0.1:7780";
    std::string token;                         ///< Empty: none.
    std::string ca_file;                       ///< Who signed the hub's certificate; empty: whom this machine trusts.
    std::chrono::seconds timeout{10};
    std::string once;                          ///< Idempotency-Key of what changes something; empty: none.
    std::string seen;                          ///< If-Match of what changes something; empty: whatever it is like.
};

/// The body of a 200 answer, an object with this member: what answers without it is no hub. Exit::unreachable when it is
/// none, or nobody answers in time; otherwise the hub's own problem.
Outcome<boost::json::value> get(const HubAddress& hub, const std::string& target, Lang lang, std::string_view member = {});
/// The body of an answer in plain text, as it is: also of one that says that the hub is not ready.
Outcome<std::string> get_plain(const HubAddress& hub, const std::string& target, Lang lang);
/// The body of a 200 answer in CSV, as it is.
Outcome<std::string> get_csv(const HubAddress& hub, const std::string& target, Lang lang);
Outcome<boost::json::value> post(const HubAddress& hub, const std::string& target, Lang lang, std::string_view member = {});
/// With a JSON body. "POST", "PATCH" or "DELETE".
Outcome<boost::json::value> order(const HubAddress& hub, std::string_view method, const std::string& target,
                                  const boost::json::value& body, Lang lang, std::string_view member = {});

/// Takes octets as they come; false: it can take no more.
using Sink = std::function<bool(std::string_view)>;

/// By POST with a JSON body: an answer of octets goes to `sink`, piece by piece, and its size comes back. The time limit
/// is for each piece. part_incomplete: not all came that were promised, or the sink took no more.
Outcome<std::uint64_t> fetch(const HubAddress& hub, const std::string& target, const boost::json::value& body,
                             const Sink& sink, Lang lang);

/// A value for a query string.
std::string encoded(std::string_view text);

}  // namespace hub::ctl
