#pragma once
// Files that are either there in full or not at all.

#include "hub/ctl/outcome.hpp"

#include <cstddef>
#include <filesystem>

#include <sys/types.h>

namespace hub::ctl {

enum class Overwrite : unsigned char { no, yes };

/// Written beside its place under a dot name, synced, then renamed. The mode is exact, whatever the umask.
/// With Overwrite::no an existing file is a failure, also when it appears at the last moment.
Outcome<void> write_file(const std::filesystem::path& path, std::string_view content, mode_t mode,
                         Overwrite overwrite, Lang lang);

/// At most `bytes_max`; more is a failure.
Outcome<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max, Lang lang);

Outcome<void> make_folder(const std::filesystem::path& path, Lang lang);

/// As the system names it: no link, no dot, no slash at its end. A failure when it is not there.
Outcome<std::filesystem::path> find_folder(const std::filesystem::path& path, Lang lang);

}  // namespace hub::ctl
