#pragma once
// What the simulated axis holds: packets as files, and a journal of everything else. What a method has answered is
// there after a kill. Not thread-safe.
//
// packets/<DocId>.edxml, journal.jsonl; a line that was cut off by a kill is dropped at the next start.

#include "adapters/vxp/operations.hpp"
#include "adapters/vxp/records.hpp"

#include "hub/core/instant.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>

namespace hub::axis_sim {

/// Of a packet to its receiver. `initial` until its node says something.
enum class DeliveryState : std::uint8_t { initial, processing, done, failed };
std::string_view name_of(DeliveryState state) noexcept;

struct Delivery {
    std::string doc_id;             ///< The receiver's.
    std::string to;
    std::string system_id;          ///< The node that gets it; empty: nobody fetches for this receiver.
    DeliveryState state = DeliveryState::initial;
    std::string description;
    Instant changed_at{};

    bool is_pending() const noexcept { return state == DeliveryState::initial || state == DeliveryState::processing; }
};

struct StoredPacket {
    std::string doc_id;             ///< The sender's; names the file.
    std::string system_id;          ///< Who sent it.
    std::string from;
    vxp::PacketKind kind{};
    std::string title;
    std::string notation;
    Instant sent_at{};
    std::uint64_t bytes = 0;
    std::vector<Delivery> deliveries;
};

struct RegisteredAgency {
    std::string system_id;
    vxp::NewAgency agency;
};

class Store {
public:
    /// Makes what is missing and reads what is there. internal, ledger_full: the folder or the journal.
    static Result<std::unique_ptr<Store>> open(const std::filesystem::path& folder);
    ~Store();

    /// The file of a packet that is being written, in a place from which add() can take it.
    std::filesystem::path file_of_new(const std::string& doc_id) const;
    std::filesystem::path file_of(const std::string& doc_id) const;
    /// Its file was written and synced.
    Result<void> add(StoredPacket packet);
    Result<void> change(const std::string& delivery, DeliveryState state, const std::string& description, Instant at);
    Result<void> register_agency(RegisteredAgency agency);
    Result<void> delete_agency(const std::string& code);

    const std::vector<StoredPacket>& packets() const noexcept { return packets_; }
    const std::map<std::string, RegisteredAgency>& agencies() const noexcept { return agencies_; }

    struct Found {
        const StoredPacket& packet;
        const Delivery& delivery;
    };
    std::optional<Found> find_delivery(const std::string& doc_id) const;

private:
    struct Journal;
    explicit Store(std::filesystem::path folder);
    Result<void> replay();
    void apply(std::string_view line);
    void put(StoredPacket packet);

    std::filesystem::path folder_;
    std::unique_ptr<Journal> journal_;
    std::vector<StoredPacket> packets_;
    std::unordered_map<std::string, std::pair<std::size_t, std::size_t>> by_delivery_;
    std::map<std::string, RegisteredAgency> agencies_;
};

}  // namespace hub::axis_sim
