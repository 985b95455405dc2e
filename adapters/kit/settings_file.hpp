#pragma once
// What every adapter's settings file says of the hub and of the agency that it stands for. Each function reads its keys
// of a table and notes what is wrong with them; the caller asks for its own keys beside them, then calls
// refuse_unknown().

#include "adapters/kit/kit.hpp"

#include "hub/toml_section.hpp"

namespace hub::kit {

/// `code`, `certificate_file`, `key_file`, which must belong together. Gives the code.
std::optional<AgencyCode> read_agency(TomlSection& agency, Settings& settings);
/// Certificate and key are one pair that can sign.
void check_key(TomlSection& section, const std::filesystem::path& certificate_file,
               const std::filesystem::path& key_file);

/// The table [broker] of an adapter for one agency, whose broker user is named by its code; nullopt: it is not known.
/// `program` names the connection for RabbitMQ's operators.
void read_broker(TomlSection& top, std::string_view program, const std::optional<AgencyCode>& code, Settings& settings);
/// The table [broker] of an adapter for many: each has a user of its own, which the address does not name.
amqp::Address read_shared_broker(TomlSection& top);
/// RabbitMQ knows an agency by its code alone, and the hub takes nothing else.
void check_broker_user(TomlSection& section, std::string_view key, std::string_view user, const AgencyCode& agency);

/// `certificate_file`: the hub's.
void read_hub(TomlSection& hub, Settings& settings);
/// `url`, `ca_file`: the hub's content store.
void read_contents(TomlSection& contents, Settings& settings);

}  // namespace hub::kit
