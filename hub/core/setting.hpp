#pragma once
// A setting as the running hub has it, and where its value comes from: for whoever asks why the hub does as it does.

#include <optional>
#include <string>

namespace hub {

struct Setting {
    std::string key;                          ///< "http.listen", "retention.agency[0].code".
    std::optional<std::string> value;         ///< Of a list the items with ", " between; nullopt: not set.
    bool is_secret = false;                   ///< `value` is the name of a file; what it holds is not shown.
    std::string file;                         ///< In which the value stands; empty: nowhere, it is the default.
    int line = 0;
};

}  // namespace hub
