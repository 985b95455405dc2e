#pragma once
// Which agency's inbox a receiver's code leads to.

#include "hub/core/directory.hpp"

namespace hub {

/// By which rule an agency takes what is addressed to a code.
enum class ResolvedBy : std::uint8_t { own_code, alias, above, axis, nobody };
std::string_view name_of(ResolvedBy rule) noexcept;     ///< As in the enumeration.

/// Why a code leads where it leads.
struct Resolution {
    ResolvedBy by = ResolvedBy::nobody;
    const Agency* agency = nullptr;                   ///< Null: nobody takes it.
    std::optional<AgencyCode> through;                ///< The alias, or the code above, that led there.
    bool is_open = false;                             ///< The agency, at that time.
};

/// In this order: an agency with that code or with an alias of it that holds at `now`; the nearest agency above the code
/// (longest prefix) that serves its subordinates; inside the province otherwise nobody; outside of it the axis
/// participant, nobody when there is none.
Resolution resolution_of(const Directory& directory, const AgencyCode& code, Instant now);

/// As resolution_of() says: receiver_unknown when nobody takes it, receiver_closed when the agency found is closed at `now`
/// (peer_text names the successor, if any).
Result<const Agency*> resolve(const Directory& directory, const AgencyCode& receiver, Instant now);

/// Nobody of the province's directory takes it: a unit that only the national axis knows.
bool is_outside(const Directory& directory, const AgencyCode& code, Instant now);

/// Whose state is kept: the own code of the agency that has this code or, at `now`, this alias; else the code as
/// written, which is that of a unit below an agency or outside the province.
AgencyCode receiver_of(const Directory& directory, const AgencyCode& written, Instant now);

/// The agency that may send under this code: own code, alias, or a code below an agency that serves its
/// subordinates. The axis participant may send under any code outside the province.
/// sender_unknown, sender_closed.
Result<const Agency*> resolve_sender(const Directory& directory, const AgencyCode& sender, Instant now);

}  // namespace hub
