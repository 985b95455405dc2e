#pragma once
// The hubs that this person works with and the sessions there: one file, for its owner alone.

#include "hub/ctl/outcome.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace hub::ctl {

struct Context {
    std::string url;
    std::string ca_file;
    std::string token;                          ///< Empty: not signed in.
};

struct Contexts {
    std::string current;
    std::map<std::string, Context> by_name;

    /// The session at this very address, the current one's first; empty: none. A token never goes to another address.
    std::string token_for(const std::string& url) const;
};

/// $XDG_CONFIG_HOME/lgsp/contexts.json, or ~/.config/lgsp/contexts.json.
std::filesystem::path contexts_file();
/// None, when the file is not there.
Outcome<Contexts> read_contexts(const std::filesystem::path& file, Lang lang);
/// With mode 0600, whole or not at all.
Outcome<void> write_contexts(const std::filesystem::path& file, const Contexts& contexts, Lang lang);

}  // namespace hub::ctl
