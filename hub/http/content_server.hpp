#pragma once
// The content store over HTTPS: docs/contents.md is the protocol. A few threads of its own, which yield to
// the hub's others: those of the connections wait for the disk block by block, those of a small pool for what takes
// longer, and for a commit none waits. Connections, headers, blocks and waiting are all bounded: a
// caller that is slow, endless or silent loses its own connection and nothing else.

#include "hub/core/content.hpp"

#include <functional>
#include <memory>

namespace hub::http {

/// What the server asks of the hub. Called from any of the server's threads, several at a time; every call
/// may block, and must end when the hub stops.
class ContentDesk {
public:
    virtual ~ContentDesk() = default;

    /// Whose certificate it is. nullopt: nobody's, or not valid now, or the agency is closed.
    virtual std::optional<AgencyCode> agency_of(const Digest& certificate_sha256) = 0;
    /// A caller for whom agency_of() found none, or (nullopt) one whose handshake failed. Once for a connection. For
    /// operators: nothing of it may show in what the caller is answered.
    virtual void turned_away(const std::optional<Digest>& certificate_sha256, std::string_view address) = 0;
    /// nullopt: there is none, or not for this agency. Also tells of a damaged one.
    virtual Result<std::optional<ContentRecord>> may_fetch(const AgencyCode& agency,
                                                           const Digest& digest) = 0;
    virtual ContentStore& store() = 0;
    /// ledger_full, ledger_busy, folder_unusable: nothing that is put now could become a content. Told elsewhere.
    virtual Result<void> may_put() = 0;
    /// The copy is in the store. `known` is called once, from any thread: when the ledger knows it, or (fault) it has
    /// not become a content.
    virtual void stored(const AgencyCode& agency, const Digest& digest, std::uint64_t bytes, CopyId copy,
                        std::function<void(Result<void>)> known) = 0;
    virtual void damaged(const Digest& digest, CopyId copy) = 0;
    /// The store or the hub could not do something that was nobody's mistake (folder_unusable: perhaps the store as a
    /// whole), or had no room for it (quota_exceeded, contents_full). For operators.
    virtual void failed(const AgencyCode& agency, const Fault& fault) = 0;
    /// Many short documents are on their way: large parts yield to them (Pace).
    virtual bool is_busy() = 0;
};

class ContentServer {
public:
    struct Settings {
        std::string host = "127.0.0.1";
        std::uint16_t port = 0;        ///< 0: any free one.
        std::string certificate_file;  ///< PEM, with what leads to the root.
        std::string key_file;
        std::size_t threads = 2;
        std::size_t connections_max = 256;
        std::size_t connections_per_agency_max = 32;  ///< All unknown callers together are as one agency.
        std::size_t nameless_per_address_max = 64;    ///< Before the handshake has told who it is.
        int seconds_max = 60;  ///< For a header, a block of 256 KiB either way, an answer.
        /// Between two requests: who has nothing to ask leaves the place to another. An adapter uses no connection
        /// that has been idle for more than 5 s.
        int idle_seconds_max = 8;
        /// Who is still sending when its answer is out gets this much and this long to come to its end and read the
        /// answer. Enough for a body as adapters send them; it is thrown away as it comes, which costs less than
        /// taking it would, and holds a place of the caller's own.
        std::size_t linger_bytes_max = 65 * 1024 * 1024;
        int linger_seconds_max = 10;
        int retry_after_seconds = 60;
    };

    /// Listens when it returns. setting_invalid: the address, the certificate or the key will not do.
    static Result<std::unique_ptr<ContentServer>> start(const Settings& settings, ContentDesk& desk);
    /// Stops. What an upload has brought so far stays in the store.
    ~ContentServer();

    std::uint16_t port() const noexcept;

private:
    struct State;
    explicit ContentServer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace hub::http
