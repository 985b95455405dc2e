#pragma once
// The list of commands: each part of lgsp adds its own, and the one that was given is run.

#include "hub/ctl/http_client.hpp"
#include "hub/ctl/output.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <vector>

namespace hub::ctl {

class Commands {
public:
    using Run = std::function<int(const HubAddress&, const Style&)>;
    struct Command {
        const CLI::App* app;
        Run run;
        bool asks_hub = true;                        ///< It needs an address and who asks.
    };

    /// `run` is called after the parsing, if at all.
    CLI::App* add(CLI::App& parent, const char* name, const char* what, const char* example, Run run);
    /// The same for one that tells of the command line alone.
    CLI::App* add_without_hub(CLI::App& parent, const char* name, const char* what, const char* example, Run run);
    /// It gets --jsonl and --fields. To be printed by print_rows().
    void give_rows(CLI::App* command);
    /// It gets --jsonl alone: Style::is_jsonl.
    CLI::Option* give_lines(CLI::App* command);

    /// Null: none.
    const Command* given() const;
    bool is_jsonl() const noexcept { return is_jsonl_; }
    const std::vector<std::string>& fields() const noexcept { return fields_; }

private:
    std::vector<Command> commands_;
    bool is_jsonl_ = false;
    std::vector<std::string> fields_;
};

}  // namespace hub::ctl
