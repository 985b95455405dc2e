#include "hub/ctl/self_commands.hpp"

#include "hub/ctl/completion.hpp"
#include "hub/ctl/manual.hpp"

#include <boost/json.hpp>

namespace hub::ctl {

namespace json = boost::json;

SelfCommands::SelfCommands(CLI::App& app) : app_{app} {
    CLI::App* const completion =
        app.add_subcommand("completion", "Gõ Tab để điền lệnh / completion for a shell");
    completion->add_option("shell", shell_, "Vỏ lệnh / shell")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    completion->footer("Examples / ví dụ:\n"
                       "  lgsp completion bash > ~/.local/share/bash-completion/completions/lgsp\n"
                       "  lgsp completion zsh > ~/.zfunc/_lgsp  # fpath+=~/.zfunc before compinit\n"
                       "  lgsp completion fish > ~/.config/fish/completions/lgsp.fish");
    CLI::App* const manual = app.add_subcommand("man", "Trang hướng dẫn / the manual page");
    manual->footer("Examples / ví dụ:\n  lgsp man | man -l -\n  lgsp man > lgsp.1");
    completion_ = completion;
    manual_ = manual;
}

int SelfCommands::run(const Style& style) const {
    const CommandEntry lgsp = command_tree(app_);
    if (manual_->parsed())
        return print(
            json::object{{"page", manual_page(lgsp, app_.version())}},
            [](const json::value& value, Lang) { return std::string{value.at("page").as_string()}; }, style);
    const std::string script = shell_ == "bash"  ? bash_completion(lgsp)
                               : shell_ == "zsh" ? zsh_completion(lgsp)
                                                 : fish_completion(lgsp);
    return print(
        json::object{{"shell", shell_}, {"script", script}},
        [](const json::value& value, Lang) { return std::string{value.at("script").as_string()}; }, style);
}

}  // namespace hub::ctl
