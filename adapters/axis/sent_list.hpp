#pragma once
// Did a packet arrive whose call had no answer? Looked up in what the axis lists as sent (getSentEdocList). Pure.

#include "adapters/axis/step.hpp"
#include "adapters/vxp/records.hpp"

#include <set>

namespace hub::axis {

/// Distinct DocIds of packets that were sent, among `rows`: what the store is asked about.
std::set<std::string> sender_doc_ids(std::span<const vxp::SentPacket> rows);

/// By what the axis's list tells our packets apart: sender, and number or title.
using PacketName = std::pair<std::string, std::string>;
PacketName listed_name_of(const Departure& departure);

struct Sighting {
    enum class What : std::uint8_t {
        found,      ///< It is there, as `doc_id`.
        absent,     ///< It would be there if it had arrived.
        unclear,    ///< The list does not tell.
    };
    What what{};
    std::string doc_id;
    bool operator==(const Sighting&) const = default;
};

/// `ours`: DocIds that belong to other departures. A row is this departure's when its DocId belongs to none, its
/// sender and its number (else its title) are the same, and it is not older than the call. That this is one departure
/// only is what lanes are for: of two with one number the second is not sent before the first one is clear.
///
/// Absent takes a list that reaches back beyond the call: one with the anchor, which was there before. Without an
/// anchor, as on the first day, the list holds nothing of ours; the caller asks more than once.
/// `under_way`: those whose DocId may not be known yet, also without this one.
Sighting look_up(const Departure& departure, std::span<const vxp::SentPacket> rows, const std::set<std::string>& ours,
                 const std::set<PacketName>& under_way);

/// "yyyy/MM/dd HH:mm:ss" in Vietnam's time; nullopt: something else.
std::optional<Instant> parse_listed_time(std::string_view text) noexcept;

}  // namespace hub::axis
