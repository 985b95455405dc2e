#include "hub/ledger_thread.hpp"

#include "hub/telemetry/events.hpp"

#include <chrono>
#include <system_error>

namespace hub {
namespace {

constexpr std::chrono::seconds try_again_after{1};
constexpr std::chrono::seconds slow_after{2};      // Where a disk is well a commit takes milliseconds.
constexpr std::chrono::seconds slow_told_for{30};

}  // namespace

LedgerThread::LedgerThread(Settings settings, Ledger& ledger, BoundedQueue<Event>& events)
    : settings_{std::move(settings)}, ledger_{ledger}, events_{events}, thread_{[this] { run(); }} {}

void LedgerThread::log_refusals(const Batch& batch) {
    for (const EnvelopeRecord& envelope : batch.envelopes) {
        if (!envelope.refusal)
            continue;
        LogBound& bound = envelope.header ? refused_.try_emplace(envelope.sender, LogBound::lines_of_one_max).first->second
                                          : undecodable_;
        const auto left_out = bound.note(LogBound::Clock::now());
        if (!left_out)
            continue;
        if (envelope.header)
            log(events::envelope_refused,
                {.envelope = envelope.id,
                 .agency = &envelope.sender,
                 .correlation = envelope.header->traceparent,
                 .why = &*envelope.refusal,
                 .number = *left_out > 0 ? left_out : std::nullopt});
        else
            log(events::message_undecodable,
                {.envelope = envelope.id, .agency = &envelope.sender, .why = &*envelope.refusal, .number = *left_out});
    }
}

void LedgerThread::log_queues(const Batch& batch) {
    for (const Entry& entry : batch.entries) {
        if (!entry.act)
            continue;
        const auto agency = AgencyCode::parse(entry.act->object);
        const EventKind* const event = entry.act->verb == Verb::queue_pause    ? &events::queue_paused
                                       : entry.act->verb == Verb::queue_resume ? &events::queue_resumed
                                       : entry.act->verb == Verb::queue_limit  ? &events::queue_limited
                                                                               : nullptr;
        if (event && agency)
            log(*event, {.agency = &*agency, .place = entry.act->detail});
    }
}

LedgerThread::~LedgerThread() { stop(); }

void LedgerThread::begin(const Batch& batch) {
    {
        const std::lock_guard lock{mutex_};
        HUB_ASSERT(batch_ == nullptr);
        batch_ = &batch;
    }
    wake_.notify_one();
}

void LedgerThread::stop() {
    {
        const std::lock_guard lock{mutex_};
        is_stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable())
        thread_.join();
}

void LedgerThread::run() {
    for (;;) {
        const Batch* batch = nullptr;
        {
            std::unique_lock lock{mutex_};
            wake_.wait(lock, [&] { return batch_ || is_stopping_; });
            if (!batch_)
                return;
            batch = std::exchange(batch_, nullptr);
        }
        commit(*batch);
    }
}

bool LedgerThread::has_room() const {
    std::error_code error;
    const auto space = std::filesystem::space(settings_.folder, error);
    return error || space.available >= settings_.disk_reserve_bytes;
}

std::optional<Fault> LedgerThread::trouble() const {
    const WaitsFor waits_for = waits_for_;
    if (waits_for == WaitsFor::room || !has_room())
        return Fault{Errc::ledger_full, "disk", {}};
    return waits_for == WaitsFor::lock ? std::optional{Fault{Errc::ledger_busy, "ledger", {}}} : std::nullopt;
}

bool LedgerThread::is_slow() const {
    const Time now = std::chrono::steady_clock::now(), began = began_;
    if (waits_for_ == WaitsFor::lock)
        return false;
    return now < slow_until_.load() || (began < now && now - began >= slow_after);
}

Result<void> LedgerThread::commit_once(const Batch& batch) {
    const Time began = std::chrono::steady_clock::now();
    began_ = began;
    auto committed = ledger_.commit(batch);
    began_ = Time::max();
    // To wait for another's lock says nothing of the disk.
    const bool is_of_disk = committed || committed.error().code != Errc::ledger_busy;
    if (const Time ended = std::chrono::steady_clock::now(); is_of_disk && ended - began >= slow_after)
        slow_until_ = ended + slow_told_for;
    return committed;
}

void LedgerThread::note(const Fault& fault) {
    const WaitsFor waits_for = fault.code == Errc::ledger_busy ? WaitsFor::lock : WaitsFor::room;
    if (waits_for_.exchange(waits_for) == waits_for)
        return;
    if (waits_for == WaitsFor::lock)
        log(events::ledger_busy, {.why = &fault});
    else
        log(events::ledger_full, {.why = &fault});
}

void LedgerThread::commit(const Batch& batch) {
    for (;;) {
        auto committed = has_room() ? commit_once(batch) : Result<void>{Fault{Errc::ledger_full, "disk", {}}};
        if (committed) {
            if (waits_for_.exchange(WaitsFor::nothing) != WaitsFor::nothing)
                log(events::ledger_writable, {});
            log_refusals(batch);
            log_queues(batch);
            events_.push(LedgerCommitted{});
            return;
        }
        const Fault& fault = committed.error();
        if (disposition_of(fault.code) != Disposition::retry) {
            events_.push(LedgerCommitted{fault});
            return;
        }
        note(fault);
        std::unique_lock lock{mutex_};
        if (wake_.wait_for(lock, try_again_after, [&] { return is_stopping_; }))
            return;
    }
}

}  // namespace hub
