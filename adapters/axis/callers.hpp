#pragma once
// Threads that call the axis, so that nobody waits for it: each takes an order, makes its one call, and puts the
// outcome where the connector's thread finds it. How many orders are under way at once is the connector's business.

#include "adapters/axis/packet_facts.hpp"
#include "adapters/vxp/client.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace hub::axis {

enum class FetchBy : std::uint8_t { get_edoc, download_edoc };

struct CallerSettings {
    vxp::ClientSettings client;
    FetchBy fetch_by = FetchBy::get_edoc;
    edxml::Limits limits;
    std::filesystem::path spool;
    std::size_t threads = 4;
};

struct ListReceivedOrder {
    vxp::PacketKind kind{};
};
/// Into `file`, through the spool, and looked at. With `is_there` it is only looked at.
struct FetchOrder {
    std::string doc_id;
    std::filesystem::path file;
    bool is_there = false;
};
struct AcknowledgeOrder {
    std::string doc_id;
    vxp::AckState state{};
    std::string description;
};
struct SendOrder {
    std::uint64_t seq = 0;
    vxp::PacketKind kind{};
    std::string from;
    std::vector<std::string> to;
    std::filesystem::path file;
};
struct ListSentOrder {
    vxp::PacketKind kind{};
};
using Order = std::variant<ListReceivedOrder, FetchOrder, AcknowledgeOrder, SendOrder, ListSentOrder>;

struct ReceivedListed {
    vxp::PacketKind kind{};
    vxp::Called<std::vector<vxp::ReceivedPacket>> list;
};
struct Fetched {
    std::string doc_id;
    vxp::Called<std::uint64_t> fetched;     ///< Whether it came at all.
    Result<LookedAt> packet;                ///< Of one that came.
    bool was_there = false;                 ///< The axis was not asked.
};
struct Acknowledged {
    std::string doc_id;
    vxp::Called<void> done;
};
struct Sent {
    std::uint64_t seq = 0;
    vxp::Called<std::string> doc_id;
};
struct SentListed {
    vxp::PacketKind kind{};
    vxp::Called<std::vector<vxp::SentPacket>> list;
};
struct Outcome {
    std::variant<ReceivedListed, Fetched, Acknowledged, Sent, SentListed> what;
    std::optional<std::chrono::seconds> axis_clock_ahead;
};

class Callers {
public:
    explicit Callers(CallerSettings settings);
    /// Ends calls that are under way: what they did is not known.
    ~Callers();

    void give(Order order);
    /// What has ended since it was asked last. Never waits.
    std::vector<Outcome> outcomes();
    std::size_t under_way() const;

private:
    void work(const std::stop_token& stop);
    Outcome perform(const Order& order, const vxp::Client& client, const std::stop_token& stop) const;
    Fetched fetch(const FetchOrder& order, const vxp::Client& client, const std::stop_token& stop) const;

    const CallerSettings settings_;
    mutable std::mutex mutex_;
    std::condition_variable_any given_;
    std::deque<Order> orders_;
    std::vector<Outcome> outcomes_;
    std::size_t under_way_ = 0;             ///< Orders without an outcome that was taken.
    std::vector<std::jthread> threads_;
};

}  // namespace hub::axis
