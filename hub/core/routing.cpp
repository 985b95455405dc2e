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
Resolution local_resolution(const Directory& directory, const AgencyCode& code, Instant now) {
    if (const Agency* agency = directory.named(code, now)) {
        const bool is_own = agency->code == code;
        return {is_own ? ResolvedBy::own_code : ResolvedBy::alias, agency, is_own ? std::nullopt : std::optional{code},
                is_open(*agency, now)};
    }
    for (auto up = code.parent(); up; up = up->parent())
        if (const Agency* agency = directory.named(*up, now); agency && agency->serves_subordinates)
            return {ResolvedBy::above, agency, std::move(up), is_open(*agency, now)};
    return {};
}

Result<const Agency*> open_agency(const Directory& directory, const AgencyCode& code, Instant now, Errc unknown,
                                  Errc not_open) {
    const Resolution found = resolution_of(directory, code, now);
    if (!found.agency)
        return Fault{unknown, {}, code.text()};
    if (!found.is_open)
        return closed(not_open, *found.agency);
    return found.agency;
}

}  // namespace

std::string_view name_of(ResolvedBy rule) noexcept {
    switch (rule) {
    case ResolvedBy::own_code: return "own_code";
    case ResolvedBy::alias: return "alias";
    case ResolvedBy::above: return "above";
    case ResolvedBy::axis: return "axis";
    case ResolvedBy::nobody: return "nobody";
    }
    return "nobody";
}

Resolution resolution_of(const Directory& directory, const AgencyCode& code, Instant now) {
    Resolution found = local_resolution(directory, code, now);
    if (found.agency || is_inside_province(directory, code))
        return found;
    if (const Agency* axis = directory.axis())
        return {ResolvedBy::axis, axis, std::nullopt, is_open(*axis, now)};
    return found;
}

Result<const Agency*> resolve(const Directory& directory, const AgencyCode& receiver, Instant now) {
    return open_agency(directory, receiver, now, Errc::receiver_unknown, Errc::receiver_closed);
}

bool is_outside(const Directory& directory, const AgencyCode& code, Instant now) {
    return !local_resolution(directory, code, now).agency && !is_inside_province(directory, code);
}

AgencyCode receiver_of(const Directory& directory, const AgencyCode& written, Instant now) {
    const Agency* agency = directory.named(written, now);
    return agency ? agency->code : written;
}

Result<const Agency*> resolve_sender(const Directory& directory, const AgencyCode& sender, Instant now) {
    return open_agency(directory, sender, now, Errc::sender_unknown, Errc::sender_closed);
}

}  // namespace hub
