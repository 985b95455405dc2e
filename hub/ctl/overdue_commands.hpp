#pragma once
// lgsp overdue, remind: who is late, and that somebody has told them so.

#include "hub/ctl/http_client.hpp"
#include "hub/ctl/output.hpp"

#include <CLI/CLI.hpp>

#include <string>
#include <utility>
#include <vector>

namespace hub::ctl {

class OverdueCommands {
public:
    /// `app` must outlive it, and this the parsing.
    explicit OverdueCommands(CLI::App& app);
    OverdueCommands(const OverdueCommands&) = delete;
    OverdueCommands& operator=(const OverdueCommands&) = delete;

    bool is_asked() const { return overdue_->parsed() || remind_->parsed(); }
    int run(const HubAddress& hub, const Style& style) const;

private:
    void add_overdue(CLI::App& app);
    void add_remind(CLI::App& app);
    int list(const HubAddress& hub, const Style& style) const;
    int remind(const HubAddress& hub, const Style& style) const;

    CLI::App* overdue_ = nullptr;
    CLI::App* remind_ = nullptr;
    std::vector<std::pair<std::string, std::string>> conditions_;
    bool is_csv_ = false;
    std::string agency_, duty_, by_, note_;
};

}  // namespace hub::ctl
