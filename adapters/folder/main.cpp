// lgsp-folder: connects a document system that reads and writes files.

#include "adapters/folder/exchange.hpp"
#include "adapters/folder/progress.hpp"
#include "adapters/kit/program.hpp"

#include <csignal>
#include <iostream>
#include <thread>

namespace {

volatile std::sig_atomic_t is_stopping = 0;

hub::kit::Program program();

int run(const std::filesystem::path& file) {
    auto loaded = hub::folder::load_settings(file);
    if (!loaded.settings)
        return hub::kit::refuse_settings(program(), loaded.mistakes);
    const hub::folder::FolderSettings settings = std::move(*loaded.settings);
    auto kit = hub::kit::Kit::open(settings.kit);
    if (!kit) {
        say(program(), kit.error());
        return kit.error().code == hub::Errc::setting_invalid ? hub::exit_configuration : 1;
    }
    auto exchange = hub::folder::Exchange::open(settings, **kit);
    if (!exchange) {
        say(program(), exchange.error());
        return exchange.error().code == hub::Errc::setting_invalid ? hub::exit_configuration : 1;
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
        for (const std::string& line : progress.look((*kit)->transfers(), fault, std::chrono::steady_clock::now()))
            std::cerr << "lgsp-folder: " << line << "\n";
        // Once for each trouble, not once for each try.
        const std::string trouble = fault ? std::string{hub::name_of(fault->code)} : std::string{};
        if (fault && trouble != said)
            say(program(), *fault);
        if (!fault && !said.empty())
            std::cerr << "lgsp-folder: hết sự cố, tiếp tục / going on again\n";
        said = trouble;
        if (!scanned)
            std::this_thread::sleep_for(turn);
    }
    return 0;
}

hub::kit::Program program() {
    return {.name = "lgsp-folder",
            .about = "bộ kết nối thư mục / the folder adapter of LGSP Hub",
            .settings_example = "config/folder.example.toml",
            .example = "/etc/lgsp/H43.01.toml",
            .check = [](const auto& file) { return hub::folder::load_settings(file).mistakes; },
            .run = run};
}

}  // namespace

int main(int argc, char** argv) { return hub::kit::run_program(program(), argc, argv); }
