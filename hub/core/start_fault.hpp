#pragma once
// What an errno means for a file or a folder that the settings name, when a program starts.

#include "hub/core/disk_full.hpp"
#include "hub/core/fault.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace hub {

/// An edit of the settings, or of the rights of what they name, mends it. All else is the disk's or the machine's, and
/// may be over at the next try.
constexpr bool is_mistake_of_settings(int error) noexcept {
    switch (error) {
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case EEXIST:
    case EACCES:
    case EPERM:
    case ELOOP:
    case ENAMETOOLONG:
    case EINVAL: return true;
    default: return false;
    }
}

/// setting_invalid, `full` for want of room, or folder_unusable.
inline Fault fault_at_start(int error, Errc full, std::string field, const std::filesystem::path& path) {
    const bool is_full = is_disk_full(error);
    const Errc code = is_mistake_of_settings(error) ? Errc::setting_invalid : is_full ? full : Errc::folder_unusable;
    return {code, std::move(field), path.string() + ": " + std::strerror(error)};
}

}  // namespace hub
