#include "hub/http/router.hpp"

#include <boost/url/pct_string_view.hpp>

#include <iterator>

namespace hub::http {
namespace {

/// What lies before the next '/', which is taken away with it. Nullopt: nothing is left.
std::optional<std::string_view> next_segment(std::optional<std::string_view>& rest) {
    if (!rest)
        return std::nullopt;
    const auto slash = rest->find('/');
    const std::string_view segment = rest->substr(0, slash);
    rest = slash == std::string_view::npos ? std::nullopt : std::optional{rest->substr(slash + 1)};
    return segment;
}

std::optional<std::vector<std::string>> match(std::string_view pattern, std::string_view path) {
    std::vector<std::string> names;
    std::optional<std::string_view> wanted{pattern}, given{path};
    for (;;) {
        const auto place = next_segment(wanted), segment = next_segment(given);
        if (!place && !segment)
            return names;
        if (!place || !segment)
            return std::nullopt;
        if (!place->starts_with('{')) {
            if (*place != *segment)
                return std::nullopt;
            continue;
        }
        const auto encoded = boost::urls::make_pct_string_view(*segment);
        if (segment->empty() || !encoded)
            return std::nullopt;
        names.push_back(encoded->decode());
    }
}

}  // namespace

void Router::add(std::vector<Route> routes) {
    std::move(routes.begin(), routes.end(), std::back_inserter(routes_));
}

Router::Found Router::find(std::string_view method, std::string_view path) const {
    Found found;
    for (const Route& route : routes_) {
        auto names = match(route.pattern, path);
        if (!names)
            continue;
        found.allowed += (found.allowed.empty() ? "" : ", ") + std::string{route.method};
        if (route.method == "GET")
            found.allowed += ", HEAD";
        found.is_open = found.route ? found.is_open : found.is_open || !route.right;
        if (route.method != method && !(route.method == "GET" && method == "HEAD"))
            continue;
        found.route = &route;
        found.is_open = !route.right;
        found.names = std::move(*names);
    }
    return found;
}

}  // namespace hub::http
