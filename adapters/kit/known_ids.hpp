#pragma once
// Which envelopes an adapter is done with: they may come again for more than a year, and must not be handed on again.
// Millions of them: 24 octets each in memory, 32 in one append-only file of checked records. Used by the journal's
// thread.

#include "hub/core/ids.hpp"
#include "hub/core/instant.hpp"

#include <array>
#include <compare>
#include <deque>
#include <filesystem>
#include <optional>
#include <set>
#include <vector>

namespace hub::kit {

class KnownIds {
public:
    /// Of those that were added last, so many before they are sorted in.
    static constexpr std::size_t recent_max = 65'536;

    /// Reads the file; made when missing. What is older than `oldest` is dropped, a damaged record is passed over, a
    /// torn last one is what a power cut leaves. setting_invalid.
    static Result<KnownIds> open(std::filesystem::path file, Instant oldest);
    KnownIds(KnownIds&& other) noexcept;
    KnownIds& operator=(KnownIds&&) = delete;
    ~KnownIds();

    /// In memory; on the disk with the next save(). The same one again changes nothing; who has stored has, whatever is
    /// said besides.
    void add(const AgencyCode& sender, const EnvelopeId& id, Instant at, bool is_stored);
    Result<void> save();
    std::size_t unsaved() const noexcept { return unsaved_.size(); }

    struct Word {
        Instant at;                     ///< To the minute.
        bool is_stored = false;
    };
    std::optional<Word> find(const AgencyCode& sender, const EnvelopeId& id) const;
    bool has(const EnvelopeId& id) const;       ///< Of any sender.
    std::size_t size() const noexcept { return sorted_.size() + recent_.size(); }

private:
    struct Slot {
        std::array<std::uint8_t, EnvelopeId::size> id{};
        std::uint32_t sender = 0;       ///< Of its code's digest.
        std::uint32_t minute = 0;       ///< Since 1970; the highest bit: not stored.
        bool is_stored() const noexcept { return minute >> 31 == 0; }
        bool is_of(const Slot& other) const noexcept { return id == other.id && sender == other.sender; }
        /// Of one envelope there can be two: stored stands first.
        std::strong_ordering operator<=>(const Slot& other) const noexcept {
            if (const auto by_id = id <=> other.id; by_id != 0)
                return by_id;
            const auto by_sender = sender <=> other.sender;
            return by_sender != 0 ? by_sender : other.is_stored() <=> is_stored();
        }
        bool operator==(const Slot& other) const noexcept { return (*this <=> other) == 0; }
    };
    static_assert(sizeof(Slot) == 24);
    explicit KnownIds(std::filesystem::path file) : file_{std::move(file)} {}
    static Slot slot_of(const AgencyCode& sender, const EnvelopeId& id);
    static Bytes record_of(const Slot& slot);
    static std::optional<Slot> slot_in(BytesView record);
    /// Gives what of the file is whole records.
    Result<std::uint64_t> read(Instant oldest);
    void sort_in();

    std::filesystem::path file_;
    int fd_ = -1;
    std::deque<Slot> sorted_;
    std::set<Slot> recent_;
    std::vector<Slot> unsaved_;
};

}  // namespace hub::kit
