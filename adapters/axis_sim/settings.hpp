#pragma once
// What the simulated axis is told: one TOML file. config/axis-sim.example.toml is a complete example.

#include "adapters/axis_sim/axis.hpp"
#include "adapters/vxp/server.hpp"

namespace hub::axis_sim {

struct SimSettings {
    vxp::ServerSettings server;
    AxisSettings axis;
    std::string control_host = "127.0.0.1";
    std::uint16_t control_port = 0;
    std::filesystem::path folder;
    std::size_t units = 0;
    std::uint64_t units_seed = 1;
    std::optional<Scenario> scenario;
};

struct LoadedSettings {
    std::optional<SimSettings> settings;
    SettingsMistakes mistakes;
};

LoadedSettings load_settings(const std::filesystem::path& file);

/// Writes axis-sim.toml, and two nodes with secrets of their own into a folder that has none of them.
/// setting_invalid: one of the files is there, or cannot be written.
Result<void> write_first_settings(const std::filesystem::path& folder);

}  // namespace hub::axis_sim
