#include "hub/amqp/outbound.hpp"

#include "hub/amqp/receipt_message.hpp"
#include "hub/amqp/topology.hpp"
#include "hub/amqp/wake.hpp"
#include "hub/core/current_directory.hpp"
#include "hub/core/limits.hpp"
#include "hub/wire/envelope_codec.hpp"
#include "hub/wire/named_receivers.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <random>
#include <set>
#include <thread>

namespace hub::amqp {

struct Outbound::State {
    using Command = std::variant<PublishEnvelope, PublishReceipts, DeadLetter, MarkBroker>;

    State(Settings given, std::shared_ptr<const Directory> agencies, Signer hub_signer, BoundedQueue<Event>& queue)
        : settings{std::move(given)}, current{agencies}, directory{std::move(agencies)}, signer{std::move(hub_signer)}, events{queue} {}

    void run();
    Result<Session> connect();
    Result<void> follow_directory(Session& session);
    void use(Session& session);
    Result<void> serve(Session& session);
    void take_commands();
    bool is_up() const noexcept { return link.state() != LinkState::connecting; }
    bool is_blocked() const noexcept { return link.state() == LinkState::blocked; }
    bool attaches_for(const AgencyCode& receiver) const;
    bool has_more() const { return !ready.empty() || may_attach() || commands.size() > 0; }
    bool may_attach() const noexcept {
        return attached_bytes < limits::attached_bytes_unconfirmed_max && (!attaching[0].empty() || !attaching[1].empty());
    }
    /// There is nothing to do, and the broker has answered all that was asked.
    bool is_idle() const { return !is_blocked() && !has_more() && outstanding.empty() && probe_tag == 0; }
    Result<void> count_next_inbox(Session& session);
    Result<void> probe(Session& session);
    Result<void> perform_ready(Session& session);
    Result<void> perform_attaching(Session& session);
    Result<void> perform(Session& session, std::deque<Command>& queue);
    Result<void> perform(Session& session, const PublishEnvelope& command);
    Result<void> perform(Session& session, const PublishReceipts& command);
    Result<void> perform(Session& session, const DeadLetter& command);
    Result<void> perform(Session& session, const MarkBroker& command);
    Result<void> send(Session& session, Message message, PublishId id, std::size_t attached = 0);
    void learn(const Fault& fault);
    bool may_send(const Session& session) const;
    Result<void> handle_arrivals(Session& session);
    Result<bool> take_arrival(Session& session, std::chrono::milliseconds at_most, int wake_fd);
    Result<void> wait_within_publish(Session& session);
    void handle(const Confirm& confirm);
    void settle(std::uint64_t tag, bool is_taken);
    void forget_all();

