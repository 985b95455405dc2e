#pragma once
// Files as the exchange looks at them.

#include "hub/core/fault.hpp"
#include "hub/core/ids.hpp"

#include <cstdint>
#include <filesystem>

namespace hub::folder {

/// The same after a rename, another after a write.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t bytes = 0;
    std::int64_t written_s = 0;
    std::int64_t written_ns = 0;
    bool operator==(const FileIdentity&) const = default;
};

/// not_found when it is not there.
Result<FileIdentity> identity_of(const std::filesystem::path& file);

/// A fault that is to be told names no path of this machine. Others: not_found, internal.
Result<Bytes> octets_of(const std::filesystem::path& file, std::size_t bytes_max);

}  // namespace hub::folder
