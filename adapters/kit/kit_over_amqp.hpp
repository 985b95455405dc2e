#pragma once
// The kit as it is built: one AMQP connection, the journal, the two stores and the transfers. Internal to this
// room. One thread.
//
// kit.cpp: opening, submitting, the connection. kit_receive.cpp: what comes.

#include "adapters/kit/arrivals.hpp"
#include "adapters/kit/journal.hpp"
#include "adapters/kit/outgoing.hpp"
#include "adapters/kit/uploads.hpp"

#include "hub/amqp/link.hpp"
#include "hub/core/signature.hpp"

#include <deque>
#include <set>

namespace hub::kit {

class KitOverAmqp final : public Kit {
public:
    KitOverAmqp(Settings settings, Signer signer, std::vector<Certificate> hub_certificates,
                std::unique_ptr<Journal> journal, OutgoingStore outgoing, std::optional<ContentAccess> access)
        : settings_{std::move(settings)}, signer_{std::move(signer)}, hub_certificates_{std::move(hub_certificates)},
          journal_{std::move(journal)}, outgoing_{std::move(outgoing)}, transfers_{std::move(access)} {}

    static Instant now();
    /// Takes up what an earlier run left.
    Result<void> recover();

    Result<EnvelopeId> submit(const Outgoing& outgoing) override;
    Result<void> poll(std::chrono::milliseconds at_most, Handler& handler) override;
    Result<wire::Receipt> submit_and_wait(const Outgoing& outgoing, std::chrono::milliseconds at_most,
                                          Handler& handler) override;
    Result<void> acknowledge(const Acknowledgement::Item& item) override;
    Result<void> mention(const Outgoing& outgoing) override;
    bool has_taken(const EnvelopeId& id) const override { return journal_->has(id); }
    bool is_connected() const override { return session_.has_value(); }
    std::size_t unanswered() const override { return outgoing_.ids().size() - (acknowledging_ ? 1 : 0); }
    std::vector<Transfer> transfers() const override { return transfers_.progress(); }

private:
    using Clock = std::chrono::steady_clock;
    static constexpr std::uint16_t prefetch = 64;
    static constexpr std::size_t aside_max = prefetch / 2;
    static constexpr std::chrono::seconds retry_storing_after{2};
    /// What the broker has confirmed waits for the hub there: sent again, in case the broker has lost it, ever later.
    static constexpr std::chrono::minutes send_again_first{5}, send_again_last{240};
    /// The hub has refused one: nothing urgent, and by itself it will be refused again.
    static constexpr std::chrono::minutes acknowledge_again_first{1}, acknowledge_again_last{60};
    /// The hub has been told that receipts are missing, and they have not come.
    static constexpr std::chrono::seconds ask_again_first{30}, ask_again_last{3600};
    static constexpr std::chrono::seconds turn_max{1};
    static constexpr std::size_t receipts_in_turn = 100;

    enum class Handled { done, more, again, aside, anew };
    struct Waiting {
        amqp::Incoming message;                              ///< Its body without attached parts.
        std::uint64_t bytes_lost = 0;                        ///< Of attached parts that the disk did not take.
        std::size_t receipts_done = 0;                       ///< Of its receipts, in their order.
    };
    struct Acknowledging {
        EnvelopeId id;
        std::vector<Acknowledgement::Item> items;
        EntrySeq receipts_through{};
    };

