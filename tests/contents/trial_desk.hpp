#pragma once
// The hub behind the content server, as far as the server asks of it: agencies by their certificates, records
// of contents, and who may fetch them. And a server with it, on a port of its own.

#include "hub/http/content_server.hpp"
#include "tests/contents/store_folder.hpp"
#include "tests/contents/tls_caller.hpp"

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <set>

namespace hub::test {

class TrialDesk final : public http::ContentDesk {
public:
    explicit TrialDesk(ContentStore& store) : store_{store} {}

    /// Also a certificate that is not valid now: like the hub, the desk looks at the times.
    void add_agency(const AgencyCode& agency, const KeyPair& key);
    void close(const AgencyCode& agency);
    void let_fetch(const AgencyCode& agency, const Digest& digest);
    ContentRecord record(const Digest& digest) const;
    void set_state(const Digest& digest, ContentState state);
    std::set<Digest> damaged_ones() const;
    std::vector<Errc> failures() const;
    void set_busy(bool is_busy) { is_busy_ = is_busy; }
    void set_fault(std::optional<Fault> fault);  ///< For may_fetch() and stored().
    void set_full(bool is_full);                 ///< The ledger's disk.
    void set_silent();                           ///< Nothing is committed from now on.
    std::size_t commits_asked() const;
    /// Certificates of those that were turned away; nullopt: without any.
    std::vector<std::optional<Digest>> turned_away_ones() const;

    /// As if it had been put. Nullopt: no answer, for now.
    std::optional<Result<void>> commit(const AgencyCode& agency, const Digest& digest, std::uint64_t bytes, CopyId copy);

    std::optional<AgencyCode> agency_of(const Digest& certificate_sha256) override;
    void turned_away(const std::optional<Digest>& certificate_sha256, std::string_view address) override;
    Result<std::optional<ContentRecord>> may_fetch(const AgencyCode& agency, const Digest& digest) override;
    ContentStore& store() override { return store_; }
    Result<void> may_put() override;
    void stored(const AgencyCode& agency, const Digest& digest, std::uint64_t bytes, CopyId copy,
                std::function<void(Result<void>)> known) override;
    void damaged(const Digest& digest, CopyId copy) override;
    void failed(const AgencyCode& agency, const Fault& fault) override;
    bool is_busy() override { return is_busy_; }

private:
    ContentStore& store_;
    mutable std::mutex mutex_;
    std::map<Digest, std::pair<AgencyCode, Certificate>> agencies_;
    std::set<AgencyCode> closed_;
    std::map<Digest, ContentRecord> records_;
    std::set<std::pair<AgencyCode, Digest>> may_fetch_;
    std::set<Digest> damaged_;
    std::vector<Errc> failures_;
    std::vector<std::optional<Digest>> turned_away_;
    std::optional<Fault> fault_;
    bool is_full_ = false;
    bool is_silent_ = false;
    std::size_t commits_asked_ = 0;
    std::atomic<bool> is_busy_ = false;
};

/// A store, a desk with the agencies A and B, and the server.
struct TrialServer {
    explicit TrialServer(const std::function<void(http::ContentServer::Settings&)>& change = {},
                         const std::function<void(contents::FileContentStore::Settings&)>& change_store = {});

    void start();
    void stop() { server.reset(); }
    TlsCaller call(const KeyPair& key) const { return {server->port(), &key}; }
    std::optional<Answered> head(const KeyPair& key, const Digest& digest) const;
    std::optional<Answered> get(const KeyPair& key, const Digest& digest,
                                const std::string& fields = {}) const;

    StoreFolder folder;
    KeyPair hub_key, a_key, b_key;
    AgencyCode a = agency_named("H43.01"), b = agency_named("H43.02");
    std::unique_ptr<contents::FileContentStore> store;
    std::unique_ptr<TrialDesk> desk;
    http::ContentServer::Settings settings;
    std::unique_ptr<http::ContentServer> server;
};

/// Asks again until it is so, for at most 20 seconds.
bool becomes_true(const std::function<bool()>& is_so);

}  // namespace hub::test
