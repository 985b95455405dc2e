#pragma once
// lgsp overdue, remind: who is late, and that somebody has told them so.

#include "hub/ctl/commands.hpp"

#include <string>
#include <utility>
#include <vector>

namespace hub::ctl {

class OverdueCommands {
public:
    /// Adds them to `commands`, which it must outlive.
    OverdueCommands(CLI::App& app, Commands& commands);
    OverdueCommands(const OverdueCommands&) = delete;
    OverdueCommands& operator=(const OverdueCommands&) = delete;

private:
    void add_overdue(CLI::App& app, Commands& commands);
    void add_remind(CLI::App& app, Commands& commands);
    int list(const HubAddress& hub, const Style& style) const;
    int remind(const HubAddress& hub, const Style& style) const;

    std::vector<std::pair<std::string, std::string>> conditions_;
    bool is_csv_ = false;
    std::string agency_, duty_, by_, note_;
};

}  // namespace hub::ctl
