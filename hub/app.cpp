#include "hub/app.hpp"

#include "hub/access/store.hpp"
#include "hub/addressing.hpp"
#include "hub/amqp/inbound.hpp"
#include "hub/amqp/outbound.hpp"
#include "hub/attachments.hpp"
#include "hub/configuration.hpp"
#include "hub/content_desk.hpp"
#include "hub/content_keeper.hpp"
#include "hub/core_thread.hpp"
#include "hub/http/current_api.hpp"
#include "hub/http/server.hpp"
#include "hub/ledger/sqlite.hpp"
#include "hub/ledger/sqlite_ledger.hpp"
#include "hub/ledger_thread.hpp"
#include "hub/link_log.hpp"
#include "hub/overdue_watch.hpp"
#include "hub/part_reader.hpp"
#include "hub/store_watch.hpp"
#include "hub/version.hpp"

#include <atomic>
#include <set>
#include <system_error>

namespace hub {
namespace {

/// Large parts yield to so many messages on their way to the broker.
constexpr std::size_t busy_from = 16;
/// The operators' server answers one at a time: a full disk must not keep it from saying so.
constexpr std::chrono::seconds operators_wait_max{5};

Instant now() { return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

/// Nobody can set this clock.
std::chrono::milliseconds uptime() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

std::string_view name_of(amqp::LinkState state) noexcept {
    switch (state) {
    case amqp::LinkState::connecting: return "connecting";
    case amqp::LinkState::up: return "up";
    case amqp::LinkState::blocked: return "blocked";
    }
    return "connecting";
}

Build build_of_hub() {
    Build build = build_of_this_program();
    build.sqlite = ledger::sqlite_version();
    return build;
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
    State(Settings given, std::unique_ptr<ledger::SqliteLedger> opened, Heads heads,
          std::unique_ptr<contents::FileContentStore> store)
        : settings{std::move(given)}, written_until{heads.last_entry_at}, ledger{std::move(opened)},
          view{ledger->view()}, contents{std::move(store)}, addressing{settings.directory, ledger->view()},
          relay{settings.directory, settings.retention, *view, std::move(heads), settings.axis,
                settings.operations},
          outbound{{.address = settings.broker.address,
                    .is_quorum = settings.broker.is_quorum,
                    .ledger_id = ledger->id(),
                    .hub_code = settings.code,
                    .attach = [this](const PublishEnvelope& effect) { return attach(effect); },
                    .receivers = [this](const PublishEnvelope& effect) { return addressing.receivers_of(effect); }},
                   settings.directory, settings.signer, events},
          inbound{{settings.broker.address, settings.broker.is_quorum, settings.verify_threads}, settings.directory,
                  events},
          bus{inbound, outbound}, committer{{settings.ledger.folder, settings.ledger.disk_reserve_bytes}, *ledger, events},
          desk{requests, contents.get()}, engine{relay, *view, committer, bus, desk},
          configuration{settings, {.now = now,
                                   .record = [this](const Act& act) { return record(act); },
                                   .use = [this](const Settings& next) { use(next); },
                                   .waiting = [this] { return ledger->search()->queues({}); }}} {}

    /// To the broker: that of the two connections which is not up, if one is not.
    amqp::LinkStatus link() const;
    http::HubStatus status() const;
    /// The core's, and what was found damaged by looking into it.
    Relay::Counters counted(Relay::Counters counters) const;
    void note_damaged(EnvelopeSeq envelope);
    Result<void> hold(const http::HoldOrder& order);
    Result<void> record(const Act& act);
    Result<void> begin_operation(const Operation& wanted, const Act& act);
    Result<void> turn_operation(const OperationTurned& turned);
    Result<void> turn_queue(const http::QueueOrder& order);
    http::Sources sources_of(const Settings& in_force);
    /// What may change while the hub runs: of all threads none goes on with the old ones beyond what it has begun.
    void use(const Settings& next);
    void watch_overdue(const DeadlineRules& rules);
    Result<void> listen();
    Result<void> open_contents();
    void open_answers();
    std::function<void(const Digest&, CopyId)> tell_damaged();
    Bytes attach(const PublishEnvelope& effect);

    const Settings settings;                                         ///< Of the start.
    const Instant started_at = now();
    const Instant written_until;
    BoundedQueue<Event> events{limits::inbox_events_max};
    std::unique_ptr<ledger::SqliteLedger> ledger;
    std::unique_ptr<LedgerView> view;
    const std::unique_ptr<contents::FileContentStore> contents;      ///< Null: no large parts are taken.
    Addressing addressing;                                           ///< For the outbound thread alone.
    Relay relay;
    amqp::Outbound outbound;
    amqp::Inbound inbound;
    AmqpBus bus;
    LedgerThread committer;
    Requests requests{events};
    RefusalLog refusals;
    HubDesk desk;
    Engine engine;
    Configuration configuration;
    std::set<EnvelopeSeq> damaged_seen;                              ///< Of the thread that opens parts alone.
    std::atomic<std::uint64_t> documents_damaged{0};
    LinkLog link_log;
    std::unique_ptr<CoreThread> core;
    std::unique_ptr<access::AccessStore> access;
    std::unique_ptr<PartReader> parts;                               ///< For what the server does aside.
    std::shared_ptr<http::Noticed> noticed;
    http::CurrentApi api;
    std::unique_ptr<http::Server> server;
    std::unique_ptr<StoreWatch> store_watch;                         ///< Null: no large parts are taken.
    std::unique_ptr<ContentAnswers> answers;
    std::unique_ptr<http::ContentServer> content_server;
    std::unique_ptr<ContentKeeper> keeper;
    std::unique_ptr<OverdueWatch> overdue;
    std::unique_ptr<LedgerView> attachments_view;                    ///< For the outbound thread alone.
    std::unique_ptr<Attachments> attachments;
};

App::App(std::unique_ptr<State> state) : state_{std::move(state)} {}

App::~App() {
    if (state_)
        stop(std::chrono::milliseconds{0});
}

amqp::LinkStatus App::State::link() const {
    const amqp::LinkStatus out = outbound.link();
    return out.state == amqp::LinkState::up ? inbound.link() : out;
}

Relay::Counters App::State::counted(Relay::Counters counters) const {
    counters.unreadable += documents_damaged.load();
    return counters;
}

void App::State::note_damaged(EnvelopeSeq envelope) {
    damaged_seen.insert(envelope);
    documents_damaged.store(damaged_seen.size());
}

http::HubStatus App::State::status() const {
    std::error_code error;
    const auto space = std::filesystem::space(settings.ledger.folder, error);
    const amqp::LinkStatus broker = link();
    const auto trouble = committer.trouble();
    const bool is_busy = trouble && trouble->code == Errc::ledger_busy;
    http::HubStatus status{std::string{version}, started_at, now(), std::string{name_of(broker.state)},
                           broker.trouble,       trouble && !is_busy, error ? 0 : space.available,
                           counted(core->counters()), std::nullopt,   committer.is_slow(),
                           is_busy,              written_until};
    if (settings.contents) {
        const auto room = std::filesystem::space(settings.contents->folder, error);
        const auto unusable = store_watch ? store_watch->trouble() : std::nullopt;
        const bool is_full = unusable && unusable->code == Errc::contents_full;
        status.contents = {is_full || (!error && room.available < settings.contents->disk_reserve_bytes),
                           error ? 0 : room.available, unusable && !is_full, unusable ? unusable->peer_text : std::string{}};
        status.refusals = refusals.snapshot();
    }
    status.configuration = configuration.state();
    return status;
}

Result<void> App::State::hold(const http::HoldOrder& order) {
    return requests.ask(
        [&](Ticket ticket) { return HoldAsked{ticket, order.envelope, order.is_held, order.act}; },
        operators_wait_max);
}

Result<void> App::State::record(const Act& act) {
    // It would be waited for in vain, and then be told that it goes on.
    if (const auto trouble = committer.trouble())
        return *trouble;
    return requests.ask([&](Ticket ticket) { return ActDone{ticket, act}; }, operators_wait_max);
}

Result<void> App::State::begin_operation(const Operation& wanted, const Act& act) {
    return requests.ask([&](Ticket ticket) { return OperationAsked{ticket, wanted, act}; }, operators_wait_max);
}

Result<void> App::State::turn_operation(const OperationTurned& turned) {
    return requests.ask(
        [&](Ticket ticket) {
            OperationTurned event = turned;
            event.ticket = ticket;
            return event;
        },
        operators_wait_max);
}

Result<void> App::State::turn_queue(const http::QueueOrder& order) {
    return requests.ask(
        [&](Ticket ticket) { return QueueTurned{ticket, order.agency, order.wanted, order.per_minute, order.act}; },
        operators_wait_max);
}

void App::State::open_answers() {
    if (!contents)
        return;
    store_watch = std::make_unique<StoreWatch>([this] { return contents->probe(); }, settings.contents->folder.string());
    answers = std::make_unique<ContentAnswers>(
        settings.directory, ledger->view(), *contents, requests, events, refusals, now,
        [this] {
            const auto trouble = committer.trouble();
            return trouble ? trouble : store_watch->trouble();
        },
        [this] { return core->counters().publishes_unconfirmed > busy_from; },
        [this](const AgencyCode& agency, const Fault& fault) { store_watch->met(agency, fault); });
}

/// However a damaged copy is met, it is told in one way.
std::function<void(const Digest&, CopyId)> App::State::tell_damaged() {
    return [this](const Digest& digest, CopyId copy) { answers->damaged(digest, copy); };
}

http::Sources App::State::sources_of(const Settings& in_force) {
    return {.status = [this] { return status(); },
            .now = now,
            .directory = in_force.directory,
            .search = ledger->search(),
            .deadlines = in_force.deadlines,
            .axis = in_force.axis,
            .certificate_valid_until = settings.signer.certificate().valid_until(),
            .token = in_force.http.token,
            .hub_code = settings.code.text(),
            .is_tls = !in_force.http.certificate_file.empty(),
            .security_contact = in_force.http.security_contact,
            .second_factor_for = in_force.http.second_factor_for,
            .session_idle = in_force.http.session_idle,
            .session_lasts = in_force.http.session_lasts,
            .hold = [this](const http::HoldOrder& order) { return hold(order); },
            .access = access.get(),
            .record = [this](const Act& act) { return record(act); },
            .book = ledger->book(),
            .reports = ledger->reports(),
            .begin_operation = [this](const Operation& wanted,
                                      const Act& act) { return begin_operation(wanted, act); },
            .turn_operation = [this](const OperationTurned& turned) { return turn_operation(turned); },
            .turn_queue = [this](const http::QueueOrder& order) { return turn_queue(order); },
            .open_part = [this](EnvelopeSeq envelope, std::size_t part) { return parts->open(envelope, part); },
            .tell_damaged = [this](EnvelopeSeq envelope) { note_damaged(envelope); },
            .settings = in_force.as_read,
            .look_at_configuration = [this] { return configuration.look(); },
            .reload = [this](const Act& act, const ConfigurationSeen& seen) { return configuration.reload(act, seen); },
            .build = build_of_hub(),
            .uptime = uptime,
            .noticed = noticed};
}

void App::State::use(const Settings& next) {
    // Before the core may route to a new agency, its queues are declared by whoever publishes.
    outbound.use(next.directory);
    addressing.use(next.directory);
    if (attachments)
        attachments->use(next.directory);
    if (answers)
        answers->use(next.directory);
    inbound.change({next.directory, next.retention, next.axis, next.operations});
    watch_overdue(next.deadlines);
    api.set(std::make_shared<http::Api>(sources_of(next)));
    start_logging(next.log.level, next.log.format, next.log.language);
}

void App::State::watch_overdue(const DeadlineRules& rules) {
    // The old one first: both would note what they have told in the same file.
    overdue.reset();
    overdue = std::make_unique<OverdueWatch>(settings.ledger.folder, rules, ledger->search(), now);
}

Result<void> App::State::listen() {
    auto opened = access::AccessStore::open(settings.ledger.folder);
    if (!opened)
        return opened.error();
    access = std::move(*opened);
    parts = std::make_unique<PartReader>(ledger->view(), contents.get(), tell_damaged());
    // What was under way with a key when the hub ended is not known from now on.
    (void)access->give_up_asked();
    noticed = std::make_shared<http::Noticed>(http::Noticed{.clock_ahead = now().time_since_epoch() - uptime()});
    api.set(std::make_shared<http::Api>(sources_of(settings)));
    auto started = http::Server::start({.host = settings.http.host,
                                        .port = settings.http.port,
                                        .certificate_file = settings.http.certificate_file.string(),
                                        .key_file = settings.http.key_file.string()},
                                       [this](const http::Request& request) { return api.begin(request); });
    if (!started)
        return started.error();
    server = std::move(*started);
    log(events::http_listening, {.place = settings.http.host + ":" + std::to_string(server->port())});
    return {};
}

/// The door of the content store, and whoever looks after it.
Result<void> App::State::open_contents() {
    if (!contents)
        return {};
    const auto asked = ledger->view();  // The other view is the core thread's.
    const auto used = asked->content_usage();
    if (!used)
        return used.error();
    if (auto bound = contents->belong_to(ledger->id(), !used->empty()); !bound)
        return bound.error();
    for (const auto& [agency, bytes] : *used)
        contents->set_used(agency, bytes);
    auto started = http::ContentServer::start({.host = settings.contents->host,
                                               .port = settings.contents->port,
                                               .certificate_file = settings.contents->certificate_file.string(),
                                               .key_file = settings.contents->key_file.string()},
                                              *answers);
    if (!started)
        return started.error();
    content_server = std::move(*started);
    log(events::contents_listening,
        {.place = settings.contents->host + ":" + std::to_string(content_server->port())});
    keeper = std::make_unique<ContentKeeper>(
        ContentKeeper::Settings{.folder = settings.contents->folder, .scan_every = settings.contents->scan_every},
        *contents, ledger->view(), tell_damaged(),
        [this](const Digest& digest, CopyId copy) { answers->whole(digest, copy); },
        [](const Digest& digest, const Fault& why) {
            log(events::content_unreadable, {.why = &why, .place = digest.text()});
        });
    attachments_view = ledger->view();
    attachments = std::make_unique<Attachments>(
        settings.directory, *contents, [this](const Digest& digest) { return attachments_view->content(digest); },
        tell_damaged());
    return {};
}

Bytes App::State::attach(const PublishEnvelope& effect) {
    return attachments ? attachments->attach(effect.inbox, *effect.frame) : Bytes{};
}

Result<std::unique_ptr<contents::FileContentStore>> open_store(const std::optional<ContentsSettings>& settings) {
    if (!settings)
        return std::unique_ptr<contents::FileContentStore>{};
    contents::FileContentStore::Settings store;
    store.folder = settings->folder;
    store.part_bytes_max = settings->part_bytes_max;
    store.agency_bytes_max = settings->quota_bytes == 0 ? UINT64_MAX : settings->quota_bytes;
    store.disk_reserve_bytes = settings->disk_reserve_bytes;
    store.upload_hours = settings->upload_kept;
    return contents::FileContentStore::open(store);
}

Result<std::unique_ptr<App>> App::start(Settings settings) {
    auto ledger = ledger::SqliteLedger::open(settings.ledger.folder);
    if (!ledger)
        return ledger.error();
    const auto heads = (*ledger)->view()->heads();
    if (!heads)
        return heads.error();
    if (const auto ahead = heads->last_entry_at - now(); ahead > std::chrono::minutes{1})
        log(events::clock_behind, {.number = static_cast<std::uint64_t>(ahead / std::chrono::seconds{1})});
    auto store = open_store(settings.contents);
    if (!store)
        return store.error();
    auto state = std::make_unique<State>(std::move(settings), std::move(*ledger), *heads, std::move(*store));
    State& s = *state;
    s.core = std::make_unique<CoreThread>(
        s.relay, s.engine, s.events, now,
        [&s](const Relay::Counters& counters) {
            s.link_log.observe(s.counted(counters), s.link());
            s.refusals.look(now());
        });
    std::unique_ptr<App> app{new App{std::move(state)}};
    s.open_answers();
    if (auto listening = s.listen(); !listening)
        return listening.error();
    if (auto opened = s.open_contents(); !opened)
        return opened.error();
    s.watch_overdue(s.settings.deadlines);
    s.outbound.start();
    s.inbound.start();
    s.configuration.start();
    return app;
}

std::optional<Fault> App::failure() const { return state_->core->failure(); }

void App::reload(const Act& act) {
    if (const auto reloaded = state_->configuration.reload(act, {}); !reloaded) {
        const Fault why = reloaded.error();
        log(events::config_not_written, {.why = &why});
    }
}

ConfigurationState App::configuration() const { return state_->configuration.state(); }

void App::stop(std::chrono::milliseconds at_most) {
    State& s = *state_;
    s.inbound.stop_intake();
    const auto deadline = std::chrono::steady_clock::now() + at_most;
    while (!failure() && std::chrono::steady_clock::now() < deadline
           && (s.events.size() > 0 || s.core->counters().publishes_unconfirmed > 0))
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    // Who waits for a commit is turned away and asks again: the copy is in the store.
    s.requests.stop();
    s.configuration.stop();
    s.overdue.reset();
    s.keeper.reset();
    s.content_server.reset();
    s.server.reset();
    s.events.close();
    s.core->join();
    s.committer.stop();
    s.inbound.stop();
    s.outbound.stop();
}

}  // namespace hub
