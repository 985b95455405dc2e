#include "hub/refusal_log.hpp"

#include "hub/http/json.hpp"
#include "hub/telemetry/events.hpp"

namespace hub {

void RefusalLog::refused(const AgencyCode& agency, Errc why, std::optional<Instant> certificate_until, Instant now) {
    std::optional<ContentRefusal> told;
    {
        const std::lock_guard lock{mutex_};
        told = refusals_.refused(agency, why, certificate_until, now);
    }
    if (!told)
        return;
    const Fault fault{why, "contents", {}};
    const std::string until = certificate_until ? http::time_text(*certificate_until) : std::string{};
    log(events::content_refused, {.agency = &agency, .why = &fault, .number = told->count, .place = until});
}

void RefusalLog::turned_away(ContentRefusals::Stranger stranger, std::string_view address, Instant now) {
    std::optional<std::uint64_t> told;
    {
        const std::lock_guard lock{mutex_};
        told = refusals_.turned_away(stranger, now);
    }
    if (!told)
        return;
    const bool is_shown = stranger == ContentRefusals::Stranger::certificate;
    const Fault fault{Errc::signer_unknown, is_shown ? "certificate" : "handshake", {}};
    log(events::content_strangers, {.why = &fault, .number = *told, .place = address});
}

void RefusalLog::look(Instant now) {
    std::vector<ContentRefusal> over;
    {
        const std::lock_guard lock{mutex_};
        over = refusals_.ended(now);
    }
    for (const ContentRefusal& one : over) {
        const Fault fault{one.why, "contents", {}};
        log(events::content_refused_no_more, {.agency = &one.agency, .why = &fault, .number = one.count});
    }
}

ContentRefusals::Snapshot RefusalLog::snapshot() const {
    const std::lock_guard lock{mutex_};
    return refusals_.snapshot();
}

}  // namespace hub
