// lgsp-gateway: document systems that speak to the national axis speak to the hub through it.

#include "adapters/gateway/json_front.hpp"
#include "adapters/gateway/settings.hpp"
#include "adapters/gateway/vxp_front.hpp"
#include "adapters/kit/program.hpp"

#include "hub/telemetry/events.hpp"

#include <sys/resource.h>

#include <csignal>
#include <thread>

namespace {

using hub::gateway::GatewaySettings;
using hub::gateway::Line;
using hub::gateway::Mailbox;
using Clock = std::chrono::steady_clock;

constexpr int exit_failed = 1;

hub::kit::Program program();

int fail(const hub::Fault& fault) {
    hub::kit::say(program(), fault);
    return fault.code == hub::Errc::setting_invalid ? hub::exit_configuration : exit_failed;
}

/// A line needs some ten descriptors, a caller one.
void allow_many_descriptors() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

hub::Instant system_now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

/// Tells when lines have lost the hub for longer than a reconnection takes, and when all are back.
class LinkWatch {
public:
    void look(const std::vector<std::unique_ptr<Line>>& lines, Clock::time_point now) {
        const Line* first = nullptr;
        std::uint64_t down = 0;
        for (const auto& line : lines)
            if (!line->is_connected()) {
                first = first ? first : line.get();
                ++down;
            }
        if (down == 0) {
            up_at_ = now;
            if (is_told_)
                log(hub::events::gateway_links_up, {.number = lines.size()});
            is_told_ = false;
            return;
        }
        constexpr std::chrono::seconds patience{30};
        if (is_told_ || now - up_at_ < patience)
            return;
        is_told_ = true;
        log(hub::events::gateway_links_down, {.agency = &first->agency(), .number = down});
    }

private:
    Clock::time_point up_at_ = Clock::now();  ///< When all of them were.
    bool is_told_ = false;
};

/// Tells when the disk is nearly full, and when it has room again.
class DiskWatch {
public:
    void look(const Mailbox& mailbox, const std::string& folder) {
        const bool has_room = mailbox.has_room();
        if (had_room_ && !has_room)
            log(hub::events::gateway_disk_low, {.place = folder});
        else if (!had_room_ && has_room)
            log(hub::events::gateway_disk_ok, {.place = folder});
        had_room_ = has_room;
    }

private:
    bool had_room_ = true;
};

/// Until a signal, or until the mailbox can no longer be written.
int watch(const sigset_t& ends, const GatewaySettings& settings, Mailbox& mailbox,
          const std::vector<std::unique_ptr<Line>>& lines) {
    LinkWatch links;
    DiskWatch disk;
    auto prune_at = Clock::now();
    for (;;) {
        const timespec second{1, 0};
        if (::sigtimedwait(&ends, nullptr, &second) > 0)
            return 0;
        if (mailbox.failure())
            return exit_failed;
        links.look(lines, Clock::now());
        disk.look(mailbox, settings.folder.string());
        if (Clock::now() < prune_at)
            continue;
        const auto pruned =
            mailbox.prune(system_now() - settings.received_kept, system_now() - settings.sent_kept);
        prune_at = Clock::now() + (pruned && *pruned ? std::chrono::seconds{1} : std::chrono::hours{1});
    }
}

hub::Result<std::vector<std::unique_ptr<Line>>> open_lines(const GatewaySettings& settings, Mailbox& mailbox,
                                                           hub::gateway::Answers& answers) {
    std::vector<std::unique_ptr<Line>> lines;
    for (const auto& agency : settings.agencies) {
        auto line = Line::open(agency.line, mailbox, answers);
        if (!line)
            return line.error();
        lines.push_back(std::move(*line));
    }
    return lines;
}

/// nullptr: nobody is to be listened to.
hub::Result<std::unique_ptr<hub::vxp::HttpListener>> listen_for_json(const GatewaySettings& settings,
                                                                     hub::gateway::JsonFront& front) {
    if (!settings.json)
        return std::unique_ptr<hub::vxp::HttpListener>{};
    hub::vxp::ListenerSettings own = *settings.json;
    own.body_bytes_max = settings.server.packet_bytes_max + hub::gateway::JsonFront::form_bytes_max;
    auto listener = hub::vxp::HttpListener::start(own, front);
    if (listener)
        log(hub::events::gateway_json_listening,
            {.place = (own.certificate_file.empty() ? "http://" : "https://") + own.host + ":" +
                      std::to_string((*listener)->port())});
    return listener;
}

int run(const GatewaySettings& settings) {
    std::signal(SIGPIPE, SIG_IGN);
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    // Before the first thread, so that none of them is interrupted.
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    allow_many_descriptors();
    hub::start_logging(settings.log.level, settings.log.format, settings.log.language);
    const auto mailbox = Mailbox::open(settings.folder, settings.disk_reserve_bytes);
    if (!mailbox)
        return fail(mailbox.error());
    hub::gateway::Answers answers;
    const auto lines = open_lines(settings, **mailbox, answers);
    if (!lines)
        return fail(lines.error());
    // Torn down from below: no new calls, then no more turns of the lines, then the mailbox.
    hub::gateway::LineWorkers workers{*lines, settings.workers};
    hub::gateway::Counter counter{settings.counter, **mailbox, answers, workers, *settings.units};
    hub::gateway::CallBudget budget{settings.budget};
    hub::gateway::RefusedCalls refused;
    std::vector<hub::gateway::VxpCaller> callers;
    std::vector<hub::gateway::JsonCaller> json_callers;
    std::vector<hub::gateway::Webhook> told;
    for (std::size_t i = 0; i < lines->size(); ++i) {
        const auto& agency = settings.agencies[i];
        if (!agency.system_id.empty())
            callers.push_back({agency.system_id, agency.secret, (*lines)[i].get()});
        if (agency.token)
            json_callers.push_back({*agency.token, (*lines)[i].get()});
        if (agency.webhook)
            told.push_back(*agency.webhook);
    }
    hub::gateway::VxpFront front{std::move(callers), settings.hash_check, counter, budget, refused};
    const auto server = hub::vxp::Server::start(settings.server, front);
    if (!server)
        return fail(server.error());
    // After the server, which empties the spool.
    hub::gateway::JsonFront json_front{std::move(json_callers), settings.server.packet_bytes_max, counter, budget, refused};
    const auto json_listener = listen_for_json(settings, json_front);
    if (!json_listener)
        return fail(json_listener.error());
    const auto trust = hub::vxp::TlsTrust::load(settings.webhook_ca_file);
    const auto webhooks = trust ? hub::gateway::Webhooks::start(std::move(told), *trust, **mailbox)
                                : hub::Result<std::unique_ptr<hub::gateway::Webhooks>>{trust.error()};
    if (!webhooks)
        return fail(webhooks.error());
    const std::string address = (settings.server.listener.certificate_file.empty() ? "http://" : "https://") +
                                settings.server.listener.host + ":" + std::to_string((*server)->port()) +
                                settings.server.path;
    log(hub::events::gateway_listening, {.number = lines->size(), .place = address});
    const int code = watch(ends, settings, **mailbox, *lines);
    log(hub::events::gateway_stopping, {});
    front.close();
    json_front.close();
    const auto give_up_at = Clock::now() + settings.counter.answer_time + std::chrono::seconds{5};
    while (budget.under_way() > 0 && Clock::now() < give_up_at)
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    return code;
}

int run(const std::filesystem::path& file) {
    const auto loaded = hub::gateway::load_settings(file);
    return loaded.settings ? run(*loaded.settings) : hub::kit::refuse_settings(program(), loaded.mistakes);
}

hub::kit::Program program() {
    return {.name = "lgsp-gateway",
            .about = "cổng cho phần mềm quản lý văn bản nối vào trục / the front for document systems",
            .settings_example = "config/gateway.example.toml",
            .example = "/etc/lgsp/gateway.toml",
            .check = [](const auto& file) { return hub::gateway::load_settings(file).mistakes; },
            .run = [](const auto& file) { return run(file); }};
}

}  // namespace

int main(int argc, char** argv) { return hub::kit::run_program(program(), argc, argv); }
