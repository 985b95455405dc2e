#include "hub/ctl/self_commands.hpp"

#include "hub/ctl/completion.hpp"
#include "hub/ctl/hub_program.hpp"
#include "hub/ctl/manual.hpp"
#include "hub/ctl/node.hpp"

#include <boost/json.hpp>

namespace hub::ctl {

namespace json = boost::json;

SelfCommands::SelfCommands(CLI::App& app, Commands& commands) : app_{app} {
    commands
        .add_without_hub(app, "completion", "Gõ Tab để điền lệnh / completion for a shell",
                         "lgsp completion bash > ~/.local/share/bash-completion/completions/lgsp\n"
                         "  lgsp completion zsh > ~/.zfunc/_lgsp  # fpath+=~/.zfunc before compinit\n"
                         "  lgsp completion fish > ~/.config/fish/completions/lgsp.fish",
                         [this](const HubAddress&, const Style& style) { return complete(style); })
        ->add_option("shell", shell_, "Vỏ lệnh / shell")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    commands.add_without_hub(app, "man", "Trang hướng dẫn / the manual page", "lgsp man | man -l -\n  lgsp man > lgsp.1",
                             [this](const HubAddress&, const Style& style) { return show_manual(style); });
    commands
        .add_without_hub(app, "doctor", "Máy này chạy trục được không / is this machine fit for the hub",
                         "lgsp doctor /etc/lgsp-hub/hub.toml --json\n  runuser -u lgsp-hub -- lgsp doctor",
                         [this](const HubAddress&, const Style& style) { return examine(style); })
        ->add_option("file", settings_, "Cấu hình của trục / the hub's settings")
        ->type_name("FILE")
        ->capture_default_str();
}

int SelfCommands::examine(const Style& style) const {
    const auto done = run_hub_program("--doctor", settings_, style);
    return done ? *done : fail(done.error(), style);
}

int SelfCommands::complete(const Style& style) const {
    const CommandEntry lgsp = command_tree(app_);
    const std::string script = shell_ == "bash"  ? bash_completion(lgsp)
                               : shell_ == "zsh" ? zsh_completion(lgsp)
                                                 : fish_completion(lgsp);
    return print(
        json::object{{"shell", shell_}, {"script", script}},
        [](const json::value& value, Lang) { return std::string{value.at("script").as_string()}; }, style);
}

int SelfCommands::show_manual(const Style& style) const {
    return print(
        json::object{{"page", manual_page(command_tree(app_), app_.version())}},
        [](const json::value& value, Lang) { return std::string{value.at("page").as_string()}; }, style);
}

}  // namespace hub::ctl
