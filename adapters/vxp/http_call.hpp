#pragma once
// One HTTP request over a connection of its own, plain or TLS: sent once, never repeated. One thread; every wait ends.

#include "adapters/vxp/signing.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

namespace boost::asio::ssl {
class context;
}

namespace hub::vxp {

/// "http://host:port/path" or "https://…"; the path goes before that of each operation.
struct AxisAddress {
    bool is_tls = false;
    std::string host;
    std::string port;
    std::string path;       ///< Without "/" at its end.

    static Result<AxisAddress> parse(std::string_view url);     ///< setting_invalid.
};

/// Whom we believe.
class TlsTrust {
public:
    /// `ca_file` empty: the system's. setting_invalid names the file.
    static Result<TlsTrust> load(const std::filesystem::path& ca_file);
    boost::asio::ssl::context& context() const noexcept { return *context_; }

private:
    explicit TlsTrust(std::shared_ptr<boost::asio::ssl::context> context) : context_{std::move(context)} {}
    std::shared_ptr<boost::asio::ssl::context> context_;
};

struct Deadlines {
    std::chrono::milliseconds connect{10'000};      ///< TCP and TLS.
    std::chrono::milliseconds stall{30'000};        ///< Between two pieces that move.
    std::chrono::milliseconds answer{60'000};       ///< From the last octet sent to the first of the answer.
    std::chrono::milliseconds whole{600'000};       ///< The call in all.
};

struct HttpFile {
    std::string before;
    std::filesystem::path file;
    std::uint64_t bytes = 0;
    std::string after;
};

struct HttpCall {
    std::string_view method;
    std::string target;
    Fields fields;
    std::string body;                   ///< If there is no file.
    std::optional<HttpFile> file;
};

struct HttpReply {
    unsigned status = 0;
    std::string date;                   ///< The field, as written.
    std::uint64_t body_bytes = 0;
};

/// Takes a piece of the body. A fault ends the call.
using BodySink = std::function<Result<void>(unsigned status, BytesView piece)>;

struct BrokenCall {
    enum class Why : std::uint8_t {
        network,        ///< Not reachable, broken off, no HTTP, too slow, or to stop.
        too_large,      ///< More than `reply_bytes_max`.
        ours,           ///< The file, or the sink: see `fault`.
    };
    Why why{};
    bool is_sent = false;       ///< At least an octet of the request has left.
    bool is_answered = false;   ///< The head of an answer has come.
    unsigned status = 0;        ///< Of it.
    Fault fault{Errc::internal, {}, {}};
};

boost::system::result<HttpReply, BrokenCall> call(const AxisAddress& address, const TlsTrust& trust,
                                                  const HttpCall& call, const Deadlines& deadlines,
                                                  std::uint64_t reply_bytes_max, const BodySink& sink,
                                                  const std::stop_token& stop);

}  // namespace hub::vxp
