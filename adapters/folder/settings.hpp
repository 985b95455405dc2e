#pragma once
// What the folder adapter is told: one TOML file. config/folder.example.toml is a complete example.

#include "adapters/kit/kit.hpp"

#include "hub/core/limits.hpp"
#include "hub/settings_mistake.hpp"

namespace hub::folder {

/// A packet that goes into the envelope itself: there is room for the header and the signature around it.
inline constexpr std::size_t packet_bytes_inline_max = limits::envelope_bytes_max - 64 * 1024;

struct FolderSettings {
    kit::Settings kit;
    std::filesystem::path base;                ///< outbox/, inbox/ … stand in it.
    std::vector<std::string> answers;          ///< Statuses that stand in for a clerk; for trials only.
    std::size_t packet_bytes_max = packet_bytes_inline_max;   ///< More with a content store.
};

struct LoadedSettings {
    std::optional<FolderSettings> settings;
    SettingsMistakes mistakes;
};

LoadedSettings load_settings(const std::filesystem::path& file);

}  // namespace hub::folder
