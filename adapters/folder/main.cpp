// lgsp-folder: connects a document system that reads and writes files.

#include "adapters/folder/exchange.hpp"
#include "adapters/folder/progress.hpp"

#include "hub/telemetry/remedy.hpp"
#include "hub/version.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <iostream>
#include <thread>

namespace {

constexpr std::string_view settings_example = "config/folder.example.toml";

volatile std::sig_atomic_t is_stopping = 0;

void say(const hub::Fault& fault) {
    const hub::Words words = hub::words_of(fault.code);
    std::cerr << "lgsp-folder: " << words.title_vi << " / " << words.title_en << ": " << fault.field << " "
              << fault.peer_text << "\n";
}

int run(const std::string& file) {
    auto loaded = hub::folder::load_settings(file);
    if (!loaded.settings) {
        std::cerr << hub::mistakes_as_text(loaded.mistakes, settings_example, hub::LogLanguage::vi);
        return hub::exit_configuration;
    }
    const hub::folder::FolderSettings settings = std::move(*loaded.settings);
    auto kit = hub::kit::Kit::open(settings.kit);
    if (!kit) {
        say(kit.error());
        return kit.error().code == hub::Errc::setting_invalid ? hub::exit_configuration : 1;
    }
    auto exchange = hub::folder::Exchange::open(settings, **kit);
    if (!exchange) {
        say(exchange.error());
        return 1;
    }
    std::signal(SIGTERM, [](int) { is_stopping = 1; });
    std::signal(SIGINT, [](int) { is_stopping = 1; });
    std::signal(SIGPIPE, SIG_IGN);
    std::cerr << "lgsp-folder " << settings.kit.agency.text() << ": " << settings.base.string() << "\n";
    hub::folder::Progress progress{settings.base};
    std::string said;
    while (!is_stopping) {
        const auto scanned = (*exchange)->scan();
        constexpr std::chrono::milliseconds turn{100};
        const auto polled = (*kit)->poll(scanned && *scanned > 0 ? std::chrono::milliseconds{0} : turn, **exchange);
        std::optional<hub::Fault> fault;
        if (!scanned)
            fault = scanned.error();
        else if (!polled)
            fault = polled.error();
        for (const std::string& line : progress.look((*kit)->transfers(), std::chrono::steady_clock::now()))
            std::cerr << "lgsp-folder: " << line << "\n";
        // Once for each trouble, not once for each try.
        const std::string trouble = fault ? std::string{hub::name_of(fault->code)} : std::string{};
        if (fault && trouble != said)
            say(*fault);
        if (!fault && !said.empty())
            std::cerr << "lgsp-folder: kết nối lại / connected again\n";
        said = trouble;
        if (!scanned)
            std::this_thread::sleep_for(turn);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App cli{"lgsp-folder: bộ kết nối thư mục / the folder adapter of LGSP Hub"};
    std::string file;
    std::string checked;
    bool is_json = false;
    cli.set_version_flag("--version", std::string{hub::version});
    auto* config = cli.add_option("--config", file, "Settings file (TOML)");
    cli.add_option("--check", checked, "Check a settings file, print every mistake, exit 0 or 78")->excludes(config);
    cli.add_flag("--json", is_json, "With --check: one JSON document");
    cli.footer("Example:\n  lgsp-folder --config /etc/lgsp/H43.01.toml");
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return cli.exit(error) == 0 ? 0 : 2;
    }
    try {
        if (!checked.empty()) {
            const auto loaded = hub::folder::load_settings(checked);
            std::cout << (is_json ? hub::mistakes_as_json(loaded.mistakes)
                                  : hub::mistakes_as_text(loaded.mistakes, settings_example, hub::LogLanguage::vi));
            return loaded.mistakes.empty() ? 0 : hub::exit_configuration;
        }
        if (file.empty()) {
            std::cerr << cli.help();
            return 2;
        }
        return run(file);
    } catch (const std::exception& error) {
        std::cerr << "lgsp-folder: " << error.what() << "\n";
        return 1;
    }
}