    const Settings settings;
    CurrentDirectory current;
    std::shared_ptr<const Directory> directory;                     ///< As it is declared; of this thread alone.
    const Signer signer;
    BoundedQueue<Event>& events;
    Wake wake;
    BoundedQueue<Command> commands{limits::publishes_unconfirmed_max + limits::link_events_max,
                                   [this] { wake.signal(); }};
    std::deque<Command> ready;
    /// What may get large parts attached, which takes long: urgent and normal. It lets all else pass.
    std::array<std::deque<Command>, 2> attaching;
    struct Outstanding {
        PublishId id;
        std::string routing_key;
        std::string message_id;
        std::size_t attached_bytes = 0;
    };
    std::map<std::uint64_t, Outstanding> outstanding;               ///< By publish tag.
    std::set<std::pair<std::string, std::string>> returned;         ///< Routing key and message id.
    std::set<std::string> missing_queues;                           ///< By the routing keys of what was returned.
    bool is_wiped = false;                                          ///< The broker, as it was connected to last.
    std::uint64_t connection = 0;
    std::chrono::steady_clock::time_point count_at{};
    std::size_t next_counted = 0;
    std::size_t counts = 0;                                         ///< The axis's among them.
    std::chrono::steady_clock::time_point probe_at{};
    std::uint64_t probe_tag = 0;                                    ///< Of the one without a confirm; 0: none.
    std::size_t bytes_since_look = 0;
    std::size_t attached_bytes = 0;                                 ///< Of all that is outstanding.
    std::size_t attached_bytes_refused = SIZE_MAX;                  ///< As many at once are more than the broker takes.
    std::minstd_rand random{std::random_device{}()};                ///< For the ids of receipts.
    Link link;
    std::thread thread;
};

Outbound::Outbound(Settings settings, std::shared_ptr<const Directory> directory, Signer signer,
                   BoundedQueue<Event>& events)
    : state_{std::make_unique<State>(std::move(settings), std::move(directory), std::move(signer), events)} {}

Outbound::~Outbound() { stop(); }

void Outbound::start() {
    state_->thread = std::thread{[state = state_.get()] { state->run(); }};
}

void Outbound::use(std::shared_ptr<const Directory> directory) {
    state_->current.set(std::move(directory));
    state_->wake.signal();
}

void Outbound::publish(PublishEnvelope effect) {
    if (state_->is_up())
        state_->commands.push(std::move(effect));
}
void Outbound::publish(PublishReceipts effect) {
    if (state_->is_up())
        state_->commands.push(std::move(effect));
}
void Outbound::publish(DeadLetter effect) {
    if (state_->is_up())
        state_->commands.push(std::move(effect));
}
void Outbound::publish(MarkBroker effect) {
    if (state_->is_up())
        state_->commands.push(effect);
}

void Outbound::stop() {
    state_->link.stop();
    state_->commands.close();
    state_->wake.signal();
    if (state_->thread.joinable())
        state_->thread.join();
}

LinkStatus Outbound::link() const { return state_->link.status(); }

void Outbound::State::run() {
    while (!link.is_stopping()) {
        if (auto session = connect(); session)
            use(*session);
        else
            link.went_down(session.error());
        link.wait_to_retry();
    }
}

/// From its beginning to its end.
void Outbound::State::use(Session& session) {
    link.came_up();
    count_at = std::chrono::steady_clock::now() + settings.count_every;
    probe_at = {};
    events.push(BusUp{is_wiped, ++connection});
    const auto served = serve(session);
    if (served)
        session.close();
    else
        learn(served.error());
    link.went_down(served);
    forget_all();
    events.push(BusDown{});
}

/// What waits here belonged to this connection: the relay composes it again from the ledger.
void Outbound::State::forget_all() {
    std::vector<Command> dropped;
    (void)commands.pop(dropped, SIZE_MAX, std::chrono::milliseconds{0});
    ready.clear();
    attaching = {};
    outstanding.clear();
    probe_tag = 0;
    attached_bytes = 0;
    returned.clear();
    missing_queues.clear();
}

/// RabbitMQ closes the channel over a message above its max_message_size. Published so again it would do that for
/// ever, to everybody's documents.
void Outbound::State::learn(const Fault& fault) {
    if (attached_bytes == 0 || fault.peer_text.find("message size") == std::string::npos)
        return;
    const auto largest = std::ranges::max_element(
        outstanding, {}, [](const auto& entry) { return entry.second.attached_bytes; });
    attached_bytes_refused = std::min(attached_bytes_refused, largest->second.attached_bytes);
}

Result<Session> Outbound::State::connect() {
    auto session = Session::open(settings.address);
    if (!session)
        return session;
    directory = current.get();
    if (auto declared = declare_topology(*session, *directory, settings.is_quorum); !declared)
        return declared.error();
    const auto marked = session->exchange_exists(mark_exchange(settings.ledger_id));
    if (!marked)
        return marked.error();
    is_wiped = !*marked;
    if (auto enabled = session->enable_confirms(); !enabled)
        return enabled.error();
    return session;
}

/// Behind take_commands(): what is for a new agency was handed over after its directory.
Result<void> Outbound::State::follow_directory(Session& session) {
    auto next = current.get();
    if (next == directory || is_blocked())
        return {};
    // A declaration is answered behind all that is on its way.
    directory = std::move(next);
    return declare_topology(session, *directory, settings.is_quorum);
}

/// A broker that has blocked us stops reading, and says so only once we publish: so a look at what it says
/// between large messages, and none into a full socket, or this thread would be stuck in it instead.
bool Outbound::State::may_send(const Session& session) const {
    constexpr std::size_t bytes_between_looks_max = 256 * 1024;
    return !is_blocked() && bytes_since_look < bytes_between_looks_max && session.can_send();
}

Result<void> Outbound::State::serve(Session& session) {
    while (!link.is_stopping()) {
        wake.clear();
        if (!is_blocked())
            take_commands();
        if (auto followed = follow_directory(session); !followed)
            return followed;
        bytes_since_look = 0;
        if (auto performed = perform_ready(session); !performed)
            return performed;
        if (auto performed = perform_attaching(session); !performed)
            return performed;
        if (auto handled = handle_arrivals(session); !handled)
            return handled;
        if (auto probed = probe(session); !probed)
            return probed;
        if (auto counted = count_next_inbox(session); !counted)
            return counted;
    }
    return {};
}

/// One agency after the other, when there is nothing else to do: an inbox may be emptied or deleted, and nobody tells.
/// The axis's every few seconds, however many there are: its count says whether the connector is there.
Result<void> Outbound::State::count_next_inbox(Session& session) {
    const auto now = std::chrono::steady_clock::now();
    const auto& agencies = directory->agencies();
    if (now < count_at || agencies.empty() || !is_idle())
        return {};
    count_at = now + settings.count_every;
    constexpr std::size_t axis_every = 5;
    const auto axis = std::ranges::find_if(agencies, &Agency::is_axis);
    const bool is_axis_due = axis != agencies.end() && counts++ % axis_every == 0;
    const AgencyCode& agency = is_axis_due ? axis->code : agencies[next_counted++ % agencies.size()].code;
    const auto counted = count_inboxes(session, agency, settings.is_quorum);
    if (!counted)
        return counted.error();
    events.push(InboxCounted{agency, counted->ready, counted->consumers});
    return {};
}

/// A broker short of disk or memory says so only to whoever publishes. While it takes nothing from the agencies there is
/// nothing for us to publish, and nobody would know.
Result<void> Outbound::State::probe(Session& session) {
    constexpr std::chrono::seconds probe_every{10};
    const auto now = std::chrono::steady_clock::now();
    if (now < probe_at || !is_idle())
        return {};
    probe_at = now + probe_every;
    // Bound to no queue: it is dropped, and confirmed.
    const auto tag = session.publish({.exchange = std::string{deliver_exchange},
                                      .routing_key = "probe",
                                      .is_mandatory = false,
                                      .message_id = {},
                                      .content_type = {},
                                      .user_id = {},
                                      .priority = 0,
                                      .headers = {},
                                      .body = {}});
    if (!tag)
        return tag.error();
    probe_tag = *tag;
    return {};
}

void Outbound::State::take_commands() {
    constexpr std::size_t commands_taken_max = 64;
    if (ready.size() >= commands_taken_max)
        return;
    std::vector<Command> taken;
    (void)commands.pop(taken, commands_taken_max, std::chrono::milliseconds{0});
    for (Command& command : taken) {
        const auto* envelope = std::get_if<PublishEnvelope>(&command);
        const bool is_attaching = envelope && attaches_for(envelope->inbox);
        std::deque<Command>& queue = is_attaching ? attaching[envelope->is_urgent ? 0 : 1] : ready;
        queue.push_back(std::move(command));
    }
}

bool Outbound::State::attaches_for(const AgencyCode& receiver) const {
    const Agency* agency = settings.attach ? directory->find(receiver) : nullptr;
    return agency && agency->attached_bytes_max > 0;
}

Result<void> Outbound::State::perform_ready(Session& session) {
    session.gather(!ready.empty());
    while (!ready.empty() && may_send(session))
        if (auto performed = perform(session, ready); !performed)
            return performed;
    session.gather(false);
    return {};
}

/// As many as have nothing attached, and one that has.
Result<void> Outbound::State::perform_attaching(Session& session) {
    const std::size_t before = attached_bytes;
    while (may_attach() && attached_bytes == before && may_send(session))
        if (auto performed = perform(session, attaching[attaching[0].empty() ? 1 : 0]); !performed)
            return performed;
    return {};
}

Result<void> Outbound::State::perform(Session& session, std::deque<Command>& queue) {
    const Command command = std::move(queue.front());
    queue.pop_front();
    return std::visit(
        [&](const auto& c) { return c.connection == connection ? perform(session, c) : Result<void>{}; }, command);
}

Result<void> Outbound::State::handle_arrivals(Session& session) {
    constexpr int arrivals_max = 256;
    std::chrono::milliseconds at_most{500};
    if (has_more() && !is_blocked())
        at_most = std::chrono::milliseconds{session.can_send() ? 0 : 2};
    for (int i = 0; i < arrivals_max; ++i) {
        const auto came = take_arrival(session, at_most, wake.fd());
        if (!came)
            return came.error();
        if (!*came)
            break;
        at_most = std::chrono::milliseconds{0};
    }
    // A queue that somebody deleted must be back when the relay tries again. A blocked broker answers no call.
    if (is_blocked())
        return {};
    for (const std::string& key : std::exchange(missing_queues, {}))
        if (auto back = restore_queue(session, *directory, key, settings.is_quorum); !back)
            return back;
    return {};
}

/// False: nothing came. Asks the broker nothing, so that it may be called in the middle of a message.
Result<bool> Outbound::State::take_arrival(Session& session, std::chrono::milliseconds at_most, int wake_fd) {
    const auto arrival = session.wait(at_most, wake_fd);
    if (!arrival)
        return arrival.error();
    if (const auto* confirm = std::get_if<Confirm>(&*arrival)) {
        handle(*confirm);
    } else if (const auto* message = std::get_if<ReturnedMessage>(&*arrival)) {
        returned.emplace(message->routing_key, message->message_id);
        missing_queues.insert(message->routing_key);
    } else if (const auto* blocked = std::get_if<Blocked>(&*arrival)) {
        link.set_blocked(blocked->is_blocked, blocked->reason);
    } else {
        return false;
    }
    return true;
}

/// While the broker does not read: it may be blocked, and says so only now.
Result<void> Outbound::State::wait_within_publish(Session& session) {
    if (link.is_stopping())
        return Fault{Errc::broker_unreachable, "stop", {}};
    constexpr std::chrono::milliseconds until_looked{2}, while_blocked{100};
    const auto came = take_arrival(session, is_blocked() ? while_blocked : until_looked, -1);
    return came ? Result<void>{} : Result<void>{came.error()};
}

void Outbound::State::settle(std::uint64_t tag, bool is_taken) {
    const auto node = outstanding.extract(tag);
    attached_bytes -= node.mapped().attached_bytes;
    // A return comes before its confirm and names the message, not the tag.
    if (!returned.empty() && returned.erase({node.mapped().routing_key, node.mapped().message_id}) > 0)
        is_taken = false;
    if (is_taken)
        events.push(Confirmed{node.mapped().id});
    else
        events.push(Returned{node.mapped().id});
}

void Outbound::State::handle(const Confirm& confirm) {
    if (confirm.publish_tag == probe_tag || (confirm.is_multiple && confirm.publish_tag > probe_tag))
        probe_tag = 0;
    if (!confirm.is_multiple) {
        if (outstanding.contains(confirm.publish_tag))
            settle(confirm.publish_tag, !confirm.is_negative);
        return;
    }
    while (!outstanding.empty() && outstanding.begin()->first <= confirm.publish_tag)
        settle(outstanding.begin()->first, !confirm.is_negative);
}

Result<void> Outbound::State::send(Session& session, Message message, PublishId id, std::size_t attached) {
    const auto tag = attached == 0 ? session.publish(message)
                                   : session.publish_in_pieces(message, [&] { return wait_within_publish(session); });
    if (!tag)
        return tag.error();
    bytes_since_look += message.body.size();
    attached_bytes += attached;
    outstanding.emplace(*tag, Outstanding{id, std::move(message.routing_key), std::move(message.message_id), attached});
    return {};
}

Result<void> Outbound::State::perform(Session& session, const PublishEnvelope& command) {
    const std::string name = command.envelope_id.text();
    // Written to the socket before send() returns: so one of these is in memory, however many are unconfirmed.
    const Bytes whole = attaches_for(command.inbox) ? settings.attach(command) : Bytes{};
    const std::size_t attached = whole.empty() ? 0 : whole.size() - command.frame->size();
    const bool is_attached = attached > 0 && attached < attached_bytes_refused;
    Headers headers{{"cloudEvents:specversion", "1.0"},
                    {"cloudEvents:id", name},
                    {"cloudEvents:source", "lgsp-hub/" + settings.hub_code.text()},
                    {"cloudEvents:type", "vn.lgsp.envelope"}};
    if (command.attempt > 1)
        headers.emplace_back(attempt_header, std::to_string(command.attempt));
    if (std::string receivers = settings.receivers ? settings.receivers(command) : std::string{}; !receivers.empty())
        headers.emplace_back(wire::receivers_header, std::move(receivers));
    return send(session,
                {.exchange = std::string{deliver_exchange},
                 .routing_key = inbox_queue(command.inbox, command.is_urgent),
                 .is_mandatory = true,
                 .message_id = name,
                 .content_type = std::string{wire::envelope_media_type},
                 .user_id = {},
                 .priority = static_cast<std::uint8_t>(command.urgency),
                 .headers = std::move(headers),
                 .body = is_attached ? whole : *command.frame},
                command.id, is_attached ? attached : 0);
}

Result<void> Outbound::State::perform(Session& session, const PublishReceipts& command) {
    std::array<std::uint8_t, 10> octets;
    std::ranges::generate(octets, [&] { return static_cast<std::uint8_t>(random()); });
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto id = EnvelopeId::make(static_cast<std::uint64_t>(now.time_since_epoch().count()), octets);
    const auto frame = receipt_message(id, now, settings.hub_code, command, signer);
    if (!frame)
        return frame.error();
    return send(session,
                {.exchange = std::string{deliver_exchange},
                 .routing_key = inbox_queue(command.addressee, false),
                 .is_mandatory = true,
                 .message_id = id.text(),
                 .content_type = std::string{wire::envelope_media_type},
                 .user_id = {},
                 .priority = 0,
                 .headers = {{"cloudEvents:specversion", "1.0"},
                             {"cloudEvents:id", id.text()},
                             {"cloudEvents:source", "lgsp-hub/" + settings.hub_code.text()},
                             {"cloudEvents:type", "vn.lgsp.receipts"}},
                 .body = *frame},
                command.id);
}

Result<void> Outbound::State::perform(Session& session, const DeadLetter& command) {
    return send(session,
                {.exchange = std::string{dead_exchange},
                 .routing_key = std::string{dead_queue},
                 .is_mandatory = true,
                 .message_id = "dead/" + std::to_string(static_cast<std::uint64_t>(command.id)),
                 .content_type = "application/octet-stream",
                 .user_id = {},
                 .priority = 0,
                 .headers = {{"lgsp-code", std::string{name_of(command.reason.code)}},
                             {"lgsp-field", command.reason.field},
                             {"lgsp-queue", submit_name(command.queue)}},
                 .body = *command.frame},
                command.id);
}

Result<void> Outbound::State::perform(Session& session, const MarkBroker&) {
    session.gather(false);  // It waits for an answer.
    return session.declare_exchange(mark_exchange(settings.ledger_id), "fanout");
}

}  // namespace hub::amqp
