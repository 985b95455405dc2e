#include "hub/content_desk.hpp"

#include "hub/http/server.hpp"
#include "hub/store_watch.hpp"
#include "hub/telemetry/events.hpp"

#include <future>

namespace hub {

namespace {

// Each connection waits for one commit at a time.
static_assert(http::ContentServer::Settings{}.connections_max + http::Server::Settings{}.connections_max
                  <= limits::requests_waiting_max,
              "uploads must leave room for the requests of operators");

bool is_valid(const Certificate& certificate, Instant now) noexcept {
    return now >= certificate.valid_from() && now < certificate.valid_until();
}

bool is_open(const Agency& agency, Instant now) noexcept {
    return (!agency.opened_at || now >= *agency.opened_at) && (!agency.closed_at || now < *agency.closed_at);
}

Fault unanswered() { return {Errc::timed_out, "hub", {}}; }

}  // namespace

void Requests::begin(const Make& make, Answered answered) {
    std::optional<Ticket> ticket;
    {
        const std::lock_guard lock{mutex_};
        if (!is_stopping_ && waiting_.size() < limits::requests_waiting_max) {
            ticket = Ticket{++last_ticket_};
            waiting_.try_emplace(*ticket, answered);
        }
    }
    if (!ticket)
        answered(unanswered());
    else if (!events_.push(make(*ticket)))
        answer({*ticket, unanswered()});
}

Result<void> Requests::ask(const Make& make, std::chrono::milliseconds at_most) {
    const auto promise = std::make_shared<std::promise<Result<void>>>();
    auto answer = promise->get_future();
    begin(make, [promise](Result<void> given) { promise->set_value(std::move(given)); });
    if (answer.wait_for(at_most) == std::future_status::timeout)
        return unanswered();
    return answer.get();
}

void Requests::answer(const Answer& given) {
    const std::lock_guard lock{mutex_};
    if (const auto waiting = waiting_.extract(given.ticket))
        waiting.mapped()(given.fault ? Result<void>{*given.fault} : Result<void>{});
}

void Requests::stop() {
    const std::lock_guard lock{mutex_};
    is_stopping_ = true;
    for (const auto& [ticket, answered] : std::exchange(waiting_, {}))
        answered(unanswered());
}

std::optional<AgencyCode> ContentAnswers::agency_of(const Digest& certificate_sha256) {
    const auto directory = directory_.get();
    const auto signer = directory->signer(certificate_sha256);
    const Instant now = clock_();
    return signer && is_valid(*signer->certificate, now) && is_open(*signer->agency, now)
               ? std::optional{signer->agency->code}
               : std::nullopt;
}

void ContentAnswers::turned_away(const std::optional<Digest>& certificate_sha256, std::string_view address) {
    using Stranger = ContentRefusals::Stranger;
    const Instant now = clock_();
    if (!certificate_sha256) {
        refusals_.turned_away(Stranger::handshake, address, now);
        return;
    }
    const auto directory = directory_.get();
    const auto signer = directory->signer(*certificate_sha256);
    if (!signer)
        refusals_.turned_away(Stranger::certificate, address, now);
    else if (!is_open(*signer->agency, now))
        refusals_.refused(signer->agency->code, Errc::sender_closed, {}, now);
    else
        refusals_.refused(signer->agency->code, Errc::certificate_not_valid_now, signer->certificate->valid_until(), now);
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

Result<void> ContentAnswers::may_put() {
    const auto trouble = trouble_();
    return trouble ? Result<void>{*trouble} : Result<void>{};
}

void ContentAnswers::stored(const AgencyCode& agency, const Digest& digest, std::uint64_t bytes, CopyId copy,
                            std::function<void(Result<void>)> known) {
    requests_.begin([&](Ticket ticket) { return ContentStored{ticket, agency, digest, bytes, copy}; }, std::move(known));
}

void ContentAnswers::damaged(const Digest& digest, CopyId copy) {
    {
        const std::lock_guard lock{mutex_};
        const auto content = view_->content(digest);
        // Whoever found it has held its record for a while: another copy may have taken its place.
        if (content && *content && ((*content)->copy != copy || (*content)->state != ContentState::whole))
            return;
    }
    const Fault why{Errc::part_damaged, "contents", {}};
    log(events::content_damaged, {.why = &why, .place = digest.text()});
    events_.push(ContentDamaged{digest, copy});
}

void ContentAnswers::whole(const Digest& digest, CopyId copy) {
    log(events::content_restored, {.place = digest.text()});
    events_.push(ContentWhole{digest, copy});
}

void ContentAnswers::failed(const AgencyCode& agency, const Fault& fault) {
    if (fault.code == Errc::quota_exceeded || fault.code == Errc::contents_full)
        refusals_.refused(agency, fault.code, {}, clock_());
    else if (fault.code == Errc::folder_unusable && unusable_)
        unusable_(agency, fault);
    else
        tell_content_failed(agency, fault);
}

void HubDesk::perform(RemoveCopy effect) {
    if (!store_)
        return;
    store_->remove(effect.digest, effect.copy);
    store_->give_back(effect.put_by, effect.digest, effect.bytes);
}

}  // namespace hub
