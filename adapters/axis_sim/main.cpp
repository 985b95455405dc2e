// lgsp-axis-sim: a stand-in for the national axis, for trials and tests.

#include "adapters/axis_sim/control.hpp"
#include "adapters/axis_sim/settings.hpp"

#include "hub/telemetry/remedy.hpp"
#include "hub/telemetry/told.hpp"
#include "hub/version.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <csignal>
#include <iostream>

namespace {

using hub::axis_sim::SimSettings;

constexpr std::string_view settings_example = "config/axis-sim.example.toml";

hub::Instant system_now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

void say(const hub::Fault& fault) {
    const hub::Words words = hub::words_of(fault.code);
    std::cerr << "lgsp-axis-sim: " << words.title_vi << " / " << words.title_en << ": " << fault.field << " "
              << fault.peer_text << "\n";
}

int fail(const hub::Fault& fault) {
    say(fault);
    return fault.code == hub::Errc::setting_invalid ? hub::exit_configuration : 1;
}

void tell_addresses(hub::axis_sim::CallLog& log, const SimSettings& settings, std::uint16_t port, std::uint16_t control) {
    const std::string scheme = settings.server.listener.certificate_file.empty() ? "http://" : "https://";
    const std::string url = scheme + settings.server.listener.host + ":" + std::to_string(port) + settings.server.path;
    const std::string control_url = "http://" + settings.control_host + ":" + std::to_string(control);
    if (log.is_json())
        log.add_line(boost::json::serialize(boost::json::object{{"listening", url}, {"control", control_url}}));
    else
        log.add_line("lgsp-axis-sim: " + url + ", control " + control_url);
}

int run(const SimSettings& settings, bool is_json) {
    std::signal(SIGPIPE, SIG_IGN);
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    // Before the first thread, so that none of them is interrupted.
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    auto store = hub::axis_sim::Store::open(settings.folder);
    if (!store)
        return fail(store.error());
    std::error_code error;
    std::filesystem::create_directories(settings.server.spool, error);
    hub::axis_sim::CallLog log{std::cout, is_json};
    hub::axis_sim::FaultBook faults{system_now};
    if (settings.scenario)
        faults.set(*settings.scenario);
    hub::axis_sim::Directory directory{settings.units, settings.units_seed};
    hub::axis_sim::Axis axis{settings.axis, system_now, **store, directory, faults, log};
    hub::axis_sim::Control control{axis, directory, faults};
    const auto server = hub::vxp::Server::start(settings.server, axis);
    if (!server)
        return fail(server.error());
    const auto control_listener =
        hub::vxp::HttpListener::start({.host = settings.control_host, .port = settings.control_port, .threads = 1}, control);
    if (!control_listener)
        return fail(control_listener.error());
    tell_addresses(log, settings, (*server)->port(), (*control_listener)->port());
    int signal = 0;
    sigwait(&ends, &signal);
    return 0;
}

int check(const std::string& file, bool is_json) {
    const auto loaded = hub::axis_sim::load_settings(file);
    std::cout << (is_json ? hub::mistakes_as_json(loaded.mistakes)
                          : hub::mistakes_as_text(loaded.mistakes, settings_example, hub::LogLanguage::vi));
    return loaded.mistakes.empty() ? 0 : hub::exit_configuration;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App cli{"lgsp-axis-sim: trục liên thông quốc gia mô phỏng / a stand-in for the national axis"};
    std::string file, checked, folder;
    bool is_json = false;
    cli.set_version_flag("--version", std::string{hub::version});
    auto* const config = cli.add_option("--config", file, "Settings file (TOML)");
    auto* const check_option =
        cli.add_option("--check", checked, "Check a settings file, print every mistake, exit 0 or 78")->excludes(config);
    cli.add_option("--init", folder, "Write first settings with two nodes into a folder")->excludes(config)->excludes(check_option);
    cli.add_flag("--json", is_json, "One JSON object a line: for each call; with --check: one document");
    cli.footer("Example:\n  lgsp-axis-sim --init axis\n  lgsp-axis-sim --config axis/axis-sim.toml --json");
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return cli.exit(error) == 0 ? 0 : 2;
    }
    try {
        if (!checked.empty())
            return hub::told("lgsp-axis-sim", check(checked, is_json));
        if (!folder.empty()) {
            const auto written = hub::axis_sim::write_first_settings(folder);
            return written ? 0 : fail(written.error());
        }
        if (file.empty()) {
            std::cerr << cli.help();
            return 2;
        }
        auto loaded = hub::axis_sim::load_settings(file);
        if (!loaded.settings) {
            std::cerr << hub::mistakes_as_text(loaded.mistakes, settings_example, hub::LogLanguage::vi);
            return hub::exit_configuration;
        }
        return run(*loaded.settings, is_json);
    } catch (const std::exception& error) {
        std::cerr << "lgsp-axis-sim: " << error.what() << "\n";
        return 1;
    }
}
