#pragma once
// A file descriptor with an owner, and what the content store asks of the disk. errno becomes a Fault here.

#include "hub/core/fault.hpp"
#include "hub/core/ids.hpp"

#include <filesystem>

namespace hub::contents {

/// Read, hashed, written and sent at a time.
inline constexpr std::size_t block_bytes = 256 * 1024;

class File {
public:
    File() = default;
    explicit File(int fd) noexcept : fd_{fd} {}
    File(File&& other) noexcept;
    File& operator=(File&& other) noexcept;
    ~File();

    explicit operator bool() const noexcept { return fd_ >= 0; }
    int fd() const noexcept { return fd_; }

private:
    int fd_ = -1;
};

/// contents_full for a disk that has no room; folder_unusable for one that is away, read-only or broken; internal for all
/// else. Field "contents". Met with one file it may be of that file alone: the store's probe tells.
Fault fault_of(int error);

/// Size and the time of the last change to its octets.
struct FileState {
    std::uint64_t bytes = 0;
    std::int64_t changed_unix_ns = 0;
};
Result<FileState> state_of(const File& file);

Result<void> write_at(const File& file, std::uint64_t offset, BytesView octets);
/// How many there were: less than `count` only at the end.
Result<std::size_t> read_at(const File& file, std::uint64_t offset, char* to, std::size_t count);

/// Also when it is there already.
Result<void> make_folder(const std::filesystem::path& folder);
Result<void> sync_folder(const std::filesystem::path& folder);
/// Never takes the place of another file: internal, EEXIST.
Result<void> move_file(const std::filesystem::path& from, const std::filesystem::path& to);

std::int64_t unix_ns_now();

}  // namespace hub::contents
