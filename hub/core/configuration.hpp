#pragma once
// What the files of the settings say against what the hub runs with, and how the last reload went. Plain data.

#include "hub/core/instant.hpp"
#include "hub/core/setting.hpp"

#include <cstdint>
#include <vector>

namespace hub {

/// A setting whose value in the files is another than the one that the hub runs with. Of an agency the key names the code,
/// "agency.H43.05.certificates", and of one that was added or taken out the code alone, "agency.H43.05".
struct SettingChange {
    std::string key;
    std::optional<std::string> before;        ///< Nullopt: not set, not there.
    std::optional<std::string> after;
    bool is_secret = false;                   ///< Both are names of a file; what it holds is not shown.
    bool is_content = false;                  ///< The file that is named holds something else, by whichever name.
    bool is_agency = false;                   ///< A whole one, added or taken out: the value is its name.
    bool needs_restart = false;
    std::string file;                         ///< In which `after` stands; empty: nowhere.
    int line = 0;
    bool operator==(const SettingChange&) const = default;
};

/// One reading of the files.
struct ConfigurationLook {
    SettingsMistakes mistakes;                ///< All of them; then nothing else is known.
    std::vector<SettingChange> changes;       ///< In the order of the files.
    std::string seen;                         ///< Another one for whatever reads differently.

    std::vector<std::string> restart_needed() const;   ///< The keys of these changes.
};

/// What whoever wants a reload has seen of it; nullopt: whatever there is.
struct ConfigurationSeen {
    std::optional<std::string> seen;          ///< ConfigurationLook::seen
    std::optional<std::uint64_t> changes;     ///< So many.
};

/// What became of the wish that the files are read again.
struct ConfigurationReload {
    ConfigurationLook look;                   ///< With mistakes: nothing was changed.
    bool is_other = false;                    ///< The files are not as they were seen: nothing was done.
};

/// Of the running hub, since its start.
struct ConfigurationState {
    Instant loaded_at{};                      ///< When what it runs with was read.
    std::optional<Instant> refused_at;        ///< When a reload failed; nullopt: none has since `loaded_at`.
    SettingsMistakes mistakes;                ///< Why.
    std::vector<std::string> restart_needed;  ///< Keys, as they were at `loaded_at`.
};

inline std::vector<std::string> ConfigurationLook::restart_needed() const {
    std::vector<std::string> keys;
    for (const SettingChange& change : changes)
        if (change.needs_restart)
            keys.push_back(change.key);
    return keys;
}

}  // namespace hub
