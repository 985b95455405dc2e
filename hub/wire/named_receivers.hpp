#pragma once
// For whom of an envelope's receivers an inbox gets it, as the hub's message says it beside the envelope: the AMQP
// header `lgsp-receivers` (docs/wire.md). It names codes by their place in the signed header's `receivers`, so that
// thousands of them fit in.

#include "hub/core/envelope.hpp"

#include <span>

namespace hub::wire {

inline constexpr std::string_view receivers_header = "lgsp-receivers";

/// Why the hub took a code to this inbox.
enum class AddressRule : std::uint8_t {
    own_code,       ///< The inbox's own.
    alias,          ///< Another code of the same agency.
    served,         ///< A unit below the agency, which takes documents for it.
    axis,           ///< A unit outside the province, by way of the national axis.
};

/// One receiver for the hub, however often the sender has named it.
struct NamedReceiver {
    AddressRule rule{};
    std::vector<std::size_t> places;    ///< Where the sender wrote it in `receivers`; ascending.
    AgencyCode code;                    ///< As the ledger has it: shown when the sender's words are not known any more.
};
std::string encode_named_receivers(std::span<const NamedReceiver> receivers);

struct AddressedReceiver {
    AddressRule rule{};
    std::vector<AgencyCode> codes;      ///< As the sender wrote them; at least one.
    bool operator==(const AddressedReceiver&) const = default;
};
/// envelope_malformed: the text is not of this form, or names a place that `header` does not have.
Result<std::vector<AddressedReceiver>> decode_named_receivers(std::string_view text, const EnvelopeHeader& header);

}  // namespace hub::wire
