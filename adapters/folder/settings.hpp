#pragma once
// What the folder adapter is told: one TOML file. config/folder.example.toml is a complete example.

#include "adapters/kit/kit.hpp"

#include "hub/settings_mistake.hpp"

namespace hub::folder {

struct FolderSettings {
    kit::Settings kit;
    std::filesystem::path base;                ///< outbox/, inbox/ … stand in it.
    std::vector<std::string> answers;          ///< Statuses that stand in for a clerk; for trials only.
};

struct LoadedSettings {
    std::optional<FolderSettings> settings;
    SettingsMistakes mistakes;
};

LoadedSettings load_settings(const std::filesystem::path& file);

}  // namespace hub::folder
