#pragma once
// How far the scan of the store has come, kept over restarts in the file `scan` of its folder: a hub that restarts
// often must still come to the end of it.

#include "hub/core/ids.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace hub::contents {

struct ScanPass {
    std::int64_t begun_unix_s = 0;
    std::optional<Digest> through;   ///< Looked at up to here.
    bool is_over = false;
    bool operator==(const ScanPass&) const = default;
};

/// nullopt: there is none, or it cannot be read.
std::optional<ScanPass> read_scan_pass(const std::filesystem::path& folder);
/// Best effort, and not synced: what is lost is scanned again.
void write_scan_pass(const std::filesystem::path& folder, const ScanPass& pass);

}  // namespace hub::contents
