#pragma once
// lgsp failures, retry, park, release --where, operation, audit.

#include "hub/ctl/commands.hpp"

#include <CLI/CLI.hpp>

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <vector>

namespace hub::ctl {

class OperationCommands {
public:
    /// Adds them to `commands`, which it must outlive. `release` ends a legal hold by an id; here it gets conditions.
    OperationCommands(CLI::App& app, CLI::App& release, Commands& commands);
    OperationCommands(const OperationCommands&) = delete;
    OperationCommands& operator=(const OperationCommands&) = delete;

    /// Of the deliveries that the conditions of `release` mean.
    int release(const HubAddress& hub, const Style& style) const { return act("release", hub, style); }

private:
    using Run = int (OperationCommands::*)(const HubAddress&, const Style&) const;
    CLI::App* add(CLI::App& parent, const char* name, const char* what, const char* example, Run run);
    void add_conditions(CLI::App& command);
    void add_operations(CLI::App& app);
    void add_audit(CLI::App& app);

    int list_failures(const HubAddress& hub, const Style& style) const;
    bool is_parked_only_ = false;
    int retry(const HubAddress& hub, const Style& style) const { return act("retry", hub, style); }
    int park(const HubAddress& hub, const Style& style) const { return act("park", hub, style); }
    int act(const char* name, const HubAddress& hub, const Style& style) const;
    Outcome<boost::json::object> wish(const char* act, Lang lang) const;
    std::string reason() const;
    /// What is still to be said before anything is done.
    std::optional<Problem> missing(const boost::json::value& preview, Lang lang) const;
    int watch(boost::json::value operation, const HubAddress& hub, const Style& style) const;
    int list_operations(const HubAddress& hub, const Style& style) const;
    int show_operation(const HubAddress& hub, const Style& style) const;
    int approve_operation(const HubAddress& hub, const Style& style) const;
    int stop_operation(const HubAddress& hub, const Style& style) const { return turn("/stop", hub, style); }
    int resume_operation(const HubAddress& hub, const Style& style) const { return turn("/resume", hub, style); }
    int turn(const char* action, const HubAddress& hub, const Style& style) const;
    int list_acts(const HubAddress& hub, const Style& style) const;

    Commands& commands_;
    CLI::App& release_;
    std::string id_, reason_, operation_;
    std::vector<std::string> where_;
    std::vector<std::pair<std::string, std::string>> query_;     ///< operation list, audit.
    bool is_dry_run_ = false, is_confirmed_ = false;
    std::optional<std::uint64_t> expect_;
    std::uint32_t rate_ = 500;
    int wait_seconds_ = 0;
};

}  // namespace hub::ctl
