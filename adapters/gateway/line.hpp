#pragma once
// One agency's line to the hub: its kit, and what goes between that and the mailbox. turn() and all handlers
// are for one thread, its worker's; the rest is for any.

#include "adapters/edxml/packet.hpp"
#include "adapters/gateway/answers.hpp"
#include "adapters/kit/kit.hpp"

#include <atomic>

namespace hub::gateway {

/// An agency that calls this gateway.
struct LineSettings {
    kit::Settings kit;
    std::vector<AgencyCode> codes;      ///< Its own code first, then its aliases.
    bool is_signed_by_gateway = false;  ///< The key is the gateway's, for an agency that holds none.
};

class Line final : public kit::Handler {
public:
    static Result<std::unique_ptr<Line>> open(LineSettings settings, Mailbox& mailbox, Answers& answers);
    Line(LineSettings settings, std::unique_ptr<kit::Kit> kit, Mailbox& mailbox, Answers& answers);

    const AgencyCode& agency() const noexcept { return settings_.codes.front(); }
    bool has_code(const AgencyCode& code) const;
    const std::vector<AgencyCode>& codes() const noexcept { return settings_.codes; }
    bool is_signed_by_gateway() const noexcept { return settings_.is_signed_by_gateway; }

    /// A packet that the mailbox holds, and its file in place: to be sent under its id.
    void hand_over(kit::Outgoing outgoing);
    /// The mailbox holds something for the hub.
    void look_again() noexcept { must_look_ = true; }
    bool is_connected() const noexcept { return is_connected_; }

    /// Sends, receives and reports what there is, without waiting. True: something happened.
    bool turn();
    /// The hub's answer is expected soon.
    bool is_expecting() const noexcept { return is_expecting_; }

    bool acknowledges_later() const override { return true; }
    Result<void> on_envelope(const kit::Received& envelope) override;
    Result<void> on_receipt(const wire::Receipt& receipt) override;

private:
    using Clock = std::chrono::steady_clock;
    void send_handed();
    void look_into_mailbox();
    bool send_unanswered();
    Result<kit::Outgoing> read_again(const EnvelopeId& id);
    bool tell_acknowledged();
    /// False: to be tried again.
    bool send(const kit::Outgoing& outgoing);
    bool refuse(const EnvelopeId& id, const RefusalNote& refusal);
    void tell_fault(const Result<void>& polled);
    AgencyCode receiver_of(const kit::Received& envelope) const;
    Result<void> take_answer(const EnvelopeId& id, const wire::Receipt& receipt);

    const LineSettings settings_;
    const std::unique_ptr<kit::Kit> kit_;
    Mailbox& mailbox_;
    Answers& answers_;

    std::mutex mutex_;
    std::deque<kit::Outgoing> handed_;    ///< Behind mutex_. What does not fit is found in the mailbox.
    std::atomic<bool> must_look_ = true;  ///< At the start: what an earlier run left.
    std::atomic<bool> is_connected_ = false;
    bool is_expecting_ = false;
    Clock::time_point look_after_{};
    std::set<EnvelopeId> submitted_;  ///< With the kit, not answered.
    bool has_happened_ = false;
    Errc told_ = Errc::broker_unreachable;  ///< The kit's trouble that was told last; this one stands for none.
};

/// What the kit is given for a packet in the mailbox; sealed again it is the same.
kit::Outgoing outgoing_of(const edxml::Packet& packet, const EnvelopeId& id,
                          const std::filesystem::path& file, bool is_signed_by_gateway);

}  // namespace hub::gateway
