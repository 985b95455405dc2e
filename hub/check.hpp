#pragma once
// Mistakes of a configuration, for people and for machines. Used by main: `lgsp-hub --check FILE` and a start
// that fails.

#include "hub/settings_mistake.hpp"
#include "hub/telemetry/events.hpp"

#include <string>

namespace hub {

/// EX_CONFIG of sysexits.h: systemd shows it as "configuration".
inline constexpr int exit_configuration = 78;

/// One block a mistake, "FILE:LINE: KEY" and what is wrong; a closing line with their number.
std::string mistakes_as_text(const SettingsMistakes& mistakes, LogLanguage language);

/// {"ok": bool, "mistakes": [{"file", "line", "key", "problem_vi", "problem_en"}]}
std::string mistakes_as_json(const SettingsMistakes& mistakes);

/// Does what `lgsp-hub --check FILE` does: prints on stdout and gives the exit code, 0 or 78.
int check_settings(const std::string& file, bool is_json, LogLanguage language);

}  // namespace hub