    Result<void> connect(std::chrono::milliseconds at_most);
    Result<void> work(std::chrono::milliseconds at_most, Handler& handler);
    Result<void> send_unsent();
    Result<std::uint64_t> publish(const EnvelopeId& id, BytesView frame, bool is_mandatory);
    Result<void> collect(std::chrono::milliseconds at_most);
    void settle(const amqp::Confirm& confirm);
    void upload_parts(const EnvelopeHeader& header);
    /// The broker must hear from us while a large file is read.
    void keep_session_alive();
    /// True: there were some to hand on.
    bool hand_on_arrivals(Handler& handler);
    /// False: it must be tried again.
    bool hand_on(const Arrivals::Key& key, Handler& handler);
    void wait(Waiting waiting);
    /// True: it had parts attached, which are on the disk now.
    bool take_in(amqp::Incoming message);
    Result<void> keep_attached(const wire::Delivery& delivery, std::uint32_t attempt) const;
    /// False: there is nothing to handle now.
    Result<bool> handle_next(Handler& handler);
    Result<Handled> handle(Waiting& waiting, Handler& handler);
    /// Reports `failed` what cannot be read.
    Handled refuse(const amqp::Incoming& message, const std::shared_ptr<const EnvelopeHeader>& header, const Fault& why);
    Result<Handled> handle_receipts(const wire::DecodedEnvelope& envelope, std::size_t& done, Handler& handler);
    /// Receipts before these have been lost: they come once more, with these behind them.
    Handled miss_receipts(const std::vector<wire::Receipt>& receipts);
    Handled take_receipts(const std::vector<wire::Receipt>& receipts, std::size_t& done, Handler& handler);
    Result<Handled> handle_envelope(const Waiting& waiting, const wire::DecodedEnvelope& envelope,
                                    Handler& handler);
    bool is_by_hub(const wire::DecodedEnvelope& envelope) const;
    /// The hub's answer to what still waits for one.
    bool is_awaited(const wire::Receipt& receipt) const;
    /// The kit has something to do with it itself.
    bool concerns_kit(const wire::Receipt& receipt) const;
    Result<void> take_answer(const wire::Receipt& receipt, Handler& handler);
    Result<void> take_acknowledged(const wire::Receipt& receipt);
    /// Hands them on together, and leaves none.
    Result<void> tell(std::vector<wire::Receipt>& receipts, Handler& handler);
    /// What cannot be stored is tried again later, and why is said by poll().
    Handled hold_up(Fault why);
    bool is_put_again(const wire::Receipt& receipt);
    Result<void> acknowledge_to_hub();
    bool is_acknowledging_due(std::size_t items) const;
    std::filesystem::path missing_file() const { return settings_.journal_folder / "receipts-missing"; }
    /// RabbitMQ gives an inbox to one adapter, and tells the others nothing.
    Result<void> look_for_another();
    void lose_session();

    const Settings settings_;
    const Signer signer_;
    const std::vector<Certificate> hub_certificates_;
    std::unique_ptr<Journal> journal_;
    OutgoingStore outgoing_;
    Transfers transfers_;
    Uploads uploads_{transfers_};
    std::unique_ptr<Arrivals> arrivals_;
    std::optional<amqp::Session> session_;
    bool is_session_broken_ = false;
    amqp::BackOff back_off_;
    Clock::time_point connect_at_{};

    std::map<std::uint64_t, EnvelopeId> unconfirmed_;        ///< By publish tag.
    std::set<std::string> returned_;                         ///< Message ids that no queue took.
    std::chrono::minutes send_again_after_ = send_again_first;
    Clock::time_point send_again_at_ = Clock::now() + send_again_first;
    bool is_sent_again_early_ = false;                       ///< The broker did not take something.
    std::deque<Waiting> urgent_, normal_;
    std::vector<Waiting> aside_;                             ///< Large ones, while no more of them are taken.
    Clock::time_point kept_alive_at_{};
    Clock::time_point paused_until_{};
    std::optional<Fault> held_up_;                           ///< What is next, while it lasts.
    std::optional<Fault> blocked_;                           ///< The broker takes nothing: it is short of something.
    std::optional<Fault> unheard_;                           ///< Why the hub refuses the acknowledgements.
    std::optional<Fault> in_reserve_;                        ///< Another adapter seems to hold the inbox.
    Clock::time_point silent_since_{};                       ///< Or asked why.
    std::chrono::minutes acknowledge_again_after_ = acknowledge_again_first;
    std::optional<Acknowledging> acknowledging_;
    bool misses_receipts_ = false;
    std::chrono::seconds ask_again_after_ = ask_again_first;
    Clock::time_point ask_at_{};
    Clock::time_point acknowledged_at_{};
    EntrySeq receipts_reported_{};
    /// The last one that is to be reported. The answer to an acknowledgement is not: it would be answered again.
    EntrySeq receipts_news_{};
};

}  // namespace hub::kit
