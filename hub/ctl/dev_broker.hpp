#pragma once
// Passwords and RabbitMQ definitions for a trial broker: the vhost, the hub's user, one user per agency with
// exactly the permissions of the AMQP contract.

#include "hub/ctl/dev_pki.hpp"

namespace hub::ctl {

struct BrokerOrder {
    std::filesystem::path folder;
    std::vector<AgencyCode> agencies;
    bool is_overwriting = false;
};

/// definitions.json, hub.password and <code>.password, all 0600. A password file holds the password alone,
/// without a line end.
Outcome<std::vector<WrittenFile>> make_broker(const BrokerOrder& order, Lang lang);

/// rabbit_password_hashing_sha256: base64(salt + SHA-256(salt + password)), salt of 4 octets.
std::string rabbit_password_hash(std::string_view password, BytesView salt);

/// Agencies for `dev` commands: codes as given, then those of the [[agency]] tables of a TOML file. Names that
/// the hub itself uses ("hub", "broker", "ca") and none at all are refused.
Outcome<std::vector<AgencyCode>> agencies_of(const std::vector<std::string>& codes,
                                             const std::filesystem::path& toml_file, Lang lang);

}  // namespace hub::ctl
