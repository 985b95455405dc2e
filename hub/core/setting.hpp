#pragma once
// A setting as the running hub has it, and where its value comes from: for whoever asks why the hub does as it does.

#include "hub/core/ids.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hub {

struct Setting {
    std::string key;                          ///< "http.listen", "retention.agency[0].code".
    std::optional<std::string> value;         ///< Of a list the items with ", " between; nullopt: not set.
    bool is_secret = false;                   ///< `value` is the name of a file; what it holds is not shown.
    std::string file;                         ///< In which the value stands; empty: nowhere, it is the default.
    int line = 0;
    std::optional<Digest> content{};          ///< Of the file that `value` names, when it was read. Shown to nobody.
};

/// One thing that is wrong in a file of settings. All of them are collected before anything is said.
struct SettingsMistake {
    std::string file;
    int line = 0;             ///< From 1; 0 when the mistake has no place, e.g. a file that is not there.
    std::string key;          ///< "broker.queue_type", "agency[3].certificates[0]"; empty for the whole file.
    std::string problem_en;   ///< With the value found and the bound that it breaks.
    std::string problem_vi;
};

using SettingsMistakes = std::vector<SettingsMistake>;

}  // namespace hub
