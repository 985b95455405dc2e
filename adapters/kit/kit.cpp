#include "adapters/kit/kit_over_amqp.hpp"

#include "adapters/kit/durable_file.hpp"
#include "adapters/kit/seal.hpp"

#include "hub/amqp/topology.hpp"
#include "hub/core/limits.hpp"
#include "hub/wire/receipt_chain.hpp"

#include <algorithm>
#include <thread>

namespace hub::kit {
namespace {

/// One after the other; at least one.
Result<std::vector<Certificate>> certificates_in(BytesView pem) {
    constexpr BytesView end = "-----END CERTIFICATE-----";
    std::vector<Certificate> found;
    do {
        const auto at = pem.find(end);
        const BytesView one = at == BytesView::npos ? pem : pem.substr(0, at + end.size());
        auto certificate = Certificate::parse(one);
        if (!certificate)
            return certificate.error();
        found.push_back(std::move(*certificate));
        pem.remove_prefix(one.size());
    } while (pem.find("-----BEGIN CERTIFICATE-----") != BytesView::npos);
    return found;
}

constexpr std::size_t submissions_unanswered_max = 256;
constexpr std::size_t acknowledge_when = 100;
constexpr std::chrono::milliseconds acknowledge_after{500};

}  // namespace

Instant KitOverAmqp::now() {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

Result<void> KitOverAmqp::recover() {
    for (const auto& [id, is_sent] : outgoing_.ids()) {
        const auto frame = outgoing_.frame(id);
        if (!frame)
            return frame.error();
        const auto envelope = wire::decode_envelope(*frame);
        if (!envelope)
            continue;
        if (envelope->header->kind != Kind::acknowledgement) {
            upload_parts(*envelope->header);
            continue;
        }
        auto acknowledgement = wire::decode_acknowledgement(envelope->inline_parts.front());
        if (acknowledgement)
            acknowledging_ = Acknowledging{id, std::move(acknowledgement->items), acknowledgement->receipts_through};
    }
    auto arrivals = Arrivals::open(
        settings_.journal_folder / "incoming", settings_.spool_folder, transfers_,
        [&](const AgencyCode& sender, const EnvelopeId& id, std::uint32_t attempt) {
            return !journal_->is_due(sender, id, attempt);
        });
    if (!arrivals)
        return arrivals.error();
    arrivals_ = std::move(*arrivals);
    receipts_news_ = journal_->receipts_through();
    std::error_code error;
    misses_receipts_ = std::filesystem::exists(missing_file(), error);
    return {};
}

Result<EnvelopeId> KitOverAmqp::submit(const Outgoing& outgoing) {
    if (outgoing.id && outgoing_.has(*outgoing.id))
        return *outgoing.id;
    const LargeContents large{!settings_.contents_url.empty(), [this] { keep_session_alive(); }};
    const auto sealed = seal(outgoing, settings_.expires_after, signer_, large);
    if (!sealed)
        return sealed.error();
    std::vector<PartSource> parts;
    for (const std::size_t index : sealed->by_reference) {
        const Content& content = outgoing.contents[index];
        parts.push_back(content.file.empty() ? PartSource{BytesView{content.bytes}} : PartSource{content.file});
    }
    if (auto added = outgoing_.add(sealed->id, sealed->frame, parts); !added)
        return added.error();
    if (!parts.empty())
        upload_parts(*wire::decode_envelope(sealed->frame).value().header);
    return sealed->id;
}

void KitOverAmqp::upload_parts(const EnvelopeHeader& header) {
    if (std::ranges::all_of(header.parts, &Part::is_inline))
        return;
    auto files = outgoing_.files(header.id);
    uploads_.begin(header, files ? std::move(*files) : std::vector<std::filesystem::path>{});
}

void KitOverAmqp::keep_session_alive() {
    constexpr std::chrono::seconds every{2};
    if (!session_ || is_session_broken_ || Clock::now() - kept_alive_at_ < every)
        return;
    kept_alive_at_ = Clock::now();
    // A handler may be under way, which expects the session to be there: given up by the next poll().
    is_session_broken_ = !collect(std::chrono::milliseconds{0});
}

Result<void> KitOverAmqp::poll(std::chrono::milliseconds at_most, Handler& handler) {
    if (session_ && is_session_broken_)
        lose_session();
    for (const Transfers::Finished& finished : transfers_.finished())
        if (!uploads_.take(finished))
            arrivals_->take(finished);
    if (hand_on_arrivals(handler))
        at_most = std::chrono::milliseconds{0};
    if (!session_)
        if (auto connected = connect(at_most); !connected)
            return connected;
    auto worked = work(at_most, handler);
    if (!worked && worked.error().code == Errc::broker_unreachable)
        lose_session();
    const std::optional<Fault>& trouble =
        held_up_ ? held_up_ : blocked_ ? blocked_ : unheard_ ? unheard_ : in_reserve_;
    return worked && trouble ? Result<void>{*trouble} : worked;
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
        session->keep_body_bytes(limits::attached_bytes_max + 2 * limits::envelope_bytes_max);
        if (auto set = session->set_prefetch(prefetch, false); !set)
            return set;
        if (auto enabled = session->enable_confirms(); !enabled)
            return enabled;
        if (auto consuming = session->consume(amqp::inbox_queue(settings_.agency, true)); !consuming)
            return consuming;
        return session->consume(amqp::inbox_queue(settings_.agency, false));
    }();
    if (!ready) {
        connect_at_ = Clock::now() + back_off_.next();
        return ready;
    }
    back_off_.reset();
    session_ = std::move(*session);
    silent_since_ = Clock::now();
    outgoing_.forget_sent();
    return {};
}

void KitOverAmqp::lose_session() {
    session_.reset();
    is_session_broken_ = false;
    held_up_.reset();
    blocked_.reset();
    in_reserve_.reset();
    unconfirmed_.clear();
    returned_.clear();
    // They come again: the broker never heard that they were taken.
    urgent_.clear();
    normal_.clear();
    aside_.clear();
    connect_at_ = Clock::now() + back_off_.next();
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
    const auto until = Clock::now() + turn_max;
    for (int i = 0; i < messages_max && Clock::now() < until; ++i) {
        const auto handled = handle_next(handler);
        if (!handled)
            return handled.error();
        if (!*handled)
            break;
        // An urgent one that came in the meantime goes first.
        if (auto collected = collect(std::chrono::milliseconds{0}); !collected)
            return collected;
    }
    if (auto looked = look_for_another(); !looked)
        return looked;
    return acknowledge_to_hub();
}

Result<void> KitOverAmqp::look_for_another() {
    const bool is_waiting = std::ranges::any_of(outgoing_.ids(), [](const auto& each) { return each.second; });
    if (!is_waiting || blocked_)
        silent_since_ = Clock::now();
    if (Clock::now() - silent_since_ < settings_.silence_asked_after)
        return {};
    silent_since_ = Clock::now();
    const std::string inbox = amqp::inbox_queue(settings_.agency, false);
    const auto consumers = session_->count_consumers(inbox);
    if (!consumers)
        return consumers.error();
    in_reserve_.reset();
    if (*consumers > 1)
        in_reserve_ = Fault{Errc::timed_out, inbox,
                            "có bộ kết nối khác của đơn vị đang giữ hộp nhận, biên nhận về bên đó; dừng một trong hai / "
                            "another adapter of this agency seems to hold the inbox, and gets the receipts; stop one of the two"};
    return {};
}

Result<void> KitOverAmqp::send_unsent() {
    // A blocked broker does not read: to write would only wait until the session is given up.
    if (blocked_)
        return {};
    if (Clock::now() >= send_again_at_) {
        if (!std::exchange(is_sent_again_early_, false))
            send_again_after_ = std::min(2 * send_again_after_, send_again_last);
        send_again_at_ = Clock::now() + send_again_after_;
        outgoing_.forget_sent();
    }
    std::vector<EnvelopeId> unsent;
    std::size_t under_way = 0;
    for (const auto& [id, is_sent] : outgoing_.ids()) {
        if (is_sent)
            ++under_way;
        else if (unsent.size() < submissions_unanswered_max && !uploads_.is_waiting(id, now()))
            unsent.push_back(id);
    }
    for (const EnvelopeId& id : unsent) {
        if (under_way++ >= submissions_unanswered_max)
            break;
        const auto frame = outgoing_.frame(id);
        if (!frame)
            return frame.error();
        const auto tag = publish(id, *frame, true);
        if (!tag)
            return tag.error();
        unconfirmed_.emplace(*tag, id);
        outgoing_.set_sent(id, true);
    }
    return {};
}

Result<std::uint64_t> KitOverAmqp::publish(const EnvelopeId& id, BytesView frame, bool is_mandatory) {
    const std::string name = amqp::submit_name(settings_.agency);
    return session_->publish({.exchange = name,
                              .routing_key = name,
                              .is_mandatory = is_mandatory,
                              .message_id = id.text(),
                              .content_type = std::string{wire::envelope_media_type},
                              .user_id = settings_.broker.user,
                              .priority = 0,
                              .headers = {},
                              .body = frame});
}

Result<void> KitOverAmqp::mention(const Outgoing& outgoing) {
    constexpr std::chrono::hours expires_after{1};
    if (!session_ || is_session_broken_ || blocked_)
        return {};
    const auto sealed = seal(outgoing, expires_after, signer_);
    if (!sealed)
        return sealed.error();
    // Its confirm is nobody's: settle() passes over what it does not know.
    if (const auto tag = publish(sealed->id, sealed->frame, false); !tag)
        is_session_broken_ = true;
    return {};
}

void KitOverAmqp::settle(const amqp::Confirm& confirm) {
    const auto settle_one = [&](std::map<std::uint64_t, EnvelopeId>::iterator it) {
        const bool is_returned = returned_.erase(it->second.text()) > 0;
        if (confirm.is_negative || is_returned) {
            send_again_at_ = std::min(send_again_at_, Clock::now() + retry_storing_after);
            is_sent_again_early_ = true;
        }
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
        auto arrival = session_->wait(at_most, transfers_.wake_fd());
        if (!arrival)
            return arrival.error();
        at_most = std::chrono::milliseconds{0};
        if (auto* incoming = std::get_if<amqp::Incoming>(&*arrival)) {
            in_reserve_.reset();
            silent_since_ = Clock::now();
            // One at a time: what has come is handed on before more of these.
            if (take_in(std::move(*incoming)))
                return {};
        } else if (const auto* confirm = std::get_if<amqp::Confirm>(&*arrival)) {
            settle(*confirm);
        } else if (const auto* message = std::get_if<amqp::ReturnedMessage>(&*arrival)) {
            returned_.insert(message->message_id);
        } else if (const auto* blocked = std::get_if<amqp::Blocked>(&*arrival)) {
            blocked_.reset();
            if (blocked->is_blocked)
                blocked_ = Fault{Errc::broker_refused, "connection.blocked", blocked->reason};
        } else if (const auto* cancelled = std::get_if<amqp::ConsumerCancelled>(&*arrival)) {
            return Fault{Errc::broker_unreachable, "consumer cancelled by broker", cancelled->consumer_tag};
        } else if (std::holds_alternative<amqp::Nothing>(*arrival)) {
            return {};
        }
    }
}

bool KitOverAmqp::is_acknowledging_due(std::size_t items) const {
    const auto waited = Clock::now() - acknowledged_at_;
    return (items >= acknowledge_when && waited >= Clock::duration::zero()) || (items > 0 && waited >= acknowledge_after)
           || (receipts_news_ > receipts_reported_ && waited >= settings_.receipts_reported_after)
           || (misses_receipts_ && waited >= acknowledge_after && Clock::now() >= ask_at_);
}

Result<void> KitOverAmqp::acknowledge_to_hub() {
    if (acknowledging_ || blocked_)
        return {};
    auto items = journal_->unacknowledged(limits::acknowledged_items_max);
    if (!is_acknowledging_due(items.size()))
        return {};
    const Acknowledgement acknowledgement{items, journal_->receipts_through()};
    const bool is_asking = misses_receipts_ && Clock::now() >= ask_at_;
    Outgoing outgoing{.id = std::nullopt, .kind = Kind::acknowledgement, .sender = settings_.agency};
    outgoing.contents.push_back({"acknowledgement", std::string{wire::acknowledgement_media_type},
                                 wire::encode_acknowledgement(acknowledgement)
                                     + (is_asking ? wire::encode_receipts_missing() : Bytes{})});
    const auto id = submit(outgoing);
    // A full disk: tried again with the next poll.
    if (!id)
        return {};
    if (is_asking) {
        ask_at_ = Clock::now() + ask_again_after_;
        ask_again_after_ = std::min(2 * ask_again_after_, ask_again_last);
    }
    acknowledging_ = Acknowledging{*id, std::move(items), acknowledgement.receipts_through};
    acknowledged_at_ = Clock::now();
    return send_unsent();
}

Result<void> KitOverAmqp::acknowledge(const Acknowledgement::Item& item) { return journal_->settle(item, now()); }

Result<wire::Receipt> KitOverAmqp::submit_and_wait(const Outgoing& outgoing, std::chrono::milliseconds at_most,
                                                   Handler& handler) {
    struct Watching final : Handler {
        explicit Watching(Handler& given) : inner{given} {}
        Result<void> on_envelope(const Received& envelope) override { return inner.on_envelope(envelope); }
        bool acknowledges_later() const override { return inner.acknowledges_later(); }
        void on_taken(const EnvelopeHeader& header) override { inner.on_taken(header); }
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
    auto hub_certificates = certificates_in(*hub_pem);
    if (!hub_certificates)
        return Fault{Errc::setting_invalid, settings.hub_certificate_file.string(),
                     hub_certificates.error().peer_text};
    std::error_code error;
    std::filesystem::create_directories(settings.journal_folder, error);
    if (error)
        return file_fault_at_start(error.value(), settings.journal_folder);
    auto journal = Journal::open(settings.journal_folder, KitOverAmqp::now(), settings.journal_kept);
    if (!journal)
        return journal.error();
    auto outgoing = OutgoingStore::open(settings.journal_folder / "outgoing");
    if (!outgoing)
        return outgoing.error();
    std::optional<ContentAccess> access;
    if (!settings.contents_url.empty()) {
        auto address = HttpsAddress::parse(settings.contents_url);
        if (!address)
            return address.error();
        auto identity = TlsIdentity::load(settings.certificate_file, settings.key_file, settings.contents_ca_file);
        if (!identity)
            return identity.error();
        access = ContentAccess{std::move(*address), std::move(*identity)};
    }
    if (settings.spool_folder.empty())
        settings.spool_folder = settings.journal_folder / "spool";
    auto kit = std::make_unique<KitOverAmqp>(std::move(settings), std::move(*signer), std::move(*hub_certificates),
                                             std::move(*journal), std::move(*outgoing), std::move(access));
    if (auto recovered = kit->recover(); !recovered)
        return recovered.error();
    return std::unique_ptr<Kit>{std::move(kit)};
}

}  // namespace hub::kit
