#pragma once
// The axis's directory: the units of the nodes, and as many made-up ones as one wants, the same ones for the same
// seed. Thread-safe.

#include "adapters/vxp/records.hpp"

#include "hub/core/instant.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace hub::axis_sim {

struct DirectoryUnit {
    vxp::Unit unit;
    std::string old_code;       ///< QCVN 102:2016.
};

class Directory {
public:
    /// `units` of them in all are made up.
    Directory(std::size_t units, std::uint64_t seed);

    /// A unit of a node; takes the place of a made-up one.
    void add(const std::string& code, const std::string& name, const std::string& system_id, Instant at);
    /// Its version rises. false: there is none.
    bool change(const std::string& code, const std::optional<std::string>& name, std::optional<bool> is_deleted, Instant at);

    /// By its code of either form.
    std::optional<DirectoryUnit> find(const std::string& code) const;
    std::vector<vxp::Unit> units() const;
    std::vector<vxp::Agency> agencies() const;
    /// `level` empty: each.
    std::vector<vxp::AgencyQd20> agencies_qd20(const std::string& level) const;
    std::size_t size() const;

private:
    const std::size_t* place_of(const std::string& code) const;
    void put(DirectoryUnit unit);

    mutable std::mutex mutex_;
    std::vector<DirectoryUnit> units_;
    std::unordered_map<std::string, std::size_t> by_code_;
    std::unordered_map<std::string, std::size_t> by_old_code_;
};

}  // namespace hub::axis_sim
