#pragma once
// Whom to telephone when an agency is late or cannot store what it is brought, and who is told so.

#include "hub/http/router.hpp"
#include "hub/http/sources.hpp"

#include <boost/json/array.hpp>

namespace hub::http {

/// Whose contacts count: a closed agency's successor, as far as it leads to one that has any; else the agency itself.
const Agency& called_for(const Directory& directory, const Agency& agency, Instant now);

/// Of called_for(); empty for a clerk of another agency.
boost::json::array contact_rows(const Directory& directory, const Agency& agency, const Call& call);
/// The same by the code of a receiver, for who may see a delivery to it: empty when no agency takes it.
boost::json::array contact_rows_of_receiver(const Directory& directory, const AgencyCode& receiver, Instant now);

/// "Văn thư 0259 0000 000; Phòng CNTT cntt@h43.example": for one field of a spreadsheet.
std::string contacts_line(const Directory& directory, const Agency& agency, Instant now);

}  // namespace hub::http
