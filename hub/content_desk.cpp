#include "hub/content_desk.hpp"

#include "hub/telemetry/events.hpp"

namespace hub {

Result<void> Requests::ask(const std::function<Event(Ticket)>& make, std::chrono::milliseconds at_most) {
    const Fault unanswered{Errc::timed_out, "hub", {}};
    const auto deadline = std::chrono::steady_clock::now() + at_most;
    std::unique_lock lock{mutex_};
    if (is_stopping_ || waiting_.size() >= limits::requests_waiting_max)
        return unanswered;
    const Ticket ticket{++last_ticket_};
    waiting_.try_emplace(ticket);
    lock.unlock();
    const bool is_asked = events_.push(make(ticket));
    lock.lock();
    answered_.wait_until(lock, deadline,
                         [&] { return !is_asked || is_stopping_ || waiting_.at(ticket).answer.has_value(); });
    const std::optional<Answer> given = std::move(waiting_.at(ticket).answer);
    if (!given && is_asked) {
        waiting_.at(ticket).is_given_up = true;
        return unanswered;
    }
    waiting_.erase(ticket);
    if (!given)
        return unanswered;
    return given->fault ? Result<void>{*given->fault} : Result<void>{};
}

void Requests::answer(Answer given) {
    {
        const std::lock_guard lock{mutex_};
        const auto it = waiting_.find(given.ticket);
        if (it == waiting_.end())
            return;
        if (it->second.is_given_up)
            waiting_.erase(it);
        else
            it->second.answer = std::move(given);
    }
    answered_.notify_all();
}

void Requests::stop() {
    {
        const std::lock_guard lock{mutex_};
        is_stopping_ = true;
    }
    answered_.notify_all();
}

std::optional<AgencyCode> ContentAnswers::agency_of(const Digest& certificate_sha256) {
    const auto signer = directory_->signer(certificate_sha256);
    if (!signer)
        return std::nullopt;
    const Instant now = clock_();
    const Agency& agency = *signer->agency;
    const bool is_valid = now >= signer->certificate->valid_from() && now < signer->certificate->valid_until();
    const bool is_open = (!agency.opened_at || now >= *agency.opened_at) && (!agency.closed_at || now < *agency.closed_at);
    return is_valid && is_open ? std::optional{agency.code} : std::nullopt;
}

Result<std::optional<ContentRecord>> ContentAnswers::may_fetch(const AgencyCode& agency, const Digest& digest) {
    const std::lock_guard lock{mutex_};
    const auto is_party = view_->is_content_party(digest, agency);
    if (!is_party)
        return is_party.error();
    if (!*is_party)
        return std::optional<ContentRecord>{};
    auto content = view_->content(digest);
    if (content && *content && (*content)->state == ContentState::removed)
        return std::optional<ContentRecord>{};
    return content;
}

Result<void> ContentAnswers::stored(const AgencyCode& agency, const Digest& digest, std::uint64_t bytes, CopyId copy) {
    // Longer than any commit takes on a disk that is not full. Whoever has put it asks again, and finds it there.
    constexpr std::chrono::seconds at_most{60};
    return requests_.ask([&](Ticket ticket) { return ContentStored{ticket, agency, digest, bytes, copy}; }, at_most);
}

void ContentAnswers::damaged(const Digest& digest, CopyId copy) {
    const Fault why{Errc::part_damaged, "contents", {}};
    log(events::content_damaged, {.why = &why, .place = digest.text()});
    events_.push(ContentDamaged{digest, copy});
}

void ContentAnswers::failed(const AgencyCode& agency, const Fault& fault) {
    log(events::content_failed, {.agency = &agency, .why = &fault});
}

void HubDesk::perform(RemoveCopy effect) {
    if (!store_)
        return;
    store_->remove(effect.digest, effect.copy);
    store_->add_used(effect.put_by, -static_cast<std::int64_t>(effect.bytes));
}

}  // namespace hub
