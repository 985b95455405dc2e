#pragma once
// One HTTPS connection to the hub's content store, for one request after another. Bodies of any size go through
// in blocks. One thread; every wait ends when nothing has moved for a while, or when the caller is to stop.

#include "hub/core/fault.hpp"
#include "hub/core/ids.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace boost::asio::ssl {
class context;
}

namespace hub::kit {

struct HttpsAddress {
    std::string host;
    std::string port;

    /// "https://host" or "https://host:port"; setting_invalid.
    static Result<HttpsAddress> parse(std::string_view url);
};

/// Who we are and whom we believe, read once. Shared by the connections of all threads.
class TlsIdentity {
public:
    /// `ca_file` empty: the system's. setting_invalid names the file.
    static Result<TlsIdentity> load(const std::filesystem::path& certificate_file,
                                    const std::filesystem::path& key_file, const std::filesystem::path& ca_file);
    boost::asio::ssl::context& context() const noexcept { return *context_; }

private:
    explicit TlsIdentity(std::shared_ptr<boost::asio::ssl::context> context) : context_{std::move(context)} {}
    std::shared_ptr<boost::asio::ssl::context> context_;
};

struct HttpRequest {
    std::string_view method;
    std::string target;
    std::vector<std::pair<std::string_view, std::string>> fields;
    std::uint64_t body_bytes = 0;
};

struct HttpAnswer {
    unsigned status = 0;
    std::vector<std::pair<std::string, std::string>> fields;
    std::optional<std::uint64_t> body_bytes;    ///< As announced.
    Bytes body;                                 ///< What no sink took, cut to 64 KiB.

    std::optional<std::string_view> field(std::string_view name) const;
    std::optional<std::uint64_t> number(std::string_view name) const;
};

/// The next block of a request's body; its octets are used until the next call.
using BlockSource = std::function<Result<BytesView>()>;
/// Takes a block of an answer's body (of 200 and 206 only).
using BlockSink = std::function<Result<void>(const HttpAnswer&, BytesView)>;

class HttpsConnection {
public:
    /// hub_unreachable: peer_text says why, also when the certificate is not trusted. timed_out: to stop.
    static Result<std::unique_ptr<HttpsConnection>> open(const HttpsAddress& address, const TlsIdentity& identity,
                                                         const std::stop_token& stop);
    ~HttpsConnection();

    /// Faults of `source` and `sink` come back as they are. After a fault the connection is closed.
    Result<HttpAnswer> exchange(const HttpRequest& request, const std::stop_token& stop,
                                const BlockSource& source = {}, const BlockSink& sink = {});
    bool is_open() const noexcept;

private:
    struct State;
    explicit HttpsConnection(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace hub::kit
