#pragma once
// What an errno says of the room on a disk.

#include <cerrno>

namespace hub {

/// No room is left for this user, or for this file: room that is made, or a limit that is raised, mends it.
constexpr bool is_disk_full(int error) noexcept {
    return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

}  // namespace hub
