#pragma once
// lgsp completion, man, doctor: what the command line tells of itself and of this machine. They ask no hub.

#include "hub/ctl/commands.hpp"
#include "hub/ctl/hub_program.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace hub::ctl {

class SelfCommands {
public:
    /// Adds them to `commands`, which it must outlive, as `app` it. What is added to `app` afterwards is told too.
    SelfCommands(CLI::App& app, Commands& commands);
    SelfCommands(const SelfCommands&) = delete;
    SelfCommands& operator=(const SelfCommands&) = delete;

private:
    int complete(const Style& style) const;
    int show_manual(const Style& style) const;
    int examine(const Style& style) const;

    const CLI::App& app_;
    std::string shell_;
    std::string settings_ = usual_settings;
};

}  // namespace hub::ctl
