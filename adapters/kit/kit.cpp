#include "adapters/kit/kit.hpp"

#include "adapters/kit/durable_file.hpp"
#include "adapters/kit/journal.hpp"
#include "adapters/kit/outgoing.hpp"
#include "adapters/kit/seal.hpp"

#include "hub/amqp/outbound.hpp"
#include "hub/amqp/topology.hpp"
#include "hub/core/limits.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <set>
#include <thread>

namespace hub::kit {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t submissions_unanswered_max = 256;
constexpr std::uint16_t prefetch = 64;
constexpr std::size_t acknowledge_when = 100;
constexpr std::chrono::milliseconds acknowledge_after{500};
constexpr std::chrono::seconds report_receipts_after{20};
constexpr std::chrono::minutes send_again_after{5};
constexpr std::chrono::seconds retry_storing_after{2};

Instant now() { return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

class KitOverAmqp final : public Kit {
public:
    KitOverAmqp(Settings settings, Signer signer, Certificate hub_certificate, std::unique_ptr<Journal> journal,
                OutgoingStore outgoing)
        : settings_{std::move(settings)}, signer_{std::move(signer)}, hub_certificate_{std::move(hub_certificate)},
          journal_{std::move(journal)}, outgoing_{std::move(outgoing)} {}

    Result<void> recover();

    Result<EnvelopeId> submit(const Outgoing& outgoing) override;
    Result<void> poll(std::chrono::milliseconds at_most, Handler& handler) override;
    Result<wire::Receipt> submit_and_wait(const Outgoing& outgoing, std::chrono::milliseconds at_most,
                                          Handler& handler) override;
    bool is_connected() const override { return session_.has_value(); }
    std::size_t unanswered() const override { return outgoing_.ids().size() - (acknowledging_ ? 1 : 0); }

private:
    struct Acknowledging {
        EnvelopeId id;
        std::vector<Acknowledgement::Item> items;
        EntrySeq receipts_through{};
    };

    Result<void> connect(std::chrono::milliseconds at_most);
    Result<void> work(std::chrono::milliseconds at_most, Handler& handler);
    Result<void> send_unsent();
    Result<void> collect(std::chrono::milliseconds at_most);
    void settle(const amqp::Confirm& confirm);
    Result<bool> handle_next(Handler& handler);
    Result<bool> handle(const amqp::Incoming& message, Handler& handler);
    Result<bool> handle_receipts(const wire::DecodedEnvelope& envelope, Handler& handler);
    Result<bool> handle_envelope(const amqp::Incoming& message, const wire::DecodedEnvelope& envelope,
                                 Handler& handler);
    Result<void> take_answer(const wire::Receipt& receipt, Handler& handler);
    Result<void> acknowledge_to_hub();
    void lose_session();

    const Settings settings_;
    const Signer signer_;
    const Certificate hub_certificate_;
    std::unique_ptr<Journal> journal_;
    OutgoingStore outgoing_;
    std::optional<amqp::Session> session_;
    unsigned attempt_ = 0;
    Clock::time_point connect_at_{};
    std::minstd_rand random_{std::random_device{}()};

    std::map<std::uint64_t, EnvelopeId> unconfirmed_;        ///< By publish tag.
    std::set<std::string> returned_;                         ///< Message ids that no queue took.
    Clock::time_point send_again_at_ = Clock::now() + send_again_after;
    std::deque<amqp::Incoming> urgent_, normal_;
    Clock::time_point paused_until_{};
    std::optional<Acknowledging> acknowledging_;
    Clock::time_point acknowledged_at_{};
    EntrySeq receipts_reported_{};
};

Result<void> KitOverAmqp::recover() {
    for (const auto& [id, is_sent] : outgoing_.ids()) {
        const auto frame = outgoing_.frame(id);
        if (!frame)
            return frame.error();
        const auto envelope = wire::decode_envelope(*frame);
        if (!envelope || envelope->header->kind != Kind::acknowledgement)
            continue;
        auto acknowledgement = wire::decode_acknowledgement(envelope->inline_parts.front());
        if (acknowledgement)
            acknowledging_ = Acknowledging{id, std::move(acknowledgement->items), acknowledgement->receipts_through};
    }
    return {};
}

Result<EnvelopeId> KitOverAmqp::submit(const Outgoing& outgoing) {
    if (outgoing.id && outgoing_.has(*outgoing.id))
        return *outgoing.id;
    auto sealed = seal(outgoing, settings_.expires_after, signer_);
    if (!sealed)
        return sealed.error();
    if (auto added = outgoing_.add(sealed->id, sealed->frame); !added)
        return added.error();
    return sealed->id;
}

Result<void> KitOverAmqp::poll(std::chrono::milliseconds at_most, Handler& handler) {
    if (!session_)
        if (auto connected = connect(at_most); !connected)
            return connected;
    auto worked = work(at_most, handler);
    if (!worked && worked.error().code == Errc::broker_unreachable)
        lose_session();
    return worked;
}

Result<void> KitOverAmqp::connect(std::chrono::milliseconds at_most) {
    const auto wait = connect_at_ - Clock::now();
    if (wait > at_most) {
        std::this_thread::sleep_for(at_most);
        return Fault{Errc::broker_unreachable, "connect", "waiting to try again"};
    }
    if (wait > Clock::duration::zero())
        std::this_thread::sleep_for(wait);
    auto session = amqp::Session::open(settings_.broker);
    const auto ready = [&]() -> Result<void> {
        if (!session)
            return session.error();
        if (auto set = session->set_prefetch(prefetch, false); !set)
            return set;
        if (auto enabled = session->enable_confirms(); !enabled)
            return enabled;
        if (auto consuming = session->consume(amqp::inbox_queue(settings_.agency, true)); !consuming)
            return consuming;
        return session->consume(amqp::inbox_queue(settings_.agency, false));
    }();
    if (!ready) {
        connect_at_ = Clock::now() + amqp::reconnect_delay(attempt_++, static_cast<std::uint32_t>(random_()));
        return ready;
    }
    attempt_ = 0;
    session_ = std::move(*session);
    outgoing_.forget_sent();
    return {};
}

void KitOverAmqp::lose_session() {
    session_.reset();
    unconfirmed_.clear();
    returned_.clear();
    // They come again: the broker never heard that they were taken.
    urgent_.clear();
    normal_.clear();
    connect_at_ = Clock::now() + amqp::reconnect_delay(attempt_++, static_cast<std::uint32_t>(random_()));
}

Result<void> KitOverAmqp::work(std::chrono::milliseconds at_most, Handler& handler) {
    if (auto acknowledged = acknowledge_to_hub(); !acknowledged)
        return acknowledged;
    if (auto sent = send_unsent(); !sent)
        return sent;
    const bool has_work = (!urgent_.empty() || !normal_.empty()) && Clock::now() >= paused_until_;
    if (auto collected = collect(has_work ? std::chrono::milliseconds{0} : at_most); !collected)
        return collected;
    constexpr int messages_max = 64;
    for (int i = 0; i < messages_max; ++i) {
        const auto handled = handle_next(handler);
        if (!handled)
            return handled.error();
        if (!*handled)
            break;
        // An urgent one that came in the meantime goes first.
        if (auto collected = collect(std::chrono::milliseconds{0}); !collected)
            return collected;
    }
    return acknowledge_to_hub();
}

Result<void> KitOverAmqp::send_unsent() {
    if (Clock::now() >= send_again_at_) {
        send_again_at_ = Clock::now() + send_again_after;
        outgoing_.forget_sent();
    }
    std::vector<EnvelopeId> unsent;
    std::size_t under_way = 0;
    for (const auto& [id, is_sent] : outgoing_.ids()) {
        if (is_sent)
            ++under_way;
        else if (unsent.size() < submissions_unanswered_max)
            unsent.push_back(id);
    }
    const std::string name = amqp::submit_name(settings_.agency);
    for (const EnvelopeId& id : unsent) {
        if (under_way++ >= submissions_unanswered_max)
            break;
        const auto frame = outgoing_.frame(id);
        if (!frame)
            return frame.error();
        const auto tag = session_->publish({.exchange = name,
                                            .routing_key = name,
                                            .is_mandatory = true,
                                            .message_id = id.text(),
                                            .content_type = std::string{wire::envelope_media_type},
                                            .user_id = settings_.broker.user,
                                            .priority = 0,
                                            .headers = {},
                                            .body = *frame});
        if (!tag)
            return tag.error();
        unconfirmed_.emplace(*tag, id);
        outgoing_.set_sent(id, true);
    }
    return {};
}

void KitOverAmqp::settle(const amqp::Confirm& confirm) {
    const auto settle_one = [&](std::map<std::uint64_t, EnvelopeId>::iterator it) {
        const bool is_returned = returned_.erase(it->second.text()) > 0;
        if (confirm.is_negative || is_returned)
            send_again_at_ = std::min(send_again_at_, Clock::now() + retry_storing_after);
        return unconfirmed_.erase(it);
    };
    if (confirm.is_multiple) {
        for (auto it = unconfirmed_.begin(); it != unconfirmed_.end() && it->first <= confirm.publish_tag;)
            it = settle_one(it);
    } else if (const auto it = unconfirmed_.find(confirm.publish_tag); it != unconfirmed_.end()) {
        settle_one(it);
    }
}

Result<void> KitOverAmqp::collect(std::chrono::milliseconds at_most) {
    for (;;) {
        auto arrival = session_->wait(at_most);
        if (!arrival)
            return arrival.error();
        at_most = std::chrono::milliseconds{0};
        if (auto* incoming = std::get_if<amqp::Incoming>(&*arrival)) {
            const bool is_urgent = incoming->consumer_tag == amqp::inbox_queue(settings_.agency, true);
            (is_urgent ? urgent_ : normal_).push_back(std::move(*incoming));
        } else if (const auto* confirm = std::get_if<amqp::Confirm>(&*arrival)) {
            settle(*confirm);
        } else if (const auto* message = std::get_if<amqp::ReturnedMessage>(&*arrival)) {
            returned_.insert(message->message_id);
        } else if (const auto* cancelled = std::get_if<amqp::ConsumerCancelled>(&*arrival)) {
            return Fault{Errc::broker_unreachable, "consumer cancelled by broker", cancelled->consumer_tag};
        } else if (std::holds_alternative<amqp::Nothing>(*arrival)) {
            return {};
        }
    }
}

/// False: there is nothing to handle now.
Result<bool> KitOverAmqp::handle_next(Handler& handler) {
    std::deque<amqp::Incoming>& queue = urgent_.empty() ? normal_ : urgent_;
    if (queue.empty() || Clock::now() < paused_until_)
        return false;
    amqp::Incoming message = std::move(queue.front());
    queue.pop_front();
    const auto is_done = handle(message, handler);
    if (!is_done)
        return is_done.error();
    if (!*is_done) {
        queue.push_front(std::move(message));
        paused_until_ = Clock::now() + retry_storing_after;
        return false;
    }
    if (auto acknowledged = session_->acknowledge(message.delivery_tag, false); !acknowledged)
        return acknowledged.error();
    return true;
}

/// False: it could not be stored now; it must be tried again.
Result<bool> KitOverAmqp::handle(const amqp::Incoming& message, Handler& handler) {
    const auto envelope = wire::decode_envelope(message.body);
    // The hub sends nothing that does not decode; what does not is no envelope, and nobody waits for its answer.
    if (!envelope || !wire::check_digests(*envelope))
        return true;
    if (envelope->header->kind == Kind::receipt)
        return handle_receipts(*envelope, handler);
    return handle_envelope(message, *envelope, handler);
}

Result<bool> KitOverAmqp::handle_receipts(const wire::DecodedEnvelope& envelope, Handler& handler) {
    const bool is_signed = std::ranges::any_of(envelope.signatures, [&](const Signature& signature) {
        return signature.key == hub_certificate_.id()
               && hub_certificate_.verify(signature.algorithm, envelope.header_bytes, signature.value).has_value();
    });
    if (!is_signed || envelope.inline_parts.size() != 1)
        return true;
    const auto receipts = wire::decode_receipts(envelope.inline_parts.front());
    if (!receipts)
        return true;
    EntrySeq through = journal_->receipts_through();
    bool is_done = true;
    for (const wire::Receipt& receipt : *receipts) {
        if (receipt.entry <= through)
            continue;
        if (auto taken = take_answer(receipt, handler); !taken) {
            is_done = false;
            break;
        }
        through = receipt.entry;
    }
    if (auto noted = journal_->note_receipts(through); !noted)
        return false;
    return is_done;
}

Result<void> KitOverAmqp::take_answer(const wire::Receipt& receipt, Handler& handler) {
    const bool is_answer = receipt.envelope && (receipt.what == "accepted" || receipt.what == "refused");
    if (is_answer && acknowledging_ && acknowledging_->id == *receipt.envelope) {
        // Refused or not, this acknowledgement is done with; what it named stays to be acknowledged when refused.
        if (receipt.what == "accepted") {
            if (auto noted = journal_->acknowledged(acknowledging_->items); !noted)
                return noted;
            receipts_reported_ = acknowledging_->receipts_through;
        }
        if (auto removed = outgoing_.remove(acknowledging_->id); !removed)
            return removed;
        acknowledging_.reset();
        acknowledged_at_ = Clock::now();
        return {};
    }
    if (auto handled = handler.on_receipt(receipt); !handled)
        return handled;
    if (is_answer && outgoing_.has(*receipt.envelope))
        return outgoing_.remove(*receipt.envelope);
    return {};
}

Result<bool> KitOverAmqp::handle_envelope(const amqp::Incoming& message, const wire::DecodedEnvelope& envelope,
                                          Handler& handler) {
    const EnvelopeHeader& header = *envelope.header;
    Acknowledgement::Item item{header.sender, header.id, true, {}, {}};
    if (journal_->has(header.sender, header.id)) {
        journal_->acknowledge_again(item);
        return true;
    }
    Received received{envelope.header, {}, message.body,
                      message.consumer_tag == amqp::inbox_queue(settings_.agency, true)};
    std::size_t next = 0;
    for (const Part& part : header.parts)
        if (part.is_inline)
            received.contents.push_back({part.name, part.media_type, Bytes{envelope.inline_parts[next++]}});
    if (auto stored = handler.on_envelope(received); !stored) {
        if (disposition_of(stored.error().code) != Disposition::reject)
            return false;
        item.is_stored = false;
        item.code = name_of(stored.error().code);
        item.detail = stored.error().field + " " + stored.error().peer_text;
    }
    return journal_->add(item, now()).has_value();
}

Result<void> KitOverAmqp::acknowledge_to_hub() {
    if (acknowledging_)
        return {};
    auto items = journal_->unacknowledged(limits::acknowledged_items_max);
    const auto waited = Clock::now() - acknowledged_at_;
    const bool is_due = items.size() >= acknowledge_when || (!items.empty() && waited >= acknowledge_after)
                        || (journal_->receipts_through() > receipts_reported_ && waited >= report_receipts_after);
    if (!is_due)
        return {};
    const Acknowledgement acknowledgement{items, journal_->receipts_through()};
    Outgoing outgoing{.id = std::nullopt, .kind = Kind::acknowledgement, .sender = settings_.agency};
    outgoing.contents.push_back({"acknowledgement", std::string{wire::acknowledgement_media_type},
                                 wire::encode_acknowledgement(acknowledgement)});
    const auto id = submit(outgoing);
    // A full disk: tried again with the next poll.
    if (!id)
        return {};
    acknowledging_ = Acknowledging{*id, std::move(items), acknowledgement.receipts_through};
    acknowledged_at_ = Clock::now();
    return send_unsent();
}

Result<wire::Receipt> KitOverAmqp::submit_and_wait(const Outgoing& outgoing, std::chrono::milliseconds at_most,
                                                   Handler& handler) {
    struct Watching final : Handler {
        explicit Watching(Handler& given) : inner{given} {}
        Result<void> on_envelope(const Received& envelope) override { return inner.on_envelope(envelope); }
        Result<void> on_receipt(const wire::Receipt& receipt) override {
            auto handled = inner.on_receipt(receipt);
            if (handled && receipt.envelope == wanted && (receipt.what == "accepted" || receipt.what == "refused"))
                answer = receipt;
            return handled;
        }
        Handler& inner;
        std::optional<EnvelopeId> wanted;
        std::optional<wire::Receipt> answer;
    } watching{handler};
    const auto id = submit(outgoing);
    if (!id)
        return id.error();
    watching.wanted = *id;
    const auto deadline = Clock::now() + at_most;
    while (!watching.answer && Clock::now() < deadline) {
        constexpr std::chrono::milliseconds turn{100};
        auto polled = poll(turn, watching);
        if (!polled && disposition_of(polled.error().code) == Disposition::halt)
            return polled.error();
    }
    if (!watching.answer)
        return Fault{Errc::timed_out, "submit", id->text()};
    return *watching.answer;
}

}  // namespace

Result<std::unique_ptr<Kit>> Kit::open(Settings settings) {
    constexpr std::size_t pem_bytes_max = 100'000;
    const auto certificate = read_whole(settings.certificate_file, pem_bytes_max);
    const auto key = read_whole(settings.key_file, pem_bytes_max);
    const auto hub_pem = read_whole(settings.hub_certificate_file, pem_bytes_max);
    for (const auto* file : {&certificate, &key, &hub_pem})
        if (!*file)
            return Fault{Errc::setting_invalid, file->error().field, file->error().peer_text};
    auto signer = Signer::parse(*certificate, *key);
    if (!signer)
        return Fault{Errc::setting_invalid, settings.key_file.string(), signer.error().peer_text};
    auto hub_certificate = Certificate::parse(*hub_pem);
    if (!hub_certificate)
        return Fault{Errc::setting_invalid, settings.hub_certificate_file.string(),
                     hub_certificate.error().peer_text};
    std::error_code error;
    std::filesystem::create_directories(settings.journal_folder, error);
    if (error)
        return Fault{Errc::setting_invalid, settings.journal_folder.string(), error.message()};
    auto journal = Journal::open(settings.journal_folder, now(), settings.journal_kept);
    if (!journal)
        return journal.error();
    auto outgoing = OutgoingStore::open(settings.journal_folder / "outgoing");
    if (!outgoing)
        return outgoing.error();
    auto kit = std::make_unique<KitOverAmqp>(std::move(settings), std::move(*signer), std::move(*hub_certificate),
                                             std::move(*journal), std::move(*outgoing));
    if (auto recovered = kit->recover(); !recovered)
        return recovered.error();
    return std::unique_ptr<Kit>{std::move(kit)};
}

}  // namespace hub::kit
