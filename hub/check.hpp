#pragma once
// What `lgsp-hub --check FILE` does.

#include "hub/settings_mistake.hpp"

#include <string>

namespace hub {

inline constexpr std::string_view settings_example = "config/hub.example.toml";

/// Prints every mistake on stdout and gives the exit code, 0 or 78.
int check_settings(const std::string& file, bool is_json, LogLanguage language);

}  // namespace hub
