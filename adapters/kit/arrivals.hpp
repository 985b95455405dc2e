#pragma once
// Received envelopes whose large parts are still to be fetched: one file each in incoming/, so that the broker
// need not wait for them, and their parts in the spool. Used by the kit's thread.

#include "adapters/kit/transfers.hpp"

#include "hub/wire/attached_parts.hpp"

#include <span>

namespace hub::kit {

class Arrivals {
public:
    static constexpr std::size_t waiting_max = 1024;
    using Clock = std::chrono::steady_clock;
    /// So long the contents of an expired envelope are tried for in vain. The hub still has what it has accepted, and
    /// answers for it: that the time is over, or the machine's date wrong, is no reason to give it up untried.
    static constexpr std::chrono::hours given_up_after{24};

    struct Key {
        EnvelopeId id;                          ///< First: by time.
        AgencyCode sender;
        auto operator<=>(const Key&) const = default;
    };
    using IsKnown = std::function<bool(const AgencyCode&, const EnvelopeId&, std::uint32_t attempt)>;

    /// Goes on with what an earlier run left, but for what was handed on already. setting_invalid names the folder.
    static Result<std::unique_ptr<Arrivals>> open(const std::filesystem::path& folder,
                                                  const std::filesystem::path& spool, Transfers& transfers,
                                                  const IsKnown& is_known);

    bool has(const AgencyCode& sender, const EnvelopeId& id) const { return waiting_.contains({id, sender}); }
    bool is_full() const noexcept { return waiting_.size() >= waiting_max; }
    std::size_t count() const noexcept { return waiting_.size(); }

    /// Parts that came with an envelope, before it is added: those that are what its header says get their place in
    /// the spool, durably; others are as if they had not come.
    Result<void> keep(const EnvelopeHeader& header, std::span<const wire::AttachedPart> attached) const;
    /// Nothing of it is to be fetched.
    bool has_all_parts(const EnvelopeHeader& header) const;
    bool has_room(std::uint64_t bytes) const;       ///< On the spool's disk.

    /// Durable when it returns. The frame has been checked. `receivers`: as the hub has said them beside it.
    Result<void> add(const std::shared_ptr<const EnvelopeHeader>& header, BytesView frame, std::string_view receivers,
                     bool is_urgent, std::uint32_t attempt = 1);
    /// False: it was no part of these.
    bool take(const Transfers::Finished& finished);

    /// What has all its parts, or is given up; urgent ones first, then the oldest. `at`: of a clock that nobody sets.
    std::optional<Key> next(Instant now, Clock::time_point at) const;
    const EnvelopeHeader& header(const Key& key) const { return *waiting_.at(key).header; }
    std::uint32_t attempt(const Key& key) const { return waiting_.at(key).attempt; }
    /// Its contents, verified. envelope_expired when it is given up. part_damaged: a part is gone and is fetched
    /// again, or the envelope's own file is damaged, and it is forgotten.
    Result<Received> read(const Key& key);
    /// What the handler said, until that is written down: it is asked once, and may have moved files away.
    void note_answer(const Key& key, Acknowledgement::Item item) { waiting_.at(key).answer = std::move(item); }
    const std::optional<Acknowledgement::Item>& answer(const Key& key) const { return waiting_.at(key).answer; }
    /// With all its files.
    Result<void> remove(const Key& key);

private:
    struct Waiting {
        std::filesystem::path file;
        std::shared_ptr<const EnvelopeHeader> header;
        bool is_urgent = false;
        std::uint32_t attempt = 1;
        std::vector<TransferId> under_way;
        std::optional<Acknowledgement::Item> answer;
    };
    Arrivals(std::filesystem::path folder, std::filesystem::path spool, Transfers& transfers)
        : folder_{std::move(folder)}, spool_{std::move(spool)}, transfers_{transfers} {}
    Result<void> recover(const IsKnown& is_known);
    Result<void> recover_file(const std::filesystem::path& file, const IsKnown& is_known);
    void clear_spool() const;
    void wait_for(const std::filesystem::path& file, std::shared_ptr<const EnvelopeHeader> header, bool is_urgent,
                  std::uint32_t attempt);
    void fetch(const Key& key, Waiting& waiting);
    bool is_given_up(const Waiting& waiting, Instant now, Clock::time_point at) const;
    std::filesystem::path part_file(const Key& key, std::size_t index) const;
    bool has_part(const Key& key, std::size_t index, const Part& part) const;

    const std::filesystem::path folder_;
    const std::filesystem::path spool_;
    Transfers& transfers_;
    std::map<Key, Waiting> waiting_;
    std::map<TransferId, Key> by_transfer_;
};

/// What the hub has said; nothing of what cannot be read.
std::vector<wire::AddressedReceiver> receivers_of(std::string_view text, const EnvelopeHeader& header);

}  // namespace hub::kit
