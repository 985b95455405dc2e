#pragma once
// The province's agencies, read from a TOML file ([[agency]] tables) into a directory. Used while starting.

#include "hub/core/directory.hpp"
#include "hub/settings_mistake.hpp"

#include <filesystem>
#include <memory>

namespace hub {

/// Null when there was a mistake; every mistake of the file and of what it names is added to `mistakes`.
/// `reserved` are codes that no agency may have: the hub's own.
std::shared_ptr<const Directory> load_agencies(const std::filesystem::path& file,
                                               const std::vector<AgencyCode>& province_codes,
                                               const std::vector<AgencyCode>& reserved, SettingsMistakes& mistakes);

}  // namespace hub
