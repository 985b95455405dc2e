#pragma once
// What the hub is told by its operator: one TOML file and the files that it names. Read at the start, and again when the
// operator wants it (configuration.hpp); app passes each room its own part. schemas/settings.schema.json describes the same for editors, and
// config/hub.example.toml is a complete example.

#include "hub/amqp/session.hpp"
#include "hub/contents_settings.hpp"
#include "hub/core/access.hpp"
#include "hub/core/deadline.hpp"
#include "hub/core/directory.hpp"
#include "hub/core/relay.hpp"
#include "hub/core/setting.hpp"
#include "hub/settings_mistake.hpp"
#include "hub/telemetry/events.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace hub {

struct LedgerSettings {
    std::filesystem::path folder;             ///< Made at the start when it is not there.
    std::uint64_t disk_reserve_bytes = 0;     ///< Intake stops when less is free.
};

struct BrokerSettings {
    amqp::Address address;                    ///< With the password.
    bool is_quorum = false;                   ///< Quorum queues, for a cluster; classic ones otherwise.
};

struct HttpSettings {
    std::string host;                         ///< An address; without TLS "127.0.0.1" or "::1".
    std::uint16_t port = 0;                   ///< 0: any free one, for tests.
    std::string token;                        ///< An administrator's, for scripts on this machine; may be empty.
    std::filesystem::path certificate_file;   ///< With `key_file`: TLS. Empty: none.
    std::filesystem::path key_file;
    std::string security_contact;             ///< "mailto:…", "https:…" or "tel:…"; empty: none.
    std::optional<Right> second_factor_for;   ///< Users with this right must have one; nullopt: nobody must.
    std::chrono::seconds session_idle{};      ///< In a browser.
    std::chrono::seconds session_lasts{};     ///< At the longest.
};

struct LogSettings {
    LogLevel level = LogLevel::info;
    LogFormat format = LogFormat::text;
    LogLanguage language = LogLanguage::vi;
};

struct Settings {
    AgencyCode code;                          ///< The hub's own: the sender of receipts.
    std::shared_ptr<const Directory> directory;
    unsigned verify_threads = 0;
    LedgerSettings ledger;
    BrokerSettings broker;
    Signer signer;                            ///< Signs receipts.
    HttpSettings http;
    std::optional<ContentsSettings> contents;
    RetentionRules retention;
    AxisRules axis;
    DeadlineRules deadlines;
    LogSettings log;
    std::vector<Setting> as_read;             ///< All of the above that people may know, key by key.
    std::filesystem::path file;               ///< Where all of it was read.
};

struct LoadedSettings {
    std::optional<Settings> settings;         ///< There when `mistakes` is empty.
    SettingsMistakes mistakes;                ///< All of them, in the order of the files' lines.
};

/// Never throws for what stands in the files. Opens no connection and writes nothing.
LoadedSettings load_settings(const std::filesystem::path& file);

}  // namespace hub
