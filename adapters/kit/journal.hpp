#pragma once
// What makes "once only" true across crashes: the ids of envelopes received, what is still to be acknowledged
// to the hub, and how far the receipts have got. One append-only file of checksummed records; a torn last
// record is what a power cut leaves, and is dropped; a damaged one is passed over.

#include "hub/core/envelope.hpp"
#include "hub/core/instant.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <vector>

namespace hub::kit {

class Journal {
public:
    /// Reads the file and writes it anew without what is older than `kept` or settled. setting_invalid, also
    /// when another adapter has the folder.
    static Result<std::unique_ptr<Journal>> open(const std::filesystem::path& folder, Instant now,
                                                 std::chrono::hours kept);
    ~Journal();

    bool has(const AgencyCode& sender, const EnvelopeId& id) const;
    bool has(const EnvelopeId& id) const;      ///< Of any sender.
    /// It is to be handed on: unknown, or not stored by an earlier attempt.
    bool is_due(const AgencyCode& sender, const EnvelopeId& id, std::uint32_t attempt) const;
    /// Durable when it returns. The item waits to be acknowledged to the hub.
    Result<void> add(const Acknowledgement::Item& item, Instant now);
    /// What became of one that was added as held, by that attempt; of another one nothing. As add(). not_found.
    Result<void> settle(const Acknowledgement::Item& item, Instant now);
    /// For an envelope that came again: the hub did not hear the first time.
    void acknowledge_again(const AgencyCode& sender, const EnvelopeId& id);

    /// What the hub has not yet been told, oldest first, at most `count`.
    std::vector<Acknowledgement::Item> unacknowledged(std::size_t count) const;
    /// The hub has these words. Durable when it returns.
    Result<void> acknowledged(const std::vector<Acknowledgement::Item>& items);

    EntrySeq receipts_through() const noexcept { return receipts_through_; }
    Result<void> note_receipts(EntrySeq through);

private:
    using Key = std::pair<std::string, EnvelopeId>;
    struct Known {
        Instant at;
        bool is_acknowledged = false;
        Acknowledgement::Item item;
    };
    explicit Journal(std::filesystem::path file) : file_{std::move(file)} {}
    void read(BytesView octets);
    void take(BytesView record);
    void note_waiting(const Key& key, Instant at, Acknowledgement::Item item);
    void note_acknowledged(const Key& key, bool is_held, std::uint32_t attempt);
    Result<void> append(const std::vector<Bytes>& records);
    Result<void> lock();
    Result<void> rewrite(Instant oldest);

    const std::filesystem::path file_;
    int fd_ = -1;
    int lock_fd_ = -1;
    std::map<Key, Known> known_;
    std::set<std::pair<Instant, Key>> waiting_;      ///< Not acknowledged, by time.
    EntrySeq receipts_through_{};
};

}  // namespace hub::kit
