#include "hub/core/routing.hpp"

#include <algorithm>

namespace hub {
namespace {

bool is_open(const Agency& agency, Instant now) noexcept {
    return (!agency.opened_at || *agency.opened_at <= now) && (!agency.closed_at || now < *agency.closed_at);
}

Fault closed(Errc code, const Agency& agency) {
    std::string text = agency.code.text();
    if (agency.successor)
        text += " -> " + agency.successor->text();
    return {code, {}, std::move(text)};
}

bool is_inside_province(const Directory& directory, const AgencyCode& code) {
    for (std::optional<AgencyCode> up = code; up; up = up->parent())
        if (std::ranges::find(directory.province_codes(), *up) != directory.province_codes().end())
            return true;
    return false;
}

/// The agency with this code or alias, else the nearest one above that serves its subordinates.
const Agency* local_agency(const Directory& directory, const AgencyCode& code, Instant now) {
    if (const Agency* agency = directory.named(code, now))
        return agency;
    for (auto up = code.parent(); up; up = up->parent())
        if (const Agency* agency = directory.named(*up, now); agency && agency->serves_subordinates)
            return agency;
    return nullptr;
}

Result<const Agency*> open_agency(const Directory& directory, const AgencyCode& code, Instant now, Errc unknown,
                                  Errc not_open) {
    const Agency* agency = local_agency(directory, code, now);
    if (!agency && !is_inside_province(directory, code))
        agency = directory.axis();
    if (!agency)
        return Fault{unknown, {}, code.text()};
    if (!is_open(*agency, now))
        return closed(not_open, *agency);
    return agency;
}

}  // namespace

Result<const Agency*> resolve(const Directory& directory, const AgencyCode& receiver, Instant now) {
    return open_agency(directory, receiver, now, Errc::receiver_unknown, Errc::receiver_closed);
}

bool is_outside(const Directory& directory, const AgencyCode& code, Instant now) {
    return !local_agency(directory, code, now) && !is_inside_province(directory, code);
}

AgencyCode receiver_of(const Directory& directory, const AgencyCode& written, Instant now) {
    const Agency* agency = directory.named(written, now);
    return agency ? agency->code : written;
}

Result<const Agency*> resolve_sender(const Directory& directory, const AgencyCode& sender, Instant now) {
    return open_agency(directory, sender, now, Errc::sender_unknown, Errc::sender_closed);
}

}  // namespace hub
