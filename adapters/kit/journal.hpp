#pragma once
// What makes "once only" true across crashes: the ids of envelopes received, what is still to be acknowledged
// to the hub, and how far the receipts have got. One append-only file of checksummed records; a torn last
// record is what a power cut leaves, and is dropped; a damaged one is passed over. When it has grown, what is settled
// goes from it into the file `known` (known_ids.hpp), and it begins anew.

#include "adapters/kit/known_ids.hpp"
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
    /// Of what could not be stored the words are kept so often.
    static constexpr std::size_t failed_kept_max = 10'000;
    static constexpr std::size_t grown_bytes_usual = 16 * 1024 * 1024;

    /// Reads both files and writes this one anew without what is settled; ids older than `kept` are forgotten.
    /// setting_invalid, also when another adapter has the folder. `grown_bytes`: from then on it begins anew.
    static Result<std::unique_ptr<Journal>> open(const std::filesystem::path& folder, Instant now,
                                                 std::chrono::hours kept, std::size_t grown_bytes = grown_bytes_usual);
    ~Journal();

    bool has(const AgencyCode& sender, const EnvelopeId& id) const;
    bool has(const EnvelopeId& id) const;      ///< Of any sender.
    /// The adapter holds it, and has not said yet what became of it.
    bool is_held(const AgencyCode& sender, const EnvelopeId& id) const;
    /// It is to be handed on: unknown, or not stored, or only held, by an earlier attempt.
    bool is_due(const AgencyCode& sender, const EnvelopeId& id, std::uint32_t attempt) const;
    /// Durable when it returns. The item waits to be acknowledged to the hub.
    Result<void> add(const Acknowledgement::Item& item, Instant now);
    /// What became of one that was added as held, by that attempt; of another one nothing. As add(). not_found.
    Result<void> settle(const Acknowledgement::Item& item, Instant now);
    /// For an envelope that came again: the hub did not hear the first time. Of one that failed long ago it hears no
    /// more why.
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
    Journal(std::filesystem::path file, KnownIds settled, std::size_t grown_bytes)
        : file_{std::move(file)}, grown_bytes_{grown_bytes}, settled_{std::move(settled)} {}
    void read(BytesView octets);
    void take(BytesView record);
    void note_waiting(const Key& key, Instant at, Acknowledgement::Item item);
    void note_acknowledged(const Key& key, bool is_held, std::uint32_t attempt);
    Result<void> append(const std::vector<Bytes>& records);
    void forget_before(Instant oldest);
    Result<void> rewrite();

    const std::filesystem::path file_;
    const std::size_t grown_bytes_;
    int fd_ = -1;
    int lock_fd_ = -1;
    std::size_t bytes_ = 0;                          ///< Of the file.
    std::size_t bytes_at_first_ = 0;                 ///< When it was written anew.
    KnownIds settled_;
    std::size_t failed_kept_ = 0;
    std::map<Key, Known> known_;                     ///< Those that are not settled, and the failed ones that are kept.
    std::set<std::pair<Instant, Key>> waiting_;      ///< Not acknowledged, by time.
    EntrySeq receipts_through_{};
};

}  // namespace hub::kit
