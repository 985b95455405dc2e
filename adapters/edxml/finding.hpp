#pragma once
// What is wrong with a packet: one rule, in one place. Errors refuse the packet; warnings are for those who make them.

#include "adapters/edxml/packet.hpp"
#include "hub/telemetry/packet_rules.hpp"

namespace hub::edxml {

enum class Severity : std::uint8_t { error, warning };

struct Finding {
    Severity severity = Severity::error;
    PacketRule rule{};
    std::string field;              ///< "MessageHeader/To[2]/OrganId"; empty: the file as a whole.
    std::uint32_t line = 0;         ///< From 1; 0: no single line.
    std::string text;               ///< The value or what is known beside it; at most limits::fault_text_bytes_max.

    bool operator==(const Finding&) const = default;
};

/// So many are kept of one packet; it is long past mending then.
inline constexpr std::size_t findings_max = 500;

/// The code that refuses a packet for breaking this rule.
Errc code_of(PacketRule rule) noexcept;
Fault fault_of(const Finding& finding);

/// A fault of the file as a whole; its line is taken from the field "line 12".
Finding finding_of(const Fault& fault);

/// As ErrorList writes it (error_code_prefixes): N missing, R too long, M not allowed, T wrong type; then the path
/// with dots and without numbers: "R.MessageHeader.ToPlaces.Place".
std::string error_code_of(const Finding& finding);

}  // namespace hub::edxml
