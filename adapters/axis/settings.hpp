#pragma once
// What the connector is told: one TOML file. config/axis.example.toml is a complete example.

#include "adapters/axis/connector.hpp"
#include "adapters/axis/unit_sync.hpp"

#include "hub/settings_mistake.hpp"

namespace hub::axis {

struct AxisSettings {
    kit::Settings kit;
    ConnectorSettings connector;
    CallerSettings callers;
    UnitSyncSettings units;                 ///< `every` 0: never.
    std::filesystem::path folder;           ///< Of the store.
};

struct LoadedSettings {
    std::optional<AxisSettings> settings;
    SettingsMistakes mistakes;
};

LoadedSettings load_settings(const std::filesystem::path& file);

}  // namespace hub::axis
