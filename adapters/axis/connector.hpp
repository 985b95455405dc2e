#pragma once
// The connector at work: the two machines, the store, the callers and the kit. One thread, that of the kit; it never
// waits for the axis.

#include "adapters/axis/callers.hpp"
#include "adapters/axis/inbound.hpp"
#include "adapters/axis/outbound.hpp"
#include "adapters/axis/store.hpp"

#include "hub/core/axis_figures.hpp"

namespace hub::axis {

struct ConnectorSettings {
    AgencyCode agency;                      ///< The axis participant.
    InboundSettings inbound;
    OutboundSettings outbound;
    std::vector<std::string> retried_codes; ///< Refusals of the axis that are not about the packet.
    std::chrono::hours kept{24 * 400};      ///< What is finished is remembered so long.
};

/// For people and tests: what state.json shows.
struct Figures {
    std::optional<Instant> down_since;      ///< Set while the axis is down.
    std::optional<Instant> documents_listed_at;     ///< When a list last came.
    std::optional<Instant> statuses_listed_at;
    std::optional<std::chrono::seconds> axis_clock_ahead;
    std::size_t arriving = 0;               ///< Packets that are worked on.
    std::size_t fetches_refused = 0;        ///< Of these, what the axis lists and does not give.
    std::optional<Instant> arriving_since;  ///< The oldest of them.
    Store::Counts departing;
    std::array<AxisFigures::Last, axis_calls.size()> calls{};   ///< In the order of axis_calls.
    std::uint64_t handed_over = 0;          ///< Since the start.
    std::uint64_t sent = 0;
    bool operator==(const Figures&) const = default;
};

class Connector final : public kit::Handler {
public:
    /// Takes up what an earlier run left. All must outlive it.
    static Result<std::unique_ptr<Connector>> open(ConnectorSettings settings, Store& store, Callers& callers,
                                                   kit::Kit& kit, Instant now);

    /// Handles what has come in and begins what is due. A fault is the store's: what is in memory is ahead of it then,
    /// and only a new start helps.
    Result<void> turn(Instant now);
    /// Nothing new is begun; turn() only handles what comes in.
    void stop() noexcept { is_stopping_ = true; }

    Result<Figures> figures();
    bool is_axis_down() const noexcept { return link_.is_down(); }
    std::optional<Instant> down_since() const noexcept { return link_.down_since(); }

    Result<void> on_envelope(const kit::Received& envelope) override;
    bool acknowledges_later() const override { return true; }
    Result<void> on_receipt(const wire::Receipt& receipt) override;

private:
    Connector(ConnectorSettings settings, Store& store, Callers& callers, kit::Kit& kit, Outbound outbound);
    Result<void> take_up(Instant now);
    /// Whom the hub gives it to the axis for: of several codes of one unit the first.
    std::vector<AgencyCode> outside_of(const kit::Received& envelope) const;
    Result<void> refill(Instant now);
    Result<void> handle(Outcome outcome);
    Result<void> handle(ReceivedListed& outcome);
    Result<void> handle(Fetched& outcome);
    Result<void> handle(Acknowledged& outcome);
    Result<void> handle(Sent& outcome);
    Result<void> handle(SentListed& outcome);
    /// Seen by what is read from then on; not durable.
    Result<void> write_rows();
    Result<void> persist();
    Result<void> perform_all();
    Result<void> perform(const Effect& effect);
    Result<void> submit(const std::string& doc_id);
    Result<void> tell(std::uint64_t seq);
    void submit_to_kit(const std::string& doc_id, const Arrival& arrival, kit::Outgoing outgoing);
    Result<void> send(std::uint64_t seq);
    Result<void> note_reached(const EnvelopeId& envelope, const std::string& receiver, bool has_it);
    void note(const Notice& notice);
    void heard();
    /// No word of the axis, or one that says nothing of the packet.
    enum class About : bool { axis, packet };
    void note_failure(const vxp::CallFailure& failure, About about);
    /// When a call of that kind was last answered as it should be, and when it was not.
    void note_call(AxisCall call, bool has_succeeded);
    void note_clock(std::chrono::seconds ahead);
    void tell_progress();
    /// Not about a file of ours that is gone.
    static bool is_about_packet(const Fault& fault) noexcept;
    /// The axis has answered, whatever it says of this packet.
    bool is_answer(const vxp::CallFailure& failure) const;
    Result<void> housekeep();

    const ConnectorSettings settings_;
    Store& store_;
    Callers& callers_;
    kit::Kit& kit_;
    Inbound inbound_;
    Outbound outbound_;
    Link link_;
    Step step_;
    Instant now_{};
    Figures figures_;
    std::map<std::string, kit::Outgoing> fetched_;      ///< By DocId, until the kit has it.
    bool has_more_ = true;                              ///< The store may have departures that are not taken up.
    bool is_stopping_ = false;
    std::optional<Fault> broken_;                       ///< The store's, where turn() did not see it.
    std::optional<Instant> clock_told_at_;
    struct CatchUp {
        Instant since;                                  ///< What is older than this was left by the time away.
        Instant tell_at;
        std::chrono::seconds wait;
    };
    std::optional<CatchUp> catch_up_;
    Instant housekept_at_{};
};

}  // namespace hub::axis
