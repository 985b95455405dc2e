// lgsp-hub: the daemon.

#include "hub/app.hpp"
#include "hub/check.hpp"
#include "hub/doctor.hpp"
#include "hub/login_code.hpp"
#include "hub/telemetry/remedy.hpp"
#include "hub/telemetry/told.hpp"
#include "hub/version.hpp"

#include <CLI/CLI.hpp>
#include <systemd/sd-daemon.h>

#include <csignal>
#include <cstdio>
#include <ctime>
#include <iostream>

namespace {

constexpr std::string_view program = "lgsp-hub";
constexpr int exit_failed = 1;
constexpr std::chrono::seconds drain_at_most{10};

/// What `systemctl status` shows.
std::string status_line(const hub::ConfigurationState& configuration, bool is_vietnamese) {
    if (configuration.refused_at)
        return is_vietnamese ? "Đang chạy; cấu hình mới có lỗi, chưa nạp" : "Running; the new configuration has mistakes";
    if (!configuration.restart_needed.empty())
        return is_vietnamese ? "Đang chạy; có cài đặt chờ khởi động lại" : "Running; some settings need a restart";
    return is_vietnamese ? "Đang chạy" : "Running";
}

/// systemd 252 waits for READY after RELOADING; later ones compare the time, too.
void reload(hub::App& app) {
    timespec at{};
    clock_gettime(CLOCK_MONOTONIC, &at);
    (void)::sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", at.tv_sec * 1'000'000LL + at.tv_nsec / 1000);
    app.reload({.actor = "SIGHUP",
                .role = std::nullopt,
                .address = {},
                .verb = hub::Verb::config_reload,
                .object = "configuration",
                .reason = "SIGHUP",
                .detail = {}});
    (void)::sd_notify(0, "READY=1");
}

/// Waits for SIGTERM or SIGINT, or for the hub's end. True: asked to stop.
bool wait_for_end(hub::App& app, const sigset_t& signals, bool is_vietnamese) {
    std::string told;
    for (;;) {
        if (std::string line = status_line(app.configuration(), is_vietnamese); line != told) {
            (void)::sd_notify(0, ("STATUS=" + line).c_str());
            told = std::move(line);
        }
        const timespec turn{0, 200'000'000};
        const int signal = sigtimedwait(&signals, nullptr, &turn);
        if (signal == SIGHUP)
            reload(app);
        else if (signal > 0)
            return true;
        if (app.failure())
            return false;
    }
}

void say(const hub::Fault& fault) {
    const hub::Words words = hub::words_of(fault.code);
    std::cerr << words.title_vi << " / " << words.title_en << ": " << fault.field << " " << fault.peer_text << "\n  "
              << words.remedy_vi << "\n  " << words.remedy_en << "\n";
}

/// A full disk is waited out, as it is while the hub runs. Nullopt: asked to stop meanwhile.
std::optional<hub::Result<std::unique_ptr<hub::App>>> start(const hub::Settings& settings, const sigset_t& signals) {
    auto app = hub::App::start(settings);
    if (app || app.error().code != hub::Errc::ledger_full)
        return app;
    const hub::Fault full = app.error();
    hub::log(hub::events::ledger_waits, {.why = &full});
    while (!app && app.error().code == hub::Errc::ledger_full) {
        const timespec turn{1, 0};
        if (const int signal = sigtimedwait(&signals, nullptr, &turn); signal > 0 && signal != SIGHUP)
            return std::nullopt;
        app = hub::App::start(settings);
    }
    return app;
}

int run(const std::string& file) {
    auto loaded = hub::load_settings(file);
    if (!loaded.settings) {
        std::cerr << hub::mistakes_as_text(loaded.mistakes, hub::settings_example, hub::LogLanguage::vi);
        return hub::exit_configuration;
    }
    hub::start_logging(loaded.settings->log.level, loaded.settings->log.format, loaded.settings->log.language);
    hub::log(hub::events::hub_starting, {.place = hub::version});
    // Every thread inherits the mask: signals come to this one only.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);

    auto app = start(*loaded.settings, signals);
    if (!app)
        return 0;
    if (!*app) {
        say(app->error());
        return app->error().code == hub::Errc::setting_invalid ? hub::exit_configuration : exit_failed;
    }
    hub::log(hub::events::hub_ready, {});
    (void)::sd_notify(0, "READY=1");
    if (!wait_for_end(***app, signals, loaded.settings->log.language == hub::LogLanguage::vi)) {
        const auto fault = (**app)->failure();
        hub::log(hub::events::ledger_failed, {.why = &*fault});
        say(*fault);
        // What is in memory may be ahead of the ledger: nothing more may leave this process.
        std::_Exit(exit_failed);
    }
    hub::log(hub::events::hub_stopping, {});
    (void)::sd_notify(0, "STOPPING=1");
    (**app)->stop(drain_at_most);
    (*app)->reset();
    hub::log(hub::events::hub_stopped, {});
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App cli{"LGSP Hub: takes, holds and routes a province's documents.\n"
                 "Trục liên thông văn bản nội tỉnh."};
    std::string file;
    std::string checked;
    std::string examined;
    std::string code_for;
    bool is_json = false;
    bool is_english = false;
    cli.set_version_flag("--version", std::string{hub::version});
    auto* config = cli.add_option("--config", file, "Settings file (TOML)");
    auto* check = cli.add_option("--check", checked, "Check a settings file, print every mistake, exit 0 or 78");
    auto* examine = cli.add_option("--doctor", examined,
                                   "Look at folders, disk, broker, certificates and clock as the hub of these settings would meet "
                                   "them; exit 0, 8 when something is bad, 78 for wrong settings");
    auto* login_code = cli.add_option("--login-code", code_for,
                                      "Print a one-time code for an administrator's sign-in, for the hub of these settings");
    config->excludes(check);
    examine->excludes(config)->excludes(check);
    login_code->excludes(config)->excludes(check)->excludes(examine);
    cli.add_flag("--json", is_json, "With --check and --doctor: one JSON document on standard output");
    cli.add_flag("--english", is_english, "With --check and --doctor: English only");
    cli.footer("Examples:\n  lgsp-hub --check /etc/lgsp/hub.toml\n  lgsp-hub --doctor /etc/lgsp/hub.toml\n  lgsp-hub --config /etc/lgsp/hub.toml\n  lgsp-hub --login-code /etc/lgsp/hub.toml");
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return cli.exit(error) == 0 ? 0 : 2;
    }
    try {
        const auto language = is_english ? hub::LogLanguage::en : hub::LogLanguage::vi;
        if (!checked.empty())
            return hub::told(program, hub::check_settings(checked, is_json, language));
        if (!examined.empty())
            return hub::told(program, hub::doctor(examined, is_json, language));
        if (!code_for.empty())
            return hub::told(program, hub::make_login_code(code_for));
        if (file.empty()) {
            std::cerr << cli.help();
            return 2;
        }
        return run(file);
    } catch (const std::exception& error) {
        std::cerr << program << ": " << error.what() << "\n";
        return exit_failed;
    }
}
