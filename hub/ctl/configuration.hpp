#pragma once
// lgsp config show: with which settings the hub runs, and where each comes from. The other commands of `config`:
// configuration_changes.hpp.

#include "hub/ctl/commands.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace hub::ctl {

/// The hub's answer with the settings alone whose key begins so. Exit::not_found when there is none.
Outcome<boost::json::value> with_keys(boost::json::value configuration, const std::string& prefix, Lang lang);
/// "http.listen = 127.0.0.1:7780", a setting a line.
std::string configuration_text(const boost::json::value& configuration, Lang lang);
/// The same, each with " # FILE:LINE" or that it is the default.
std::string configuration_origins_text(const boost::json::value& configuration, Lang lang);

class ConfigurationCommand {
public:
    /// Adds it to `commands`, which it must outlive.
    ConfigurationCommand(CLI::App& app, Commands& commands);
    ConfigurationCommand(const ConfigurationCommand&) = delete;
    ConfigurationCommand& operator=(const ConfigurationCommand&) = delete;

    /// `lgsp config`, for its other commands.
    CLI::App& group() noexcept { return *group_; }

private:
    int run(const HubAddress& hub, const Style& style) const;

    CLI::App* group_;
    std::string prefix_;
    bool tells_origin_ = false;
};

}  // namespace hub::ctl
