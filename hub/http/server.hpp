#pragma once
// HTTP/1.1, in one thread and two more for what takes its time, with or without TLS. Connections, headers, bodies and
// waiting are all bounded: a caller that is slow, large or silent loses its own connection and nothing else. Streams have
// a bound of their own and no thread; who does not take what it is told loses its stream.

#include "hub/core/fault.hpp"
#include "hub/http/exchange.hpp"

#include <chrono>
#include <functional>
#include <memory>

namespace hub::http {

class Server {
public:
    struct Settings {
        std::string host = "127.0.0.1";
        std::uint16_t port = 0;                    ///< 0: any free one.
        std::string certificate_file;              ///< With `key_file`: TLS 1.2 or later. Empty: none.
        std::string key_file;
        std::size_t connections_max = 64;          ///< Without those that listen to a stream.
        /// Of one host, or network: one alone shuts nobody out. This machine has no such bound, for a proxy may stand here.
        std::size_t connections_per_address_max = 32;
        std::size_t kept_max = 32;                 ///< With more connections each is closed after its response.
        std::size_t streams_max = 256;
        int seconds_max = 10;                      ///< For a request to come in or a response to go out.
        std::chrono::milliseconds beat{1000};      ///< How often a stream is asked what there is to tell.
    };
    /// Called by one thread; the work that it gives back is done by another, at most work_max in all. Long work has a
    /// thread of its own, at most long_work_max in all.
    using Handler = std::function<Begun(const Request&)>;
    static constexpr std::size_t work_max = 16;
    static constexpr std::size_t long_work_max = 2;

    /// Listens when it returns. setting_invalid: the address is taken or not ours, or certificate and key are no pair.
    static Result<std::unique_ptr<Server>> start(const Settings& settings, Handler handler);
    ~Server();                                     ///< Stops.

    std::uint16_t port() const noexcept;

private:
    struct State;
    explicit Server(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace hub::http
