#pragma once
// The sections [contents] and [retention] of the hub's settings.

#include "hub/core/directory.hpp"
#include "hub/core/retention.hpp"
#include "hub/toml_section.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace hub {

/// The store of large parts and its HTTPS door. Left out: parts by reference are refused.
struct ContentsSettings {
    std::string host;                         ///< An address of this machine; "0.0.0.0" or "::" for all.
    std::uint16_t port = 0;                   ///< 0: any free one, for tests.
    std::filesystem::path certificate_file;   ///< PEM, shown to agencies' adapters.
    std::filesystem::path key_file;
    std::filesystem::path folder;             ///< Made at the start when it is not there.
    std::uint64_t disk_reserve_bytes = 0;     ///< Nothing is taken when less is free.
    std::uint64_t quota_bytes = 0;            ///< Of one agency; 0: none.
    std::uint64_t part_bytes_max = 0;
    std::chrono::hours upload_kept{};         ///< How long an interrupted upload may rest.
    std::chrono::seconds scan_every{};        ///< Each content is read again once in this time; 0: never.
};

std::optional<ContentsSettings> read_contents(std::optional<TomlSection> section);
/// Without a directory, when that has mistakes of its own, nobody is looked for in it.
RetentionRules read_retention(TomlSection section, const Directory* directory);

}  // namespace hub
