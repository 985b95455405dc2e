#pragma once
// Operations and the deliveries that they are about, as JSON. Keys are part of the contract: added, never renamed.

#include "hub/core/operation_book.hpp"
#include "hub/http/json.hpp"

#include <boost/json/object.hpp>

namespace hub::http {

boost::json::object json_of(const DeliverySample& sample);
boost::json::object json_of(const Selection& selection);
boost::json::object json_of(const Operation& operation);
boost::json::object json_of(const OperationOutcome& outcome);
/// A horizon as one word, given back by whoever saw it.
std::string text_of(const Horizon& horizon);
std::optional<Horizon> parse_horizon(std::string_view text);

/// What a request's body asks for. field_invalid names the field.
struct OperationWish {
    DeliveryAct act{};
    Selection selection;
    std::optional<Horizon> seen;
    std::optional<std::uint64_t> expect;
    std::string reason;
    std::uint32_t per_second = 500;
};
Result<OperationWish> operation_wish(const boost::json::object& body, const Directory& directory, Instant now);

}  // namespace hub::http
