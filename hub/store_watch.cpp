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

void StoreWatch::met(const Fault& fault) { set(fault); }

void StoreWatch::run(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    while (!stop.stop_requested()) {
        const auto usable = probe_();
        set(usable ? std::nullopt : std::optional{usable.error()});
        std::unique_lock lock{mutex};
        wake.wait_for(lock, stop, looked_every_, [] { return false; });
    }
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
