#pragma once
// From the axis into the province, as a pure machine: event and time in, writes and effects out (docs/axis.md has its
// table). What only the disk knows comes with the events.

#include "adapters/axis/link.hpp"
#include "adapters/axis/province.hpp"
#include "adapters/axis/step.hpp"

#include <map>

namespace hub::axis {

struct InboundSettings {
    Province province;
    std::chrono::milliseconds documents_every{60'000};
    std::chrono::milliseconds statuses_every{300'000};
    std::chrono::milliseconds retry_first{30'000};
    std::size_t fetches_at_once = 4;        ///< And as many acknowledgements.
};

class Inbound {
public:
    /// Packets that are worked on; more of a list wait for the next one.
    static constexpr std::size_t active_max = 2000;
    /// Of a list, those that are finished here already and are told again.
    static constexpr std::size_t told_again_max = 100;

    explicit Inbound(InboundSettings settings) : settings_{std::move(settings)} {}

    /// At the start: one whose stage is none of `listed`, `done`, `failed`.
    void take_up(Arrival arrival);

    struct Listed {
        std::string doc_id;
        std::string to;                     ///< As the axis says it.
        std::optional<Arrival> known;       ///< What the store has of it.
    };
    void listed(vxp::PacketKind kind, const std::vector<Listed>& list, Instant now);
    void list_failed(vxp::PacketKind kind, Instant now);

    struct Facts {
        std::vector<AgencyCode> to;         ///< Of the packet.
        Digest digest{};
        bool is_echo = false;               ///< The province has sent it.
        /// To whom the same octets have been handed over, answered or not, but for those who failed.
        std::vector<AgencyCode> handed;
        EnvelopeId fresh;                   ///< Nobody has it.
    };
    void fetched(const std::string& doc_id, const Facts& facts, Instant now, Step& step);
    struct Refusal {
        std::string code;
        std::string field;
    };
    /// It will never be handed on.
    void unusable(const std::string& doc_id, const Refusal& why, Step& step);
    /// To be tried again.
    void fetch_failed(const std::string& doc_id, Instant now);
    /// The axis lists it and does not give it. It is asked for again, later and later, while it stands in the list.
    void fetch_refused(const std::string& doc_id, const std::string& words, Instant now, Step& step);
    /// It came, and cannot be used: the line may have damaged it. It is fetched again; then as unusable().
    void damaged(const std::string& doc_id, const Refusal& why, Instant now, Step& step);
    static constexpr unsigned damaged_most = 3;

    /// The kit could not take it now.
    void submit_failed(const std::string& doc_id, Instant now);
    /// By the hub: accepted, or refused. Of an envelope that is not waited for: nothing.
    void answered(const EnvelopeId& envelope, const std::optional<Refusal>& refusal, Step& step);

    void acknowledged(const std::string& doc_id, Step& step);
    void acknowledge_failed(const std::string& doc_id, Instant now);

    /// Everything that failed is tried at once.
    void hurry(Instant now);
    void tick(Instant now, Permit permit, Step& step);

    std::size_t waiting() const noexcept { return active_.size(); }
    std::size_t fetches_refused() const;    ///< Those that the axis lists and does not give.
    std::optional<Instant> oldest() const;

private:
    struct Active {
        Arrival arrival;
        std::string to;
        Instant next_at{};
        unsigned failures = 0;
        bool is_busy = false;               ///< A call is under way, or the hub is to answer.
        bool is_fetch_refused = false;
        bool is_copy = false;               ///< Waits for what the hub says of the same octets under another DocId.
        unsigned damaged = 0;               ///< So often.
    };
    struct Poll {
        Instant next_at{};
        unsigned failures = 0;
        bool is_busy = false;
    };
    Poll& poll_of(vxp::PacketKind kind) { return kind == vxp::PacketKind::document ? documents_ : statuses_; }
    std::chrono::milliseconds every(vxp::PacketKind kind) const;
    void try_later(Active& active, Instant now);
    void move(Active& active, Stage stage, Step& step);
    void refuse(Active& active, const Refusal& why, Step& step);
    /// For whom of the packet's receivers this DocId is.
    std::vector<AgencyCode> meant(const Active& active, const Facts& facts, Instant now) const;
    /// The hub has not answered yet what would be the first of these octets for one of `receivers`.
    bool is_undecided(const Digest& digest, const std::vector<AgencyCode>& receivers, Instant now) const;
    /// Those that waited for it are looked at again.
    void decide(const Digest& digest);
    Active* find(const std::string& doc_id);
    void forget(const std::string& doc_id);
    void forget_refused(vxp::PacketKind kind, const std::vector<Listed>& list);
    void add(Active active);
    void poll(vxp::PacketKind kind, Instant now, Permit permit, Step& step);

    InboundSettings settings_;
    std::map<std::uint64_t, Active> active_;            ///< In the order in which they were listed.
    std::map<std::string, std::uint64_t> by_doc_id_;
    std::map<EnvelopeId, std::string> by_envelope_;     ///< Those that the hub is to answer.
    std::uint64_t last_ = 0;
    Poll documents_, statuses_;
};

}  // namespace hub::axis
