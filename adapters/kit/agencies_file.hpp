#pragma once
// The province's agencies as an adapter must know them: the file that the hub reads too, without what is the hub's
// alone (certificates). Read while starting.

#include "hub/core/directory.hpp"
#include "hub/settings_mistake.hpp"

#include <filesystem>
#include <memory>

namespace hub::kit {

/// Null when there was a mistake; each is added to `mistakes`.
std::shared_ptr<const Directory> read_agencies(const std::filesystem::path& file, SettingsMistakes& mistakes);

}  // namespace hub::kit
