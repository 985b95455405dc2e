#pragma once
// What the mailbox holds, as JSON. Keys are part of the contract (schemas/http/gateway.openapi.yaml): added, never
// renamed. Pure; any thread.

#include "adapters/gateway/mailbox.hpp"

#include <boost/json/object.hpp>

namespace hub::gateway {

std::string time_text(Instant at);  ///< RFC 3339, UTC, milliseconds.
boost::json::object json_of(const SentPacket& packet);
boost::json::object json_of(const ReceivedPacket& packet);
/// {"code", "field", "text"}; of a refusal that the hub has sent.
boost::json::object json_of(const RefusalNote& refusal);

/// "1764236400000.0193…", where a list goes on; nullopt: not of that form.
std::string text_of(const ListPlace& place);
std::optional<ListPlace> parse_place(std::string_view text);
/// Where the inbox goes on. What earlier versions gave, a place of the other form, is the beginning: nothing is missed.
std::optional<std::uint64_t> parse_seq(std::string_view text);

}  // namespace hub::gateway
