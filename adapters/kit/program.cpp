#include "adapters/kit/program.hpp"

#include "hub/telemetry/remedy.hpp"
#include "hub/telemetry/told.hpp"
#include "hub/version.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

namespace hub::kit {

int refuse_settings(const Program& program, const SettingsMistakes& mistakes) {
    std::cerr << mistakes_as_text(mistakes, program.settings_example, LogLanguage::vi);
    return exit_configuration;
}

void say(const Program& program, const Fault& fault) {
    const Words words = words_of(fault.code);
    std::cerr << program.name << ": " << words.title_vi << " / " << words.title_en << ": " << fault.field << " "
              << fault.peer_text << "\n";
}

int run_program(const Program& program, int argc, char** argv) {
    CLI::App cli{program.name + ": " + program.about};
    std::string file, checked;
    bool is_json = false;
    cli.set_version_flag("--version", std::string{version});
    auto* const config = cli.add_option("--config", file, "Settings file (TOML)");
    cli.add_option("--check", checked, "Check a settings file, print every mistake, exit 0 or 78")->excludes(config);
    cli.add_flag("--json", is_json, "With --check: one JSON document");
    cli.footer("Example:\n  " + program.name + " --config " + program.example);
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return cli.exit(error) == 0 ? 0 : 2;
    }
    try {
        if (!checked.empty()) {
            const SettingsMistakes mistakes = program.check(checked);
            std::cout << (is_json ? mistakes_as_json(mistakes)
                                  : mistakes_as_text(mistakes, program.settings_example, LogLanguage::vi));
            return told(program.name, mistakes.empty() ? 0 : exit_configuration);
        }
        if (file.empty()) {
            std::cerr << cli.help();
            return 2;
        }
        return program.run(file);
    } catch (const std::exception& error) {
        std::cerr << program.name << ": " << error.what() << "\n";
        return 1;
    }
}

}  // namespace hub::kit
