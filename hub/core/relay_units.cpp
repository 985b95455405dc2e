// The relay's part in the national axis: what it takes of its units, who a receiver outside is by them, and what the
// connector says of the way there.

#include "hub/core/relay.hpp"
#include "hub/core/routing.hpp"

#include <algorithm>

namespace hub {

Result<std::optional<Unit>> Relay::unit(const AgencyCode& code) const {
    auto known = view_.unit(code);
    if (!known)
        return known;
    const Unit* told = uncommitted_.unit(code);
    if (told && (!*known || told->version >= (*known)->version))
        return std::optional{*told};
    return known;
}

Result<AgencyCode> Relay::receiver_of(const AgencyCode& written, Instant now) const {
    if (!is_outside(*directory_, written, now))
        return hub::receiver_of(*directory_, written, now);
    const auto found = unit(written);
    if (!found)
        return found.error();
    return *found ? (*found)->code : written;
}

Result<AgencyCode> Relay::addressee_of(const AgencyCode& written, Kind kind, Instant now) const {
    // A status answers what the unit has sent itself: that it is gone now is for the axis to say.
    if (kind != Kind::document || !is_outside(*directory_, written, now))
        return receiver_of(written, now);
    const auto found = unit(written);
    if (!found)
        return found.error();
    return outside_code(written, *found, axis_, heads_.units.full_ended_at.has_value());
}

Result<std::vector<AgencyCode>> Relay::all_codes_of(const AgencyCode& receiver, const AgencyCode& inbox) const {
    std::vector<AgencyCode> codes{receiver};
    if (!is_axis(inbox))
        return codes;
    const auto found = unit(receiver);
    if (!found)
        return found.error();
    if (!*found)
        return codes;
    for (const std::optional<AgencyCode>& other : {std::optional{(*found)->code}, (*found)->old_code})
        if (other && std::ranges::find(codes, *other) == codes.end())
            codes.push_back(*other);
    return codes;
}

std::optional<Fault> Relay::check_units(const Delivered& event, Instant now) const {
    if (!is_axis(event.queue))
        return Fault{Errc::kind_not_allowed, "units", event.queue.text() + " is not the axis participant"};
    const auto pass = next(heads_.units, *event.verdict.units, after(heads_.envelope), now);
    return pass ? std::nullopt : std::optional{pass.error()};
}

void Relay::take_units(const Delivered& event, Instant now, Step& step) {
    // Checked against the same heads, but for the envelope that has been numbered since.
    heads_.units = next(heads_.units, *event.verdict.units, heads_.envelope, now).value();
    uncommitted_.add(event.verdict.units);
    step.writes.units.push_back({heads_.envelope, event.verdict.units, heads_.units});
}

Result<void> Relay::hear_of_axis(const Delivered& event, Instant now, Step& step) {
    if (!is_axis(event.queue))
        return refuse_word(event,
                           {Errc::kind_not_allowed, "status", event.queue.text() + " is not the axis participant"}, now,
                           step);
    // One that has waited for the hub so long says nothing of now; the next one is behind it.
    if (const EnvelopeHeader& header = *event.verdict.header; now < header.expires_at) {
        AxisLink& link = counters_.axis[event.queue];
        link.heard_at = now;
        link.down_since = axis_down_since(*header.status, now);
        link.figures = parse_axis_figures(header.status->description, now);
    }
    step.effects.emplace_back(AcknowledgeInbound{event.tag});
    return {};
}

Result<void> Relay::refuse_word(const Delivered& event, Fault fault, Instant now, Step& step) {
    constexpr std::chrono::hours told_every{1};
    ++counters_.axis_words_refused;
    const auto [last, is_first] = words_refused_at_.try_emplace(event.queue, now);
    if (!is_first && now >= last->second && now - last->second < told_every) {
        step.effects.emplace_back(AcknowledgeInbound{event.tag});
        return {};
    }
    last->second = now;
    return refuse(event, std::move(fault), now, step);
}

}  // namespace hub
