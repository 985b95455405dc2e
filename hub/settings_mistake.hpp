#pragma once
// One thing that is wrong in a configuration file. All of them are collected before anything is said; every
// program of ours says them in the same way.

#include "hub/telemetry/events.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hub {

struct SettingsMistake {
    std::string file;
    int line = 0;             ///< From 1; 0 when the mistake has no place, e.g. a file that is not there.
    std::string key;          ///< "broker.queue_type", "agency[3].certificates[0]"; empty for the whole file.
    std::string problem_en;   ///< With the value found and the bound that it breaks.
    std::string problem_vi;
};

using SettingsMistakes = std::vector<SettingsMistake>;

/// EX_CONFIG of sysexits.h: systemd shows it as "configuration".
inline constexpr int exit_configuration = 78;

/// One block a mistake, "FILE:LINE: KEY" and what is wrong; a closing line with their number and the example to
/// look at, "config/hub.example.toml".
std::string mistakes_as_text(const SettingsMistakes& mistakes, std::string_view example, LogLanguage language);

/// {"ok": bool, "mistakes": [{"file", "line", "key", "problem_vi", "problem_en"}]}, one line.
std::string mistakes_as_json(const SettingsMistakes& mistakes);

}  // namespace hub
