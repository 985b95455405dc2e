#include "adapters/gateway/json_route.hpp"

#include <array>
#include <stdexcept>
#include <vector>

namespace hub::gateway {
namespace {

struct Row {
    std::string_view method;
    std::string_view path;  ///< {} stands for one that is not empty.
    JsonCall call;
};

constexpr std::array rows{
    Row{"POST", "/v1/documents", JsonCall::submit},
    Row{"GET", "/v1/documents", JsonCall::list_sent},
    Row{"GET", "/v1/documents/{}", JsonCall::show_sent},
    Row{"POST", "/v1/documents/{}/recall", JsonCall::recall},
    Row{"GET", "/v1/inbox", JsonCall::list_received},
    Row{"GET", "/v1/inbox/{}", JsonCall::show_received},
    Row{"GET", "/v1/inbox/{}/packet", JsonCall::give_packet},
    Row{"GET", "/v1/inbox/{}/files/{}", JsonCall::give_file},
    Row{"POST", "/v1/inbox/{}/acknowledgement", JsonCall::acknowledge},
    Row{"POST", "/v1/inbox/{}/status", JsonCall::report_status},
    Row{"GET", "/v1/receivers", JsonCall::list_receivers},
};

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> pieces;
    for (;;) {
        const auto end = text.find(at);
        pieces.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return pieces;
        text.remove_prefix(end + 1);
    }
}

bool fits(std::string_view pattern, std::string_view path, std::vector<std::string>& values) {
    const auto wanted = split(pattern, '/');
    const auto given = split(path, '/');
    values.clear();
    if (wanted.size() != given.size())
        return false;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i] != "{}" && wanted[i] != given[i])
            return false;
        if (wanted[i] == "{}")
            values.emplace_back(given[i]);
        if (given[i].empty() && i > 0)
            return false;
    }
    return true;
}

}  // namespace

boost::system::result<JsonRoute, NoRoute> json_route(std::string_view method, std::string_view target) {
    const auto mark = target.find('?');
    const std::string_view path = target.substr(0, mark);
    NoRoute none;
    std::vector<std::string> values;
    for (const Row& row : rows) {
        if (!fits(row.path, path, values))
            continue;
        if (row.method != method) {
            none.status = 405;
            none.allowed.append(none.allowed.empty() ? "" : ", ").append(row.method);
            continue;
        }
        JsonRoute route{row.call, values.empty() ? std::string{} : values[0],
                        values.size() < 2 ? std::string{} : values[1], {}};
        if (mark != std::string_view::npos && mark + 1 < target.size())
            for (const std::string_view each : split(target.substr(mark + 1), '&')) {
                const auto equals = each.find('=');
                route.query.emplace(each.substr(0, equals),
                                    equals == std::string_view::npos ? std::string_view{} : each.substr(equals + 1));
            }
        return route;
    }
    return none;
}

void throw_exception_from_error(const NoRoute& none, const boost::source_location&) {
    throw std::runtime_error{"no route: " + std::to_string(none.status)};
}

}  // namespace hub::gateway
