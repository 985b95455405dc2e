#pragma once
// An axis in memory behind the real server, and clients of it: over sockets of this machine.

#include "adapters/vxp/client.hpp"
#include "adapters/vxp/server.hpp"
#include "tests/support/fresh_folder.hpp"

#include <atomic>
#include <deque>
#include <map>
#include <mutex>

namespace hub::vxp::test {

inline const std::string province = "00.43.W00";
inline const std::string secret = "a secret of the province";

class TrialAxis final : public Service {
public:
    explicit TrialAxis(std::filesystem::path folder) : folder_{std::move(folder)} {}

    /// For the next call of it.
    void disturb(Operation operation, Disturbance disturbance);
    void refuse_all(std::optional<Refusal> refusal);
    std::vector<CallRecord> records() const;

    struct Held {
        std::chrono::milliseconds clock_ahead{0};
        HashCheck check = HashCheck::sdk;
        std::vector<ReceivedPacket> waiting;
        std::vector<SentPacket> given_away;
        std::vector<Unit> all_units;
        std::vector<std::pair<SendOrder, Bytes>> packets;   ///< As sent.
        std::map<std::string, std::filesystem::path> by_doc_id;
        std::vector<std::string> acknowledged;
        std::vector<NewAgency> registered;
        std::vector<std::string> deleted;
    };
    /// Locked as long as it lives: never beside a call in one expression.
    class Lock {
    public:
        explicit Lock(TrialAxis& axis) : lock_{axis.mutex_}, held_{axis.held_} {}
        Held* operator->() { return &held_; }

    private:
        std::unique_lock<std::mutex> lock_;
        Held& held_;
    };
    Lock held() { return Lock{*this}; }

    std::atomic<bool> is_closed = false;
    std::atomic<std::chrono::seconds> pause{};      ///< More than none: callers are sent away for so long.
    std::atomic<int> under_way = 0;

    Instant now() override;
    const Secret* secret_of(std::string_view system_id) override;
    Answer<std::string> send(const std::string& caller, const SendOrder& order,
                             const std::filesystem::path& packet) override;
    Answer<std::vector<ReceivedPacket>> received(const std::string& caller, PacketKind kind) override;
    Answer<FilePiece> packet(const std::string& caller, const std::string& doc_id) override;
    Answer<void> acknowledge(const std::string& caller, const std::string& doc_id, AckState state,
                             const std::string& description) override;
    Answer<std::vector<SentPacket>> sent(const std::string& caller, PacketKind kind, const std::string& doc_id) override;
    Answer<std::uint64_t> count(const std::string& caller, PacketKind kind) override;
    Answer<std::vector<Agency>> agencies(const std::string& caller) override;
    Answer<std::vector<AgencyQd20>> agencies_qd20(const std::string& caller, const std::string& level) override;
    Answer<std::vector<Unit>> units(const std::string& caller) override;
    Answer<void> register_agency(const std::string& caller, const NewAgency& agency) override;
    Answer<void> delete_agency(const std::string& caller, const std::string& code) override;
    bool is_open() override { return !is_closed; }
    std::optional<std::chrono::seconds> enter(const std::string&) override {
        if (pause.load() > std::chrono::seconds{0})
            return pause.load();
        ++under_way;
        return std::nullopt;
    }
    void leave(const std::string&) override { --under_way; }
    HashCheck hash_check(const std::string& caller) override;
    Disturbance disturbance(const std::string& caller, Operation operation) override;
    void decided(const CallRecord& call) override;

private:
    std::filesystem::path folder_;
    Secret secret_{secret};
    mutable std::mutex mutex_;
    Held held_;
    std::map<Operation, Disturbance> disturbances_;
    std::optional<Refusal> refusal_;
    std::vector<CallRecord> records_;
};

/// A server, its axis and a client of it.
class Trial {
public:
    explicit Trial(ServerSettings settings = {}, bool is_tls = false);

    /// As the province, but for what `change` changes.
    Client client(const std::function<void(ClientSettings&)>& change = {}) const;
    std::filesystem::path file(const std::string& name, BytesView octets) const;
    /// A name in the folder that nothing bears.
    std::filesystem::path fresh() const;
    std::uint16_t port() const { return server_->port(); }
    std::filesystem::path spool() const { return folder_.path() / "spool"; }

    hub::test::FreshFolder folder_;
    TrialAxis axis;

private:
    bool is_tls_;
    std::unique_ptr<Server> server_;
    mutable int names_ = 0;
};

Instant system_now();
Bytes read_file(const std::filesystem::path& path);

}  // namespace hub::vxp::test
