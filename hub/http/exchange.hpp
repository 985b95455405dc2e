#pragma once
// A request as it came in and the response that goes out, without sockets.

#include "hub/core/fault.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hub::http {

/// Fields are as received, empty when they were not there. The body is at most request_body_bytes_max.
struct Request {
    std::string method;
    std::string target;                       ///< Path and query as received.
    std::string host;
    std::string authorization;
    std::string accept_language;
    std::string accept_encoding;
    std::string address;                      ///< Of whoever is at the other end, without port.
    std::string cookie;
    std::string origin;
    std::string fetch_site;                   ///< Sec-Fetch-Site
    std::string request_mark;                 ///< X-Lgsp-Request: no form of another site can send it.
    std::string content_type;
    std::string if_none_match;
    std::string if_match;
    std::string idempotency_key;
    std::string traceparent;
    std::string last_event_id;
    std::string unattended;                   ///< X-Lgsp-Unattended: a page asks by itself, it is no sign of life.
    std::string body;
    std::stop_token stop;                     ///< Nobody waits for the answer any more: the server ends.
};

inline constexpr std::size_t request_body_bytes_max = 64 * 1024;

struct Field {
    std::string name;
    std::string value;
};

/// A body that is too large to be held whole. Used by one thread at a time.
class Octets {
public:
    virtual ~Octets() = default;
    virtual std::uint64_t bytes() const = 0;  ///< In all.
    /// Those that come next, at most octets_at_once; empty behind the last. A fault: the rest does not come.
    virtual Result<std::string> next() = 0;
};

inline constexpr std::size_t octets_at_once = 256 * 1024;

struct Response {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::vector<Field> fields;                ///< Beside those that every response has.
    std::shared_ptr<Octets> octets = {};      ///< Instead of `body`, unless it is null. Read aside.
    bool is_unsure = false;                   ///< Nobody knows whether it was done: the hub did not answer in time.
};

/// What takes its time. Called once, from any thread.
using Work = std::function<Response()>;
/// What takes so long that no other work may wait behind it.
struct LongWork {
    Work work;
};

/// What one listener is told, as long as its connection lasts. Used by the thread that answers, destroyed when it ends.
class Hearing {
public:
    virtual ~Hearing() = default;
    /// Asked for about once a second, and not while the listener still takes what it was told before. Empty: nothing now;
    /// nullopt: it is over.
    virtual std::optional<std::string> next() = 0;
};

inline constexpr std::string_view event_stream_type = "text/event-stream";

/// A response without an end of its own: server-sent events.
struct Stream {
    std::unique_ptr<Hearing> hearing;         ///< Never null.
};

/// The response at once, or what makes it, or one that goes on.
using Begun = std::variant<Response, Work, LongWork, Stream>;

}  // namespace hub::http
