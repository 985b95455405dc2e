#pragma once
// What differs between the settings that the hub runs with and those that its files have now, and what of it can change
// while the hub runs.

#include "hub/core/configuration.hpp"
#include "hub/settings.hpp"

namespace hub {

/// As `hub.agencies_file` has it.
std::string agencies_file_of(const Settings& settings);

/// By the key of a setting or of a SettingChange.
bool needs_restart(std::string_view key) noexcept;

/// In the order of the files; what is only in `running` comes last.
std::vector<SettingChange> changes_of(const Settings& running, const Settings& read);

/// `read` as far as it can change while the hub runs, the rest as in `running`.
Settings taken_over(const Settings& running, const Settings& read);

/// Another one for all that reads differently, by value or by what the named files hold.
std::string fingerprint_of(const Settings& settings);

}  // namespace hub
