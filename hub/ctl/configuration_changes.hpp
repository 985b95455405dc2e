#pragma once
// lgsp config check, diff, reload: whether the files of the settings are right, what they say against what the hub runs
// with, and having them read again.

#include "hub/ctl/commands.hpp"
#include "hub/ctl/hub_program.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace hub::ctl {

/// A change a line, with whence it comes and whether it needs a restart; or a mistake a line.
std::string changes_text(const boost::json::value& look, Lang lang);
/// The same of a reload that was done.
std::string reloaded_text(const boost::json::value& look, Lang lang);
/// faulty: mistakes; partly: done, and some hold only after a restart.
Exit exit_of_reload(const boost::json::value& look);

class ConfigurationChanges {
public:
    /// Adds them to `config` and `commands`, which it must outlive.
    ConfigurationChanges(CLI::App& config, Commands& commands);
    ConfigurationChanges(const ConfigurationChanges&) = delete;
    ConfigurationChanges& operator=(const ConfigurationChanges&) = delete;

private:
    int check(const Style& style) const;
    int diff(const HubAddress& hub, const Style& style) const;
    int reload(const HubAddress& hub, const Style& style) const;

    std::string settings_ = usual_settings;
    std::string reason_;
    std::optional<std::uint64_t> expect_;
    bool is_dry_run_ = false;
};

}  // namespace hub::ctl
