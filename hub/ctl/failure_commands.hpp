#pragma once
// lgsp failure assign, note: what operators say to each other of a cause of lgsp failures.

#include "hub/ctl/commands.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace hub::ctl {

class FailureCommands {
public:
    /// Adds them to `commands`, which it must outlive.
    FailureCommands(CLI::App& app, Commands& commands);
    FailureCommands(const FailureCommands&) = delete;
    FailureCommands& operator=(const FailureCommands&) = delete;

private:
    int assign(const HubAddress& hub, const Style& style) const;
    int note(const HubAddress& hub, const Style& style) const;

    std::string cause_, to_, reason_, text_;
    bool is_given_back_ = false;
};

}  // namespace hub::ctl
