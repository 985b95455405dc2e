#pragma once
// The axis's half of the protocol over HTTP or HTTPS: checks calls, spools packets, asks a Service, writes frames.

#include "adapters/vxp/http_listener.hpp"
#include "adapters/vxp/service.hpp"

namespace hub::vxp {

struct ServerSettings {
    ListenerSettings listener;
    std::string path;                       ///< Before that of each operation, e.g. "/XrdAdapter/adapter".
    std::filesystem::path spool;            ///< For packets that come in; must exist.
    std::chrono::milliseconds skew_max{300'000};
    std::uint64_t packet_bytes_max = 100 * 1024 * 1024;
};

class Server {
public:
    /// Listens when it returns. `service` must outlive it.
    static Result<std::unique_ptr<Server>> start(const ServerSettings& settings, Service& service);
    ~Server();

    std::uint16_t port() const noexcept;

private:
    struct State;
    explicit Server(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace hub::vxp
