#pragma once
// lgsp status, health, find, axis, explain, agency: what one only looks at.

#include "hub/ctl/commands.hpp"

#include <string>
#include <utility>
#include <vector>

namespace hub::ctl {

class LookCommands {
public:
    /// Adds them to `commands`, which it must outlive.
    LookCommands(CLI::App& app, Commands& commands);
    LookCommands(const LookCommands&) = delete;
    LookCommands& operator=(const LookCommands&) = delete;

private:
    using Run = int (LookCommands::*)(const HubAddress&, const Style&) const;
    CLI::App* add(CLI::App& parent, const char* name, const char* what, const char* example, Run run);
    CLI::Option* add_condition(CLI::App* command, const char* flag, const char* key, const char* what);
    void add_mark(CLI::App* command, const char* flag, const char* key, const char* what);
    void add_health(CLI::App& app);
    void add_find(CLI::App& app);
    void add_explain(CLI::App& app);
    void add_agencies(CLI::App& app);
    /// The conditions, and what else was said as one text.
    std::string question(std::string target, bool has_text) const;

    int status(const HubAddress& hub, const Style& style) const;
    int health(const HubAddress& hub, const Style& style) const;
    int find(const HubAddress& hub, const Style& style) const;
    int axis(const HubAddress& hub, const Style& style) const;
    int explain(const HubAddress& hub, const Style& style) const;
    int list_agencies(const HubAddress& hub, const Style& style) const;
    int show_agency(const HubAddress& hub, const Style& style) const;
    int find_agency(const HubAddress& hub, const Style& style) const;

    Commands& commands_;
    std::vector<std::string> words_;                             ///< find TEXT, explain CODE.
    std::vector<std::pair<std::string, std::string>> conditions_;
    std::string document_;                                       ///< explain.
    std::string code_;                                           ///< agency show.
    bool is_watching_ = false;
};

}  // namespace hub::ctl
