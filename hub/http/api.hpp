#pragma once
// The operations API: what people and the command line ask the hub. Pure: a request in, a response out; the
// sockets are in server.hpp.

#include "hub/core/directory.hpp"
#include "hub/core/relay.hpp"
#include "hub/core/search.hpp"

#include <functional>
#include <memory>

namespace hub::http {

/// The state of the running hub, as a snapshot.
struct HubStatus {
    std::string version;
    Instant started_at;
    Instant now;
    std::string broker;                       ///< "up", "connecting", "blocked".
    std::string broker_trouble;               ///< The last fault while it is not up.
    bool is_ledger_full = false;
    std::uint64_t disk_free_bytes = 0;
    Relay::Counters relay;
};

struct Request {
    std::string method;
    std::string target;                       ///< Path and query as received.
    std::string host;
    std::string authorization;
    std::string accept_language;
};

struct Response {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::string body;
};

class Api {
public:
    struct Sources {
        std::function<HubStatus()> status;
        std::shared_ptr<const Directory> directory;
        std::unique_ptr<LedgerSearch> search;
        std::string token;                    ///< Empty: none is asked for.
    };
    explicit Api(Sources sources) : sources_{std::move(sources)} {}

    Response answer(const Request& request);

private:
    Response documents(const Request& request);
    Response document(const Request& request, std::string_view name);
    Response status();
    Response queues(const Request& request);
    Response agencies();
    Response ready();

    Sources sources_;
};

}  // namespace hub::http
