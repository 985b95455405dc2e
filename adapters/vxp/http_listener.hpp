#pragma once
// HTTP/1.1, plain or TLS, by threads of its own. Connections, headers, bodies and time are bounded: a caller that is
// slow, large or silent loses its own connection and nothing else.

#include "adapters/vxp/http_site.hpp"

namespace hub::vxp {

struct ListenerSettings {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;                         ///< 0: any free one.
    std::filesystem::path certificate_file;         ///< PEM; empty: plain HTTP.
    std::filesystem::path key_file;
    std::size_t connections_max = 256;
    std::size_t connections_per_address_max = SIZE_MAX;
    unsigned threads = 4;                           ///< So many requests are worked on at once.
    std::chrono::milliseconds header_time{10'000};  ///< From the connection or the last reply; the handshake too.
    std::chrono::milliseconds stall_time{30'000};   ///< Between two pieces, in or out.
    std::chrono::milliseconds body_time{600'000};   ///< For the whole body.
    std::uint64_t body_bytes_max = 110 * 1024 * 1024;
};

class HttpListener {
public:
    /// Listens when it returns. setting_invalid: the address, certificate or key. `site` must outlive it.
    static Result<std::unique_ptr<HttpListener>> start(const ListenerSettings& settings, Site& site);
    ~HttpListener();    ///< Stops; what is under way is cut off.

    std::uint16_t port() const noexcept;

private:
    struct State;
    explicit HttpListener(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace hub::vxp
