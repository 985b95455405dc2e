#pragma once
// The command line that all adapter programs have: --config, --check with --json, --version, --help.

#include "hub/settings_mistake.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace hub::kit {

struct Program {
    std::string name;                   ///< "lgsp-folder"
    std::string about;                  ///< One line, vi / en.
    std::string settings_example;       ///< Where a complete example is.
    std::string example;                ///< A settings file, for --help.
    std::function<SettingsMistakes(const std::filesystem::path&)> check;
    std::function<int(const std::filesystem::path&)> run;
};

/// What main() returns: of `run`; 0 for what was only asked; 1 after an exception; 2 for a wrong command;
/// exit_configuration for wrong settings.
int run_program(const Program& program, int argc, char** argv);

/// Of `run`, when the settings are wrong: tells every mistake.
int refuse_settings(const Program& program, const SettingsMistakes& mistakes);
/// On stderr, in both languages.
void say(const Program& program, const Fault& fault);

}  // namespace hub::kit
