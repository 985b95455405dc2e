#include "adapters/kit/kit_over_amqp.hpp"

#include "adapters/kit/durable_file.hpp"

#include "hub/amqp/topology.hpp"
#include "hub/wire/attached_parts.hpp"
#include "hub/wire/receipt_chain.hpp"

#include <algorithm>
#include <charconv>

namespace hub::kit {
namespace {

/// What the hub is told about an envelope; nothing when it must be tried again.
std::optional<Acknowledgement::Item> item_of(const EnvelopeHeader& header, std::uint32_t attempt,
                                             const Result<void>& stored, const Handler& handler) {
    Acknowledgement::Item item{header.sender, header.id, true, {}, {}};
    item.attempt = attempt;
    item.is_held = stored && handler.acknowledges_later();
    if (stored)
        return item;
    if (disposition_of(stored.error().code) != Disposition::reject)
        return std::nullopt;
    item.is_stored = false;
    item.code = name_of(stored.error().code);
    item.detail = stored.error().field + " " + stored.error().peer_text;
    return item;
}

std::string_view header_of(const amqp::Incoming& message, std::string_view name) {
    const auto found = std::ranges::find(message.headers, name, &amqp::Headers::value_type::first);
    return found == message.headers.end() ? std::string_view{} : found->second;
}

std::uint32_t attempt_of(const amqp::Incoming& message) {
    const std::string_view text = header_of(message, amqp::attempt_header);
    std::uint32_t attempt = 1;
    std::from_chars(text.data(), text.data() + text.size(), attempt);
    return std::max(attempt, 1u);
}

/// What the hub says beside the message.
std::string_view receivers_text(const amqp::Incoming& message) {
    return header_of(message, wire::receivers_header);
}

/// The hub's answer to a submission.
bool is_answer(const wire::Receipt& receipt) {
    return receipt.envelope && (receipt.what == "accepted" || receipt.what == "refused");
}

}  // namespace

bool KitOverAmqp::hand_on_arrivals(Handler& handler) {
    bool has_some = false;
    constexpr int arrivals_max = 64;
    for (int i = 0; i < arrivals_max && Clock::now() >= paused_until_; ++i) {
        const auto key = arrivals_->next(now(), Clock::now());
        if (!key)
            break;
        has_some = true;
        if (!hand_on(*key, handler))
            paused_until_ = Clock::now() + retry_storing_after;
    }
    if (arrivals_->is_full())
        return has_some;
    for (Waiting& waiting : std::exchange(aside_, {}))
        wait(std::move(waiting));
    return has_some;
}

void KitOverAmqp::wait(Waiting waiting) {
    const bool is_urgent = waiting.message.consumer_tag == amqp::inbox_queue(settings_.agency, true);
    (is_urgent ? urgent_ : normal_).push_back(std::move(waiting));
}

/// So many messages wait here that what is attached to them would not fit into memory: to the disk with it.
bool KitOverAmqp::take_in(amqp::Incoming message) {
    Waiting waiting{.message = std::move(message)};
    Bytes& body = waiting.message.body;
    const auto delivery = wire::split_delivery(body);
    const bool has_attached = delivery && !delivery->attached.empty();
    if (has_attached) {
        if (!keep_attached(*delivery, attempt_of(waiting.message)))
            waiting.bytes_lost = body.size() - delivery->frame.size();
        body.resize(delivery->frame.size());
        body.shrink_to_fit();
    }
    wait(std::move(waiting));
    return has_attached;
}

Result<void> KitOverAmqp::keep_attached(const wire::Delivery& delivery, std::uint32_t attempt) const {
    const auto envelope = wire::decode_envelope(delivery.frame);
    // What does not decode, or is known, is dropped when its turn comes.
    if (!envelope)
        return {};
    const EnvelopeHeader& header = *envelope->header;
    if (!journal_->is_due(header.sender, header.id, attempt) || arrivals_->has(header.sender, header.id))
        return {};
    return arrivals_->keep(header, delivery.attached);
}

bool KitOverAmqp::hand_on(const Arrivals::Key& key, Handler& handler) {
    if (!arrivals_->answer(key)) {
        const auto received = arrivals_->read(key);
        if (!received && received.error().code == Errc::part_damaged)
            // It is being fetched again.
            return true;
        const auto stored = received ? handler.on_envelope(*received) : Result<void>{received.error()};
        auto item = item_of(arrivals_->header(key), arrivals_->attempt(key), stored, handler);
        if (!item) {
            hold_up(stored.error());
            return false;
        }
        // That it cannot be brought once more is no word about what the adapter holds.
        if (!received && journal_->is_held(key.sender, key.id)) {
            item = Acknowledgement::Item{key.sender, key.id, true, {}, {}, true};
            item->attempt = arrivals_->attempt(key);
        }
        arrivals_->note_answer(key, std::move(*item));
    }
    if (journal_->is_due(key.sender, key.id, arrivals_->attempt(key))) {
        if (auto noted = journal_->add(*arrivals_->answer(key), now()); !noted) {
            hold_up(noted.error());
            return false;
        }
        handler.on_taken(arrivals_->header(key));
    }
    held_up_.reset();
    return arrivals_->remove(key).has_value();
}

KitOverAmqp::Handled KitOverAmqp::hold_up(Fault why) {
    held_up_ = std::move(why);
    return Handled::again;
}

Result<bool> KitOverAmqp::handle_next(Handler& handler) {
    std::deque<Waiting>& queue = urgent_.empty() ? normal_ : urgent_;
    if (queue.empty() || Clock::now() < paused_until_)
        return false;
    Waiting waiting = std::move(queue.front());
    queue.pop_front();
    const auto handled = handle(waiting, handler);
    if (!handled)
        return handled.error();
    if (*handled == Handled::aside && aside_.size() < aside_max) {
        aside_.push_back(std::move(waiting));
        return true;
    }
    if (*handled == Handled::anew) {
        paused_until_ = Clock::now() + retry_storing_after;
        if (auto given_back = session_->requeue(waiting.message.delivery_tag); !given_back)
            return given_back.error();
        return false;
    }
    if (*handled == Handled::more) {
        held_up_.reset();
        queue.push_front(std::move(waiting));
        return false;
    }
    if (*handled != Handled::done) {
        queue.push_front(std::move(waiting));
        paused_until_ = Clock::now() + retry_storing_after;
        return false;
    }
    held_up_.reset();
    if (auto acknowledged = session_->acknowledge(waiting.message.delivery_tag, false); !acknowledged)
        return acknowledged.error();
    return true;
}

Result<KitOverAmqp::Handled> KitOverAmqp::handle(Waiting& waiting, Handler& handler) {
    const auto envelope = wire::decode_envelope(waiting.message.body);
    if (!envelope)
        return refuse(waiting.message, wire::salvage_header(waiting.message.body), envelope.error());
    if (const auto checked = wire::check_digests(*envelope); !checked)
        return refuse(waiting.message, envelope->header, checked.error());
    if (envelope->header->kind == Kind::receipt)
        return handle_receipts(*envelope, waiting.receipts_done, handler);
    return handle_envelope(waiting, *envelope, handler);
}

/// A hub of before took what breaks a newer rule, or the bytes have changed since. Its sender would wait for ever.
KitOverAmqp::Handled KitOverAmqp::refuse(const amqp::Incoming& message,
                                         const std::shared_ptr<const EnvelopeHeader>& header, const Fault& why) {
    // What shows no header is no envelope, and nobody waits for its answer.
    if (!header || header->kind == Kind::receipt)
        return Handled::done;
    const std::uint32_t attempt = attempt_of(message);
    if (!journal_->is_due(header->sender, header->id, attempt)) {
        journal_->acknowledge_again(header->sender, header->id);
        return Handled::done;
    }
    Acknowledgement::Item item{header->sender, header->id, false, std::string{name_of(why.code)},
                               why.field + " " + why.peer_text};
    // That it does not read when it is brought once more is no word about what the adapter holds.
    if (journal_->is_held(header->sender, header->id))
        item = Acknowledgement::Item{header->sender, header->id, true, {}, {}, true};
    item.attempt = attempt;
    const auto noted = journal_->add(item, now());
    return noted ? Handled::done : hold_up(noted.error());
}

Result<KitOverAmqp::Handled> KitOverAmqp::handle_receipts(const wire::DecodedEnvelope& envelope, std::size_t& done,
                                                           Handler& handler) {
    // Taken from the broker it would be gone: it stays until the settings know the hub's new certificate.
    if (!is_by_hub(envelope))
        return hold_up({Errc::setting_invalid, settings_.hub_certificate_file.string(),
                        "receipts are signed by another key than those of this file"});
    if (envelope.inline_parts.size() != 1)
        return Handled::done;
    const auto receipts = wire::decode_receipts(envelope.inline_parts.front());
    if (!receipts)
        return Handled::done;
    // The hub is there.
    send_again_after_ = send_again_first;
    send_again_at_ = std::min(send_again_at_, Clock::now() + send_again_first);
    const EntrySeq through = journal_->receipts_through();
    if (wire::follows_of(envelope.inline_parts.front()) > through)
        return miss_receipts(*receipts);
    if (misses_receipts_ && !receipts->empty() && receipts->back().entry > through) {
        std::error_code error;
        if (std::filesystem::remove(missing_file(), error); error)
            return hold_up({Errc::internal, missing_file().string(), error.message()});
        misses_receipts_ = false;
        ask_again_after_ = ask_again_first;
    }
    return take_receipts(*receipts, done, handler);
}

/// Handed on now they would come before the lost ones, and once more with them. But the answer to an acknowledgement is
/// waited for by the one that asks.
KitOverAmqp::Handled KitOverAmqp::miss_receipts(const std::vector<wire::Receipt>& receipts) {
    if (!misses_receipts_) {
        // An end of the process must not hide it: these are gone from the broker then.
        if (auto noted = write_durably(missing_file(), {}); !noted)
            return hold_up(noted.error());
        misses_receipts_ = true;
        ask_at_ = {};
    }
    for (const wire::Receipt& receipt : receipts) {
        if (!acknowledging_ || !is_answer(receipt) || receipt.envelope != acknowledging_->id)
            continue;
        if (auto taken = take_acknowledged(receipt); !taken)
            return hold_up(taken.error());
    }
    return Handled::done;
}

KitOverAmqp::Handled KitOverAmqp::take_receipts(const std::vector<wire::Receipt>& receipts, std::size_t& done,
                                                Handler& handler) {
    EntrySeq through = journal_->receipts_through();
    EntrySeq news = receipts_news_;
    std::vector<wire::Receipt> together;
    std::size_t next = done;
    const auto tell_together = [&]() -> Result<void> {
        if (!together.empty()) {
            const EntrySeq last = together.back().entry;
            if (auto told = tell(together, handler); !told)
                return told;
            through = std::max(through, last);
            news = std::max(news, last);
        }
        done = next;
        return {};
    };
    const auto take = [&](const wire::Receipt& receipt) -> Result<void> {
        if (!concerns_kit(receipt)) {
            together.push_back(receipt);
            return {};
        }
        if (auto told = tell_together(); !told)
            return told;
        const bool is_news = !acknowledging_ || receipt.envelope != acknowledging_->id;
        if (auto taken = take_answer(receipt, handler); !taken)
            return taken;
        through = std::max(through, receipt.entry);
        news = is_news ? std::max(news, receipt.entry) : news;
        done = next + 1;
        return {};
    };
    Handled handled = Handled::done;
    Result<void> taken;
    for (std::size_t count = 0; taken && next < receipts.size(); ++next) {
        const wire::Receipt& receipt = receipts[next];
        // A hub whose ledger was restored from an older copy counts from there again.
        if (receipt.entry <= through && !is_awaited(receipt))
            continue;
        if (count++ == receipts_in_turn) {
            handled = Handled::more;
            break;
        }
        taken = take(receipt);
    }
    if (taken)
        taken = tell_together();
    if (auto noted = journal_->note_receipts(through); !noted)
        return hold_up(noted.error());
    receipts_news_ = news;
    return taken ? handled : hold_up(taken.error());
}

bool KitOverAmqp::is_by_hub(const wire::DecodedEnvelope& envelope) const {
    return std::ranges::any_of(envelope.signatures, [&](const Signature& signature) {
        return std::ranges::any_of(hub_certificates_, [&](const Certificate& certificate) {
            return signature.key == certificate.id()
                   && certificate.verify(signature.algorithm, envelope.header_bytes, signature.value).has_value();
        });
    });
}

bool KitOverAmqp::is_awaited(const wire::Receipt& receipt) const {
    return is_answer(receipt) && outgoing_.has(*receipt.envelope);
}

Result<void> KitOverAmqp::tell(std::vector<wire::Receipt>& receipts, Handler& handler) {
    if (auto handled = handler.on_receipts(receipts); !handled)
        return handled;
    for (const wire::Receipt& receipt : std::exchange(receipts, {})) {
        if (!is_awaited(receipt))
            continue;
        uploads_.forget(*receipt.envelope);
        if (auto removed = outgoing_.remove(*receipt.envelope); !removed)
            return removed;
    }
    return {};
}

bool KitOverAmqp::concerns_kit(const wire::Receipt& receipt) const {
    return is_answer(receipt)
           && ((acknowledging_ && acknowledging_->id == *receipt.envelope)
               || receipt.code == name_of(Errc::part_not_uploaded));
}

/// Refused or not, this acknowledgement is done with; what it named stays to be acknowledged when refused.
Result<void> KitOverAmqp::take_acknowledged(const wire::Receipt& receipt) {
    const bool is_accepted = receipt.what == "accepted";
    if (is_accepted) {
        if (auto noted = journal_->acknowledged(acknowledging_->items); !noted)
            return noted;
        receipts_reported_ = acknowledging_->receipts_through;
    }
    if (auto removed = outgoing_.remove(acknowledging_->id); !removed)
        return removed;
    acknowledging_.reset();
    acknowledged_at_ = Clock::now() + (is_accepted ? Clock::duration::zero() : Clock::duration{acknowledge_again_after_});
    acknowledge_again_after_ = is_accepted ? acknowledge_again_first
                                           : std::min(2 * acknowledge_again_after_, acknowledge_again_last);
    unheard_.reset();
    if (!is_accepted)
        unheard_ = Fault{parse_errc(receipt.code).value_or(Errc::field_invalid), receipt.field, receipt.text};
    return {};
}

Result<void> KitOverAmqp::take_answer(const wire::Receipt& receipt, Handler& handler) {
    if (is_answer(receipt) && acknowledging_ && acknowledging_->id == *receipt.envelope)
        return take_acknowledged(receipt);
    if (is_put_again(receipt))
        return {};
    wire::Receipt told = receipt;
    const auto cause = is_answer(receipt) ? uploads_.cause(*receipt.envelope) : std::nullopt;
    // The hub knows that a part is not there; why is known here.
    if (cause && receipt.code == name_of(Errc::part_not_uploaded))
        told.code = name_of(cause->code);
    if (auto handled = handler.on_receipt(told); !handled)
        return handled;
    if (!is_awaited(receipt))
        return {};
    uploads_.forget(*receipt.envelope);
    return outgoing_.remove(*receipt.envelope);
}

/// The hub does not hold what was put: dropped since, or never whole. That is no answer yet.
bool KitOverAmqp::is_put_again(const wire::Receipt& receipt) {
    const bool is_it = receipt.what == "refused" && receipt.code == name_of(Errc::part_not_uploaded)
                       && receipt.envelope && outgoing_.has(*receipt.envelope);
    if (!is_it || !uploads_.again(*receipt.envelope))
        return false;
    outgoing_.set_sent(*receipt.envelope, false);
    return true;
}

Result<KitOverAmqp::Handled> KitOverAmqp::handle_envelope(const Waiting& waiting,
                                                          const wire::DecodedEnvelope& envelope,
                                                          Handler& handler) {
    const EnvelopeHeader& header = *envelope.header;
    const std::uint32_t attempt = attempt_of(waiting.message);
    if (!journal_->is_due(header.sender, header.id, attempt)) {
        journal_->acknowledge_again(header.sender, header.id);
        return Handled::done;
    }
    if (arrivals_->has(header.sender, header.id))
        return Handled::done;
    const amqp::Incoming& message = waiting.message;
    const bool is_urgent = message.consumer_tag == amqp::inbox_queue(settings_.agency, true);
    if (!std::ranges::all_of(header.parts, &Part::is_inline)) {
        // The broker still has what the disk did not take, and there is no other way to it.
        if (waiting.bytes_lost > 0 && settings_.contents_url.empty())
            return arrivals_->has_room(waiting.bytes_lost) ? Handled::anew
                                                           : hold_up({Errc::ledger_full, "incoming", {}});
        // Fetching takes longer than the broker waits for an acknowledgement.
        if (arrivals_->is_full() && !arrivals_->has_all_parts(header))
            return Handled::aside;
        const auto added = arrivals_->add(envelope.header, message.body, receivers_text(message), is_urgent, attempt);
        return added ? Handled::done : hold_up(added.error());
    }
    Received received{envelope.header, {}, message.body, is_urgent, attempt, receivers_of(receivers_text(message), header)};
    for (std::size_t i = 0; i < header.parts.size(); ++i)
        received.contents.push_back(
            {header.parts[i].name, header.parts[i].media_type, Bytes{envelope.inline_parts[i]}, {}});
    const auto stored = handler.on_envelope(received);
    const auto item = item_of(header, attempt, stored, handler);
    if (!item)
        return hold_up(stored.error());
    if (auto noted = journal_->add(*item, now()); !noted)
        return hold_up(noted.error());
    handler.on_taken(header);
    return Handled::done;
}

}  // namespace hub::kit
