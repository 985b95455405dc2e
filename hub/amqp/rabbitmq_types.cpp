#include "hub/amqp/rabbitmq_types.hpp"

#include "hub/core/limits.hpp"

#include <algorithm>

namespace hub::amqp {

amqp_bytes_t bytes_of(std::string_view text) noexcept {
    return {text.size(), const_cast<char*>(text.data())};
}
std::string_view view_of(amqp_bytes_t bytes) noexcept { return {static_cast<const char*>(bytes.bytes), bytes.len}; }
std::string text_of(amqp_bytes_t bytes) { return std::string{view_of(bytes)}; }

std::string text_at(const amqp_table_t& table, std::string_view key) {
    for (int i = 0; i < table.num_entries; ++i)
        if (view_of(table.entries[i].key) == key && table.entries[i].value.kind == AMQP_FIELD_KIND_UTF8)
            return text_of(table.entries[i].value.value.bytes);
    return {};
}

Fault unreachable(std::string_view doing, std::string_view why) {
    return {Errc::broker_unreachable, std::string{doing}, std::string{why.substr(0, limits::fault_text_bytes_max)}};
}
Fault unreachable(std::string_view doing, int status) { return unreachable(doing, amqp_error_string2(status)); }

std::string words_of(const amqp_rpc_reply_t& reply) {
    if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION)
        return amqp_error_string2(reply.library_error);
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION && reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD)
        return text_of(static_cast<amqp_channel_close_t*>(reply.reply.decoded)->reply_text);
    if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION && reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD)
        return text_of(static_cast<amqp_connection_close_t*>(reply.reply.decoded)->reply_text);
    return "unexpected reply";
}

amqp_table_entry_t text_entry(std::string_view key, std::string_view value) noexcept {
    amqp_table_entry_t entry{};
    entry.key = bytes_of(key);
    entry.value.kind = AMQP_FIELD_KIND_UTF8;
    entry.value.value.bytes = bytes_of(value);
    return entry;
}

amqp_table_entry_t true_entry(std::string_view key) noexcept {
    amqp_table_entry_t entry{};
    entry.key = bytes_of(key);
    entry.value.kind = AMQP_FIELD_KIND_BOOLEAN;
    entry.value.value.boolean = 1;
    return entry;
}

Headers headers_of(const amqp_basic_properties_t& properties) {
    constexpr int headers_max = 64;
    Headers headers;
    if (!(properties._flags & AMQP_BASIC_HEADERS_FLAG))
        return headers;
    for (int i = 0; i < std::min(properties.headers.num_entries, headers_max); ++i) {
        const amqp_table_entry_t& entry = properties.headers.entries[i];
        if (entry.value.kind == AMQP_FIELD_KIND_UTF8 || entry.value.kind == AMQP_FIELD_KIND_BYTES)
            headers.emplace_back(text_of(entry.key), text_of(entry.value.value.bytes));
    }
    return headers;
}

}  // namespace hub::amqp
