#include "hub/app.hpp"

#include "hub/amqp/inbound.hpp"
#include "hub/amqp/outbound.hpp"
#include "hub/core_thread.hpp"
#include "hub/http/api.hpp"
#include "hub/http/server.hpp"
#include "hub/ledger/sqlite_ledger.hpp"
#include "hub/ledger_thread.hpp"
#include "hub/link_log.hpp"
#include "hub/version.hpp"

#include <system_error>

namespace hub {
namespace {

Instant now() { return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

std::string_view name_of(amqp::LinkState state) noexcept {
    switch (state) {
    case amqp::LinkState::connecting: return "connecting";
    case amqp::LinkState::up: return "up";
    case amqp::LinkState::blocked: return "blocked";
    }
    return "connecting";
}

class AmqpBus final : public Bus {
public:
    AmqpBus(amqp::Inbound& inbound, amqp::Outbound& outbound) : inbound_{inbound}, outbound_{outbound} {}
    void perform(PublishEnvelope effect) override { outbound_.publish(std::move(effect)); }
    void perform(PublishReceipts effect) override { outbound_.publish(std::move(effect)); }
    void perform(DeadLetter effect) override { outbound_.publish(std::move(effect)); }
    void perform(MarkBroker effect) override { outbound_.publish(effect); }
    void perform(AcknowledgeInbound effect) override { inbound_.acknowledge(effect.tag); }

private:
    amqp::Inbound& inbound_;
    amqp::Outbound& outbound_;
};

}  // namespace

// Declared in the order of construction: what stands later may use what stands before.
struct App::State {
    State(Settings given, std::unique_ptr<ledger::SqliteLedger> opened, Heads heads)
        : settings{std::move(given)}, ledger{std::move(opened)}, view{ledger->view()},
          relay{settings.directory, *view, std::move(heads)},
          outbound{{settings.broker.address, settings.broker.is_quorum, ledger->id(), settings.code},
                   settings.directory, settings.signer, events},
          inbound{{settings.broker.address, settings.broker.is_quorum, settings.verify_threads}, settings.directory,
                  events},
          bus{inbound, outbound}, committer{{settings.ledger.folder, settings.ledger.disk_reserve_bytes}, *ledger, events},
          engine{relay, *view, committer, bus} {}

    http::HubStatus status() const;
    Result<void> listen();

    const Settings settings;
    const Instant started_at = now();
    BoundedQueue<Event> events{limits::inbox_events_max};
    std::unique_ptr<ledger::SqliteLedger> ledger;
    std::unique_ptr<LedgerView> view;
    Relay relay;
    amqp::Outbound outbound;
    amqp::Inbound inbound;
    AmqpBus bus;
    LedgerThread committer;
    Engine engine;
    LinkLog link_log;
    std::unique_ptr<CoreThread> core;
    std::unique_ptr<http::Api> api;
    std::unique_ptr<http::Server> server;
};

App::App(std::unique_ptr<State> state) : state_{std::move(state)} {}

App::~App() {
    if (state_)
        stop(std::chrono::milliseconds{0});
}

http::HubStatus App::State::status() const {
    std::error_code error;
    const auto space = std::filesystem::space(settings.ledger.folder, error);
    // Known before the next commit finds out.
    const bool is_full = committer.is_full() || (!error && space.available < settings.ledger.disk_reserve_bytes);
    return {std::string{version},       started_at,       now(), std::string{name_of(outbound.state())},
            outbound.trouble(),         is_full, error ? 0 : space.available, core->counters()};
}

Result<void> App::State::listen() {
    api = std::make_unique<http::Api>(http::Api::Sources{[this] { return status(); }, settings.directory,
                                                         ledger->search(), settings.http.token});
    auto started = http::Server::start({.host = settings.http.host, .port = settings.http.port},
                                       [this](const http::Request& request) { return api->answer(request); });
    if (!started)
        return started.error();
    server = std::move(*started);
    log(events::http_listening, {.place = settings.http.host + ":" + std::to_string(server->port())});
    return {};
}

Result<std::unique_ptr<App>> App::start(Settings settings) {
    auto ledger = ledger::SqliteLedger::open(settings.ledger.folder);
    if (!ledger)
        return ledger.error();
    const auto heads = (*ledger)->view()->heads();
    if (!heads)
        return heads.error();
    auto state = std::make_unique<State>(std::move(settings), std::move(*ledger), *heads);
    State& s = *state;
    s.core = std::make_unique<CoreThread>(
        s.relay, s.engine, s.events, now,
        [&s](const Relay::Counters& counters) { s.link_log.observe(counters, s.outbound.state(), s.outbound.trouble()); });
    std::unique_ptr<App> app{new App{std::move(state)}};
    if (auto listening = s.listen(); !listening)
        return listening.error();
    s.outbound.start();
    s.inbound.start();
    return app;
}

std::optional<Fault> App::failure() const { return state_->core->failure(); }

void App::stop(std::chrono::milliseconds at_most) {
    State& s = *state_;
    s.inbound.stop_intake();
    const auto deadline = std::chrono::steady_clock::now() + at_most;
    while (!failure() && std::chrono::steady_clock::now() < deadline
           && (s.events.size() > 0 || s.core->counters().publishes_unconfirmed > 0))
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    s.server.reset();
    s.events.close();
    s.core->join();
    s.committer.stop();
    s.inbound.stop();
    s.outbound.stop();
}

}  // namespace hub
