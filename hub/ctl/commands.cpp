#include "hub/ctl/commands.hpp"

#include <algorithm>
#include <string>

namespace hub::ctl {

CLI::App* Commands::add(CLI::App& parent, const char* name, const char* what, const char* example, Run run) {
    CLI::App* const command = parent.add_subcommand(name, what);
    command->footer(std::string{"Example / ví dụ:\n  "} + example);
    commands_.push_back({command, std::move(run)});
    return command;
}

CLI::App* Commands::add_without_hub(CLI::App& parent, const char* name, const char* what, const char* example, Run run) {
    CLI::App* const command = add(parent, name, what, example, std::move(run));
    commands_.back().asks_hub = false;
    return command;
}

void Commands::give_rows(CLI::App* command) {
    give_lines(command);
    command->add_option_function<std::string>(
        "--fields",
        [this](const std::string& names) {
            // Also of an empty name something is said.
            for (std::size_t at = 0, end = 0; end != std::string::npos; at = end + 1) {
                end = names.find(',', at);
                fields_.push_back(names.substr(at, end - at));
            }
        },
        "Chỉ các trường này, cách nhau bằng dấu phẩy / only these keys of --json: number,notation,sender");
}

CLI::Option* Commands::give_lines(CLI::App* command) {
    return command->add_flag("--jsonl", is_jsonl_, "Mỗi dòng một đối tượng JSON / one JSON object a line");
}

const Commands::Command* Commands::given() const {
    const auto it = std::ranges::find_if(commands_, [](const Command& each) { return each.app->parsed(); });
    return it == commands_.end() ? nullptr : &*it;
}

}  // namespace hub::ctl
