#pragma once
// What the ledger's search finds, as JSON. Keys are part of the contract: added, never renamed.

#include "hub/core/search.hpp"
#include "hub/http/exchange.hpp"
#include "hub/http/sources.hpp"

#include <boost/json/value.hpp>

namespace hub::http {

/// Foreign octets as JSON text. JSON is UTF-8 and its readers refuse a whole answer for one octet that is not:
/// such octets become U+FFFD.
boost::json::string json_text(std::string_view octets);
/// 200 with this body.
Response json_response(const boost::json::value& body);
std::string time_text(Instant at);            ///< RFC 3339, UTC, milliseconds.
/// "document", "status" …; "unknown" of what could not be decoded.
std::string_view kind_name(Kind kind) noexcept;
/// Of a refusal, in both languages.
boost::json::object json_of(const Fault& refusal);
boost::json::object json_of(const DocumentSummary& document);
boost::json::object json_of(const Story& story);
boost::json::object json_of(const QueueAge& queue, Instant now);
boost::json::object json_of(const HubStatus& status);
boost::json::object json_of(const Agency& agency, Instant now);
/// One of the directory, whoever lists it: "province" or "axis".
boost::json::object directory_row(const Agency& agency, Instant now);
boost::json::object directory_row(const Unit& unit);

}  // namespace hub::http
