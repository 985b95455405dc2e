#pragma once
// RFC 9457: what went wrong, as code, field and remedy, in the reader's language.

#include "hub/core/fault.hpp"
#include "hub/http/exchange.hpp"
#include "hub/telemetry/call_problems.hpp"

#include <chrono>

namespace hub::http {

/// The status follows from the code: 404 not_found, 400 field_invalid, 503 what may pass, 500 otherwise.
Response problem(const Fault& fault, std::string_view accept_language);
Response problem(unsigned status, const Fault& fault, std::string_view accept_language);
Response problem(unsigned status, const CallProblem& what, std::string_view field, std::string_view detail,
                 std::string_view accept_language);
/// 429 with Retry-After.
Response too_many_requests(std::chrono::seconds wait, std::string_view accept_language);

/// Of a W3C traceparent; empty: it is none.
std::string trace_id_of(std::string_view traceparent);
/// The caller's own, into a problem: its trace and the answer are found by each other.
void put_trace(std::string_view trace_id, Response& response);

/// field_invalid; `text` is cut to what a fault may hold.
Fault invalid(std::string_view field, std::string_view text);

}  // namespace hub::http
