#pragma once
// What the gateway is told: one TOML file, and the agencies file that it names. config/gateway.example.toml
// is a complete example.

#include "adapters/gateway/call_budget.hpp"
#include "adapters/gateway/counter.hpp"
#include "adapters/gateway/webhooks.hpp"
#include "adapters/vxp/server.hpp"

namespace hub::gateway {

/// An agency whose document system calls here: by the axis's protocol, as JSON, or both.
struct AgencySettings {
    LineSettings line;
    std::string system_id;  ///< Empty: not by the axis's protocol.
    vxp::Secret secret;
    std::optional<Digest> token;  ///< SHA-256 of the bearer token; nullopt: not as JSON.
    std::optional<Webhook> webhook;
};

struct LogSettings {
    LogLevel level = LogLevel::info;
    LogFormat format = LogFormat::text;
    LogLanguage language = LogLanguage::vi;
};

struct GatewaySettings {
    vxp::ServerSettings server;
    vxp::HashCheck hash_check = vxp::HashCheck::either;
    std::optional<vxp::ListenerSettings> json;  ///< Of the JSON interface; nullopt: there is none.
    std::filesystem::path webhook_ca_file;      ///< Empty: the system's.
    std::filesystem::path folder;
    unsigned workers = 2;
    std::uint64_t disk_reserve_bytes = 0;  ///< With less free no packet is taken.
    CounterSettings counter;
    CallBudgetSettings budget;
    std::chrono::hours received_kept{};  ///< After the agency has acknowledged it.
    std::chrono::hours sent_kept{};      ///< And with it the window in which a repeat is known.
    std::unique_ptr<Units> units;
    std::vector<AgencySettings> agencies;
    LogSettings log;
};

struct LoadedSettings {
    std::optional<GatewaySettings> settings;
    SettingsMistakes mistakes;
};

LoadedSettings load_settings(const std::filesystem::path& file);

}  // namespace hub::gateway
