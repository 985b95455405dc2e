#pragma once
// What the connector knows of a packet beside its octets: names by which it is found again. Pure but for look_at().

#include "adapters/axis/step.hpp"
#include "adapters/edxml/packet.hpp"
#include "adapters/kit/kit.hpp"

namespace hub::axis {

/// The same for a packet that was sent and for the one that the axis writes of it: sender and number of a document, or
/// sender, document and code of a status. Empty: neither has a number.
std::string echo_key(const AgencyCode& sender, const std::optional<DocumentName>& document,
                     const std::optional<StatusReport>& status);

/// Of two departures that share one, the earlier goes first: a recall does not overtake its document, nor 03 a 01, and
/// two that the axis's list would not tell apart are not under way at once.
std::vector<std::string> lanes_of(const EnvelopeHeader& header);

/// As the axis's list of sent packets names it.
std::string title_of(const EnvelopeHeader& header);
std::string notation_of(const EnvelopeHeader& header);

/// A packet that was fetched.
struct LookedAt {
    kit::Outgoing outgoing;         ///< Id and receivers are the caller's business.
    Digest digest;
};
/// Faults of disposition reject are the packet's: what cannot be read, or bears a mark of secrecy.
Result<LookedAt> look_at(const std::filesystem::path& file, const edxml::Limits& limits,
                         const std::filesystem::path& spool);

}  // namespace hub::axis
