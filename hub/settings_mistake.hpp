#pragma once
// What is wrong in configuration files, in words: every program of ours says it in the same way.

#include "hub/core/setting.hpp"
#include "hub/telemetry/events.hpp"

#include <string>
#include <string_view>

namespace hub {

/// EX_CONFIG of sysexits.h: systemd shows it as "configuration".
inline constexpr int exit_configuration = 78;

/// "FILE:LINE: KEY: " and what is wrong; without the place or the key where there is none.
std::string mistake_as_line(const SettingsMistake& mistake, LogLanguage language);

/// A line a mistake; a closing line with their number and the example to look at, "config/hub.example.toml".
std::string mistakes_as_text(const SettingsMistakes& mistakes, std::string_view example, LogLanguage language);

/// {"ok": bool, "mistakes": [{"file", "line", "key", "problem_vi", "problem_en"}]}, one line.
std::string mistakes_as_json(const SettingsMistakes& mistakes);

}  // namespace hub
