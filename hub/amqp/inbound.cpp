#include "hub/amqp/inbound.hpp"

#include "hub/amqp/topology.hpp"
#include "hub/amqp/verify_pool.hpp"
#include "hub/amqp/wake.hpp"
#include "hub/core/current_directory.hpp"
#include "hub/core/limits.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <unordered_set>

namespace hub::amqp {

struct Inbound::State {
    State(Settings given, const std::shared_ptr<const Directory>& agencies, BoundedQueue<Event>& events)
        : settings{std::move(given)}, current{agencies}, directory{agencies},
          pool{settings.verify_threads, agencies, events} {}

    void run();
    Result<Session> connect();
    Result<void> read_queues(Session& session);
    Result<void> follow_directory(Session& session);
    Result<void> serve(Session& session);
    Result<void> receive(Session& session, std::vector<Delivered>& taken);
    Result<void> send_acknowledgements(Session& session);

    const Settings settings;
    CurrentDirectory current;
    std::shared_ptr<const Directory> directory;  ///< As the queues are read; of the connection's thread alone.
    /// Of this connection: also those that are not read any more, of which something may be on its way still.
    std::unordered_map<std::string, AgencyCode> agency_of_queue;
    std::unordered_set<std::string> read_from;
    Wake wake;
    VerifyPool pool;
    Link link;
    std::uint64_t connection = 0;

