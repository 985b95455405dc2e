#include "hub/store_watch.hpp"

#include "hub/telemetry/events.hpp"

namespace hub {

StoreWatch::StoreWatch(Probe probe, std::string place, std::chrono::milliseconds looked_every)
    : probe_{std::move(probe)}, place_{std::move(place)}, looked_every_{looked_every},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {}

std::optional<Fault> StoreWatch::trouble() const {
    const std::lock_guard lock{mutex_};
    return trouble_;
}

void StoreWatch::met(const AgencyCode& agency, const Fault& fault) {
    {
        const std::lock_guard lock{mutex_};
        if (trouble_ || met_)
            return;
        met_ = Met{agency, fault};
    }
    wake_.notify_one();
}

void tell_content_failed(const AgencyCode& agency, const Fault& why, const std::string& place) {
    log(events::content_failed, {.agency = &agency, .why = &why, .place = place});
}

void StoreWatch::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto usable = probe_();
        set(usable ? std::nullopt : std::optional{usable.error()});
        const auto next = std::chrono::steady_clock::now() + looked_every_;
        std::unique_lock lock{mutex_};
        while (wake_.wait_until(lock, stop, next, [this] { return met_.has_value(); }) && !stop.stop_requested()) {
            const Met met = *met_;
            lock.unlock();
            look_because_of(met);
            lock.lock();
            met_.reset();
        }
    }
}

/// Between two looks in their time trouble may begin, and does not end: a disk that comes and goes is
/// told of no oftener.
void StoreWatch::look_because_of(const Met& met) {
    if (const auto usable = probe_(); !usable)
        set(usable.error());
    else
        tell_content_failed(met.agency, met.fault, place_);
}

void StoreWatch::set(const std::optional<Fault>& trouble) {
    {
        const std::lock_guard lock{mutex_};
        const bool is_change = trouble.has_value() != trouble_.has_value();
        trouble_ = trouble;
        if (!is_change)
            return;
    }
    if (trouble)
        log(events::contents_unusable, {.why = &*trouble, .place = place_});
    else
        log(events::contents_usable, {.place = place_});
}

}  // namespace hub
