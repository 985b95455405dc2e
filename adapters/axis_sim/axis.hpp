#pragma once
// The simulated axis itself: who may send what to whom, what waits for whom. Called by the server's threads.

#include "adapters/axis_sim/call_log.hpp"
#include "adapters/axis_sim/directory.hpp"
#include "adapters/axis_sim/faults.hpp"
#include "adapters/axis_sim/store.hpp"

#include "hub/core/ids.hpp"

#include <mutex>

namespace hub::axis_sim {

struct Node {
    std::string system_id;
    vxp::Secret secret;
    std::vector<std::string> codes;
};

struct AxisSettings {
    AgencyCode code;                                ///< In the traces that it adds.
    vxp::HashCheck hash_check = vxp::HashCheck::either;
    std::uint64_t packet_bytes_max = 100 * 1024 * 1024;
    std::filesystem::path spool;
    std::vector<Node> nodes;
};

class Axis final : public vxp::Service {
public:
    using Clock = std::function<Instant()>;
    Axis(AxisSettings settings, Clock clock, Store& store, Directory& directory, FaultBook& faults, CallLog& log);

    /// For the control API: packets held, what waits for whom, calls so far.
    std::string state_json() const;
    std::vector<vxp::SentPacket> all_packets() const;

    Instant now() override { return clock_() + faults_.clock_ahead(); }
    const vxp::Secret* secret_of(std::string_view system_id) override;
    vxp::Answer<std::string> send(const std::string& caller, const vxp::SendOrder& order,
                                  const std::filesystem::path& packet) override;
    vxp::Answer<std::vector<vxp::ReceivedPacket>> received(const std::string& caller, vxp::PacketKind kind) override;
    vxp::Answer<vxp::FilePiece> packet(const std::string& caller, const std::string& doc_id) override;
    vxp::Answer<void> acknowledge(const std::string& caller, const std::string& doc_id, vxp::AckState state,
                                  const std::string& description) override;
    vxp::Answer<std::vector<vxp::SentPacket>> sent(const std::string& caller, vxp::PacketKind kind,
                                                   const std::string& doc_id) override;
    vxp::Answer<std::uint64_t> count(const std::string& caller, vxp::PacketKind kind) override;
    vxp::Answer<std::vector<vxp::Agency>> agencies(const std::string& caller) override;
    vxp::Answer<std::vector<vxp::AgencyQd20>> agencies_qd20(const std::string& caller, const std::string& level) override;
    vxp::Answer<std::vector<vxp::Unit>> units(const std::string& caller) override;
    vxp::Answer<void> register_agency(const std::string& caller, const vxp::NewAgency& agency) override;
    vxp::Answer<void> delete_agency(const std::string& caller, const std::string& code) override;
    bool is_open() override { return !faults_.is_outage(); }
    vxp::HashCheck hash_check(const std::string& caller) override;
    vxp::Disturbance disturbance(const std::string& caller, vxp::Operation operation) override;
    void decided(const vxp::CallRecord& call) override;

private:
    struct Addressed;
    vxp::Answer<Addressed> rewrite(const vxp::SendOrder& order, const std::filesystem::path& packet,
                                   const std::filesystem::path& to, Instant at) const;
    vxp::Answer<std::vector<Delivery>> deliveries_of(const std::vector<std::string>& receivers, Instant at) const;
    std::string new_id() const;
    /// Both forms of a code are one.
    std::string canonical(const std::string& code) const;
    std::optional<std::string> node_of(const std::string& code) const;
    std::optional<vxp::Refusal> sender_refused(const std::string& caller, const std::string& from) const;

    const AxisSettings settings_;
    Clock clock_;
    Store& store_;
    Directory& directory_;
    FaultBook& faults_;
    CallLog& log_;
    mutable std::mutex mutex_;          ///< Of what follows and of the store.
    std::map<std::string, std::uint64_t> calls_;
};

}  // namespace hub::axis_sim
