#pragma once
// A file that is either there in full or not at all, also after a power cut.

#include "hub/core/fault.hpp"
#include "hub/core/ids.hpp"

#include <filesystem>

namespace hub::kit {

/// Written beside its place, synced, renamed, and the folder synced. ledger_full when the disk is full,
/// internal for other reasons; nothing is left behind then.
Result<void> write_durably(const std::filesystem::path& path, BytesView octets);
/// Renames and syncs both folders. not_found when `from` is not there.
Result<void> move_durably(const std::filesystem::path& from, const std::filesystem::path& to);
/// A second name for the same octets, in the place of what is there, and the folder synced; `from` stays. As
/// move_durably().
Result<void> link_durably(const std::filesystem::path& from, const std::filesystem::path& to);
/// not_found when it is not there.
Result<Bytes> read_whole(const std::filesystem::path& path, std::size_t bytes_max);
Result<void> sync_folder(const std::filesystem::path& folder);

/// What an errno means here.
Fault file_fault(int error, const std::filesystem::path& path);
/// The same where a file is looked for: a folder that is missing to write into is trouble of ours.
Fault looked_for(int error, const std::filesystem::path& path);

}  // namespace hub::kit
