#pragma once
// The operations API: what people, the console and the command line ask the hub. A request in, a response out; the
// sockets are in server.hpp. What there is stands in schemas/http/operations.openapi.yaml, one file a resource here.
// One thread.

#include "hub/http/gate.hpp"
#include "hub/http/once.hpp"
#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

namespace hub::http {

class Api {
public:
    using Sources = http::Sources;
    explicit Api(Sources sources);
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;

    /// In this order: the place, the path, who asks, how often, the method, the right, of changes the key and what they
    /// are about, the handler. What is to be done
    /// aside comes back as work: it may be done in another thread, while `request` and this live.
    Begun begin(const Request& request);
    /// begin(), and all of it here; of a stream its beginning.
    Response answer(const Request& request);
    const std::vector<Route>& routes() const noexcept { return router_.routes(); }

private:
    Begun dispatch(const Request& request);
    Begun done(const Route& route, Call call);
    /// Why it is not done: what it is about is not as the caller has seen it (If-Match).
    std::optional<Response> stale(const Call& call) const;

    Sources sources_;
    Gate gate_{sources_};
    Once once_{sources_};
    Router router_;
};

}  // namespace hub::http
