#include "adapters/axis/callers.hpp"

#include "adapters/axis/axis_client.hpp"
#include "adapters/edxml/dates.hpp"
#include "adapters/kit/durable_file.hpp"

namespace hub::axis {

Callers::Callers(CallerSettings settings) : settings_{std::move(settings)} {
    for (std::size_t i = 0; i < settings_.threads; ++i)
        threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
}

Callers::~Callers() {
    for (std::jthread& thread : threads_)
        thread.request_stop();
}

void Callers::give(Order order) {
    {
        const std::scoped_lock lock{mutex_};
        orders_.push_back(std::move(order));
        ++under_way_;
    }
    given_.notify_one();
}

std::vector<Outcome> Callers::outcomes() {
    const std::scoped_lock lock{mutex_};
    under_way_ -= outcomes_.size();
    return std::exchange(outcomes_, {});
}

std::size_t Callers::under_way() const {
    const std::scoped_lock lock{mutex_};
    return under_way_;
}

void Callers::work(const std::stop_token& stop) {
    const vxp::Client client = axis_client(settings_.client);
    for (;;) {
        std::unique_lock lock{mutex_};
        if (!given_.wait(lock, stop, [this] { return !orders_.empty(); }) || stop.stop_requested())
            return;
        const Order order = std::move(orders_.front());
        orders_.pop_front();
        lock.unlock();
        Outcome outcome = perform(order, client, stop);
        outcome.axis_clock_ahead = client.axis_clock_ahead();
        lock.lock();
        outcomes_.push_back(std::move(outcome));
    }
}

Fetched Callers::fetch(const FetchOrder& order, const vxp::Client& client, const std::stop_token& stop) const {
    Fetched result{order.doc_id, std::uint64_t{0}, Fault{Errc::not_found, {}, {}}, order.is_there};
    if (!order.is_there) {
        const auto part = settings_.spool / (order.file.filename().string() + ".part");
        std::error_code ignored;
        std::filesystem::remove(part, ignored);
        result.fetched = settings_.fetch_by == FetchBy::get_edoc ? client.get(order.doc_id, part, stop)
                                                                 : client.download(order.doc_id, part, stop);
        if (!result.fetched)
            return result;
        if (auto moved = kit::move_durably(part, order.file); !moved) {
            result.packet = moved.error();
            return result;
        }
    }
    edxml::Limits limits = settings_.limits;
    limits.today = edxml::vietnamese_day(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
    result.packet = look_at(order.file, limits, settings_.spool);
    return result;
}

Outcome Callers::perform(const Order& order, const vxp::Client& client, const std::stop_token& stop) const {
    if (const auto* list = std::get_if<ListReceivedOrder>(&order))
        return {ReceivedListed{list->kind, client.received(list->kind, stop)}, {}};
    if (const auto* wanted = std::get_if<FetchOrder>(&order))
        return {fetch(*wanted, client, stop), {}};
    if (const auto* word = std::get_if<AcknowledgeOrder>(&order))
        return {Acknowledged{word->doc_id, client.acknowledge(word->doc_id, word->state, word->description, stop)}, {}};
    if (const auto* packet = std::get_if<SendOrder>(&order))
        return {Sent{packet->seq, client.send(packet->kind, packet->from, packet->to, packet->file, stop)}, {}};
    const auto kind = std::get<ListSentOrder>(order).kind;
    return {SentListed{kind, client.sent(kind, {}, stop)}, {}};
}

}  // namespace hub::axis
