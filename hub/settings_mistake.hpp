#pragma once
// One thing that is wrong in a configuration file. All of them are collected before anything is said.

#include <string>
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

}  // namespace hub
