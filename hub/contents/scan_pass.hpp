#pragma once
// How far the scan of the store has come, kept over restarts in the file `scan` of its folder: a hub that restarts
// often must still come to the end of it, and of a large copy too.

#include "hub/core/running_digest.hpp"
#include "hub/core/content.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace hub::contents {

/// A copy that has been read in part.
struct HalfRead {
    Digest digest;
    CopyId copy{};
    RunningDigest::State state;
    bool operator==(const HalfRead&) const = default;
};

struct ScanPass {
    std::int64_t begun_unix_s = 0;
    std::optional<Digest> through;   ///< Looked at up to here.
    bool is_over = false;
    std::optional<HalfRead> half_read = std::nullopt;
    bool operator==(const ScanPass&) const = default;
};

/// nullopt: there is none, or it cannot be read. A half-read copy that was not written down whole is left out.
std::optional<ScanPass> read_scan_pass(const std::filesystem::path& folder);
/// Best effort, and not synced: what is lost is scanned again.
void write_scan_pass(const std::filesystem::path& folder, const ScanPass& pass);

}  // namespace hub::contents
