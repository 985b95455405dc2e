#pragma once
// Between the types of rabbitmq-c and ours. Only for this room.

#include "hub/amqp/session.hpp"

#include <amqp.h>

namespace hub::amqp {

/// Views: what they were made of must outlive them.
amqp_bytes_t bytes_of(std::string_view text) noexcept;
std::string_view view_of(amqp_bytes_t bytes) noexcept;
amqp_table_entry_t text_entry(std::string_view key, std::string_view value) noexcept;
amqp_table_entry_t true_entry(std::string_view key) noexcept;

std::string text_of(amqp_bytes_t bytes);
/// Empty: no such text in it.
std::string text_at(const amqp_table_t& table, std::string_view key);
/// Those with a text; no more than 64 of them.
Headers headers_of(const amqp_basic_properties_t& properties);

/// broker_unreachable; `doing`: which call.
Fault unreachable(std::string_view doing, std::string_view why);
Fault unreachable(std::string_view doing, int status);
/// The broker's or the library's words for a failed call.
std::string words_of(const amqp_rpc_reply_t& reply);

}  // namespace hub::amqp
