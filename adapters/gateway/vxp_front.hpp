#pragma once
// The gateway as the national axis looks to its callers: a document system with an ordinary VXP client
// connects by changing its address. Called by the server's threads, several at a time.

#include "adapters/gateway/call_budget.hpp"
#include "adapters/gateway/counter.hpp"
#include "adapters/gateway/refused_calls.hpp"
#include "adapters/vxp/service.hpp"

namespace hub::gateway {

/// Who calls, and for which agency.
struct VxpCaller {
    std::string system_id;
    vxp::Secret secret;
    Line* line = nullptr;
};

class VxpFront final : public vxp::Service {
public:
    VxpFront(std::vector<VxpCaller> callers, vxp::HashCheck hash_check, Counter& counter, CallBudget& budget,
             RefusedCalls& refused);

    /// From now on nobody is let in; what is under way goes on.
    void close() noexcept { is_closed_ = true; }

    bool is_open() override { return !is_closed_; }
    Instant now() override;
    const vxp::Secret* secret_of(std::string_view system_id) override;
    vxp::Answer<std::string> send(const std::string& caller, const vxp::SendOrder& order,
                                  const std::filesystem::path& packet) override;
    vxp::Answer<std::vector<vxp::ReceivedPacket>> received(const std::string& caller,
                                                           vxp::PacketKind kind) override;
    vxp::Answer<vxp::FilePiece> packet(const std::string& caller, const std::string& doc_id) override;
    vxp::Answer<void> acknowledge(const std::string& caller, const std::string& doc_id, vxp::AckState state,
                                  const std::string& description) override;
    vxp::Answer<std::vector<vxp::SentPacket>> sent(const std::string& caller, vxp::PacketKind kind,
                                                   const std::string& doc_id) override;
    vxp::Answer<std::uint64_t> count(const std::string& caller, vxp::PacketKind kind) override;
    vxp::Answer<std::vector<vxp::Agency>> agencies(const std::string& caller) override;
    vxp::Answer<std::vector<vxp::AgencyQd20>> agencies_qd20(const std::string& caller,
                                                            const std::string& level) override;
    vxp::Answer<std::vector<vxp::Unit>> units(const std::string& caller) override;
    vxp::Answer<void> register_agency(const std::string& caller, const vxp::NewAgency& agency) override;
    vxp::Answer<void> delete_agency(const std::string& caller, const std::string& code) override;
    vxp::HashCheck hash_check(const std::string&) override { return hash_check_; }
    std::optional<std::chrono::seconds> enter(const std::string& caller) override;
    void leave(const std::string& caller) override { budget_.leave(caller); }
    void decided(const vxp::CallRecord& call) override;

private:
    Line& line_of(const std::string& caller) const { return *callers_.find(caller)->second.line; }

    std::map<std::string, VxpCaller, std::less<>> callers_;
    const vxp::HashCheck hash_check_;
    Counter& counter_;
    CallBudget& budget_;
    RefusedCalls& refused_;
    std::atomic<bool> is_closed_ = false;
};

}  // namespace hub::gateway