    std::mutex mutex;
    InboundTag to_acknowledge{};                 ///< The highest; everything up to it.
    std::atomic<bool> is_intake_stopping = false;
    std::thread thread;
};

Inbound::Inbound(Settings settings, std::shared_ptr<const Directory> directory, BoundedQueue<Event>& events)
    : state_{std::make_unique<State>(std::move(settings), std::move(directory), events)} {}

Inbound::~Inbound() { stop(); }

void Inbound::start() {
    state_->thread = std::thread{[state = state_.get()] { state->run(); }};
}

void Inbound::change(RulesChanged rules) {
    auto directory = rules.directory;
    // First the judges: nothing is read from a new agency's queue before they know it.
    state_->pool.change(std::move(rules));
    state_->current.set(std::move(directory));
    state_->wake.signal();
}

void Inbound::acknowledge(InboundTag tag) {
    bool is_first = false;
    {
        const std::lock_guard lock{state_->mutex};
        is_first = state_->to_acknowledge == InboundTag{};
        state_->to_acknowledge = std::max(state_->to_acknowledge, tag);
    }
    if (is_first)
        state_->wake.signal();
}

void Inbound::stop_intake() {
    state_->is_intake_stopping = true;
    state_->wake.signal();
    state_->pool.drain();
}

void Inbound::stop() {
    state_->is_intake_stopping = true;
    state_->link.stop();
    state_->wake.signal();
    if (state_->thread.joinable())
        state_->thread.join();
}

LinkStatus Inbound::link() const { return state_->link.status(); }

void Inbound::State::run() {
    while (!link.is_stopping()) {
        auto session = connect();
        const auto served = session ? serve(*session) : Result<void>{session.error()};
        if (served)
            session->close();
        link.went_down(served);
        link.wait_to_retry();
    }
}

Result<Session> Inbound::State::connect() {
    auto session = Session::open(settings.address);
    if (!session)
        return session;
    directory = current.get();
    agency_of_queue.clear();
    read_from.clear();
    if (auto declared = declare_topology(*session, *directory, settings.is_quorum); !declared)
        return declared.error();
    if (auto reading = read_queues(*session); !reading)
        return reading.error();
    ++connection;
    return session;
}

/// Of all agencies of the directory from which none is read yet.
Result<void> Inbound::State::read_queues(Session& session) {
    const auto agencies = std::max<std::size_t>(1, directory->agencies().size());
    // Quorum queues know no limit for a whole channel: each consumer gets its share.
    const auto share = std::max<std::size_t>(1, limits::prefetch_deliveries / agencies);
    const auto prefetch = settings.is_quorum ? static_cast<std::uint16_t>(share) : limits::prefetch_deliveries;
    if (auto set = session.set_prefetch(prefetch, !settings.is_quorum); !set)
        return set;
    for (const Agency& agency : directory->agencies()) {
        std::string queue = submit_name(agency.code);
        if (is_intake_stopping)
            break;
        if (read_from.contains(queue))
            continue;
        if (auto consuming = session.consume(queue, Await::nothing); !consuming)
            return consuming;
        agency_of_queue.emplace(queue, agency.code);
        read_from.insert(std::move(queue));
    }
    // While the first messages come in already: they are kept for wait().
    return session.settle();
}

Result<void> Inbound::State::follow_directory(Session& session) {
    auto next = current.get();
    if (next == directory)
        return {};
    directory = std::move(next);
    for (auto queue = read_from.begin(); queue != read_from.end();) {
        if (directory->find(agency_of_queue.at(*queue))) {
            ++queue;
            continue;
        }
        if (auto cancelled = session.cancel(*queue); !cancelled)
            return cancelled;
        queue = read_from.erase(queue);
    }
    if (auto declared = declare_topology(session, *directory, settings.is_quorum); !declared)
        return declared;
    return read_queues(session);
}

Result<void> Inbound::State::serve(Session& session) {
    link.came_up();
    bool is_consuming = true;
    std::vector<Delivered> taken;
    while (!link.is_stopping()) {
        if (is_intake_stopping && is_consuming) {
            is_consuming = false;
            for (const std::string& queue : read_from)
                if (auto cancelled = session.cancel(queue); !cancelled)
                    return cancelled;
        }
        if (is_consuming)
            if (auto followed = follow_directory(session); !followed)
                return followed;
        if (auto received = receive(session, taken); !received)
            return received;
        // After the consumers are cancelled, what is still under way goes back to its queue with the connection.
        if (!taken.empty() && is_consuming)
            pool.judge(std::exchange(taken, {}));
        taken.clear();
        if (auto sent = send_acknowledgements(session); !sent)
            return sent;
    }
    return send_acknowledgements(session);
}

/// Waits for the first message, then takes what is there already, so that the pool is woken once for many.
Result<void> Inbound::State::receive(Session& session, std::vector<Delivered>& taken) {
    constexpr std::size_t taken_max = 64;
    auto at_most = std::chrono::milliseconds{500};
    while (taken.size() < taken_max) {
        auto arrival = session.wait(at_most, wake.fd());
        if (!arrival)
            return arrival.error();
        if (auto* incoming = std::get_if<Incoming>(&*arrival)) {
            taken.push_back({InboundTag{connection, incoming->delivery_tag},
                             agency_of_queue.at(incoming->consumer_tag), std::move(incoming->user_id),
                             std::move(incoming->message_id),
                             std::make_shared<const Bytes>(std::move(incoming->body)),
                             {}});
        } else if (auto* blocked = std::get_if<Blocked>(&*arrival)) {
            link.set_blocked(blocked->is_blocked, std::move(blocked->reason));
        } else if (std::holds_alternative<ConsumerCancelled>(*arrival)) {
            return Fault{Errc::broker_unreachable, "consumer cancelled by broker",
                         std::get<ConsumerCancelled>(*arrival).consumer_tag};
        } else if (std::holds_alternative<Nothing>(*arrival)) {
            break;
        }
        at_most = std::chrono::milliseconds{0};
    }
    return {};
}

Result<void> Inbound::State::send_acknowledgements(Session& session) {
    wake.clear();
    InboundTag tag;
    {
        const std::lock_guard lock{mutex};
        tag = std::exchange(to_acknowledge, InboundTag{});
    }
    if (tag.connection != connection || tag.delivery == 0)
        return {};
    return session.acknowledge(tag.delivery, true);
}

}  // namespace hub::amqp
