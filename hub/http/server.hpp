#pragma once
// HTTP/1.1 on a loopback address, in one thread. Connections, headers, bodies and waiting are all bounded: a
// caller that is slow, large or silent loses its own connection and nothing else.

#include "hub/core/fault.hpp"

#include <functional>
#include <memory>

namespace hub::http {

struct Request;
struct Response;

class Server {
public:
    struct Settings {
        std::string host = "127.0.0.1";
        std::uint16_t port = 0;                    ///< 0: any free one.
        std::size_t connections_max = 64;
        int seconds_max = 10;                      ///< For a request to come in or a response to go out.
    };
    using Handler = std::function<Response(const Request&)>;

    /// Listens when it returns. setting_invalid: the address is taken or not ours.
    static Result<std::unique_ptr<Server>> start(const Settings& settings, Handler handler);
    ~Server();                                     ///< Stops.

    std::uint16_t port() const noexcept;

private:
    struct State;
    explicit Server(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace hub::http
