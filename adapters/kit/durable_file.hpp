#pragma once
// A file that is either there in full or not at all, also after a power cut.

#include "hub/core/fault.hpp"
#include "hub/core/ids.hpp"

#include <cstdint>
#include <filesystem>
#include <set>

namespace hub::kit {

/// Who may read a file beside its owner; the umask takes from it.
enum class Readers : std::uint16_t { owner = 0600, group = 0640 };

/// Written beside its place, synced, renamed, and the folder synced. ledger_full when the disk is full,
/// folder_unusable for other reasons; nothing is left behind then.
Result<void> write_durably(const std::filesystem::path& path, BytesView octets, Readers readers = Readers::owner);

/// Files of one file system, as write_durably() each; many of them with two syncs together.
class DurableBatch {
public:
    explicit DurableBatch(Readers readers) : readers_{readers} {}
    ~DurableBatch();
    DurableBatch(const DurableBatch&) = delete;
    DurableBatch& operator=(const DurableBatch&) = delete;

    /// Of two with the same path the later one counts.
    Result<void> add(const std::filesystem::path& path, BytesView octets);
    /// After a fault some of them may be there and others not.
    Result<void> commit();

private:
    /// Syncing a file system waits for what others have written as well.
    static constexpr std::size_t few = 8;
    Result<void> sync_written() const;
    Result<void> sync_renamed() const;

    const Readers readers_;
    std::set<std::filesystem::path> paths_;
};

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
/// The same when a program starts: setting_invalid for what an edit of the settings mends.
Fault file_fault_at_start(int error, const std::filesystem::path& path);
/// The same where a file is looked for: a folder that is missing to write into is trouble of ours.
Fault looked_for(int error, const std::filesystem::path& path);

}  // namespace hub::kit
