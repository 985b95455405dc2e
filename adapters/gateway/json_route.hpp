#pragma once
// The paths of the JSON interface. schemas/http/gateway.openapi.yaml is the whole of it. Pure; any thread.

#include <boost/system/result.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace hub::gateway {

enum class JsonCall : std::uint8_t {
    submit,
    list_sent,
    show_sent,
    recall,
    list_received,
    show_received,
    give_packet,
    give_file,
    acknowledge,
    report_status,
    list_receivers,
};

struct JsonRoute {
    JsonCall call{};
    std::string id;
    std::string file;                          ///< Of give_file: the number as written.
    std::map<std::string, std::string> query;  ///< As written.
};

/// Why there is none.
struct NoRoute {
    unsigned status = 404;
    std::string allowed;  ///< With 405: the methods.
};
[[noreturn]] void throw_exception_from_error(const NoRoute& none, const boost::source_location& where);

boost::system::result<JsonRoute, NoRoute> json_route(std::string_view method, std::string_view target);

}  // namespace hub::gateway
