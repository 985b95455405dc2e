#pragma once
// The table of routes: what there is, which right it needs and who answers.

#include "hub/http/caller.hpp"
#include "hub/http/exchange.hpp"

#include <boost/url/url_view.hpp>

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace hub::http {

/// One request on its way to its handler. Lives as long as it is answered.
struct Call {
    const Request& request;
    boost::urls::url_view url;                ///< Of request.target.
    std::vector<std::string> names;           ///< What stands in the places of the pattern, in its order, decoded.
    Caller caller;
    Instant now;

    std::string_view language() const noexcept { return request.accept_language; }
};

/// Which thread answers. Aside is what hashes passwords or waits for long: it must touch nothing of the Api's but what
/// is thread-safe.
enum class Where : std::uint8_t { here, aside, long_aside };

/// What becomes of a request that comes again with its Idempotency-Key: once.hpp.
enum class Repeat : std::uint8_t {
    kept,                   ///< It is not done again; its answer is given again.
    told_once,              ///< It is not done again, and its answer has a secret that is kept nowhere.
    again,                  ///< It is done again: whoever does it knows the key by itself, or each time counts.
    any,                    ///< Nothing is changed by it: there is neither a key nor anything to be found changed.
};

struct Route {
    std::string_view method;                  ///< HEAD is answered by GET.
    std::string_view pattern;                 ///< "/v1/documents/{id}/hold"; a place takes one segment, never an empty one.
    std::optional<Right> right;               ///< Nullopt: open to whoever reaches the hub.
    std::function<Response(const Call&)> answer;
    Where where = Where::here;
    std::function<Begun(const Call&)> listen = {};   ///< Instead of `answer`, for what may go on as a stream.
    bool reads_query = false;                 ///< It answers for every parameter; of any other route all are refused.
    Repeat repeat = Repeat::kept;
    bool takes_secret = false;                ///< There is a password in its body.
    bool is_for_enrolling = false;            ///< Open also to who must get a second factor first.
};

/// One whose handler reads the query.
inline Route with_query(Route route) {
    route.reads_query = true;
    return route;
}

inline Route repeated(Repeat repeat, Route route) {
    route.repeat = repeat;
    return route;
}

inline Route for_enrolling(Route route) {
    route.is_for_enrolling = true;
    return route;
}

inline Route taking_secret(Route route) {
    route.takes_secret = true;
    return route;
}

class Router {
public:
    void add(std::vector<Route> routes);

    struct Found {
        const Route* route = nullptr;         ///< Null: nothing at this path, or not by this method.
        std::vector<std::string> names;
        std::string allowed;                  ///< "GET, HEAD": what this path knows; empty: there is no such path.
        bool is_open = false;                 ///< The route, or without one something at this path, is open to anybody.
    };
    /// `path` as received: what is encoded in it is no part of a pattern.
    Found find(std::string_view method, std::string_view path) const;
    const std::vector<Route>& routes() const noexcept { return routes_; }

private:
    std::vector<Route> routes_;
};

}  // namespace hub::http
