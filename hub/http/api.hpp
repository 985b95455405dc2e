#pragma once
// The operations API: what people and the command line ask the hub. Pure: a request in, a response out; the
// sockets are in server.hpp.

#include "hub/core/directory.hpp"
#include "hub/core/relay.hpp"
#include "hub/core/search.hpp"

#include <boost/json/fwd.hpp>

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
    /// The content store; nullopt: no large parts are taken.
    struct Contents {
        bool is_full = false;                 ///< Nothing is taken until there is room again.
        std::uint64_t disk_free_bytes = 0;
    };
    std::optional<Contents> contents;
};

struct Request {
    std::string method;
    std::string target;                       ///< Path and query as received.
    std::string host;
    std::string authorization;
    std::string accept_language;
    std::string accept_encoding;
    std::string if_none_match;
};

struct Field {
    std::string name;
    std::string value;
};

struct Response {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::string allow = "GET";                ///< For 405: the method that would be right.
    std::vector<Field> fields;                ///< Beside those that every response has.
};

/// An operator sets or ends a legal hold.
struct HoldOrder {
    EnvelopeId envelope;
    bool is_held = false;
    std::string reason;
};

class Api {
public:
    struct Sources {
        std::function<HubStatus()> status;
        std::shared_ptr<const Directory> directory;
        std::unique_ptr<LedgerSearch> search;
        std::string token;                    ///< Empty: none is asked for, and nothing can be changed.
        /// Returns when the ledger knows it. not_found, timed_out.
        std::function<Result<void>(const HoldOrder&)> hold;
    };
    explicit Api(Sources sources) : sources_{std::move(sources)} {}

    Response answer(const Request& request);

private:
    Response documents(const Request& request);
    Response document(const Request& request, std::string_view name);
    Response status();
    Response queues(const Request& request);
    Response agencies();
    Response directory(const Request& request);
    boost::json::object with_names(const Story& story);
    std::string name_of(const AgencyCode& code);
    Response ready();
    Response hold(const Request& request, std::string_view name, bool is_held);

    Sources sources_;
};

}  // namespace hub::http
