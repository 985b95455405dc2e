#include "hub/contents/file.hpp"

#include "hub/core/disk_full.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace hub::contents {

File::File(File&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}

File& File::operator=(File&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

File::~File() {
    if (fd_ >= 0)
        (void)::close(fd_);
}

Fault fault_of(int error) {
    const auto code = [&] {
        if (is_disk_full(error))
            return Errc::contents_full;
        switch (error) {
        // Of the disk or the folder as a whole, and somebody can mend it: not there, read-only, not ours, broken.
        case ENOENT:
        case ENOTDIR:
        case EROFS:
        case EACCES:
        case EPERM:
        case EIO:
        case ENODEV:
        case ENXIO:
        case ENOTCONN:
        case ESHUTDOWN:
        case ESTALE:
        case EUCLEAN: return Errc::folder_unusable;
        default: return Errc::internal;
        }
    }();
    return {code, "contents", std::strerror(error)};
}

Result<FileState> state_of(const File& file) {
    struct stat found {};
    if (::fstat(file.fd(), &found) != 0)
        return fault_of(errno);
    return FileState{static_cast<std::uint64_t>(found.st_size),
                     std::int64_t{found.st_mtim.tv_sec} * 1'000'000'000 + found.st_mtim.tv_nsec};
}

Result<void> write_at(const File& file, std::uint64_t offset, BytesView octets) {
    while (!octets.empty()) {
        const auto count = ::pwrite(file.fd(), octets.data(), octets.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return fault_of(count < 0 ? errno : EIO);
        octets.remove_prefix(static_cast<std::size_t>(count));
        offset += static_cast<std::uint64_t>(count);
    }
    return {};
}

Result<std::size_t> read_at(const File& file, std::uint64_t offset, char* to, std::size_t count) {
    std::size_t got = 0;
    while (got < count) {
        const auto now = ::pread(file.fd(), to + got, count - got, static_cast<off_t>(offset + got));
        if (now < 0 && errno == EINTR)
            continue;
        if (now < 0)
            return fault_of(errno);
        if (now == 0)
            break;
        got += static_cast<std::size_t>(now);
    }
    return got;
}

Result<void> make_folder(const std::filesystem::path& folder) {
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return fault_of(errno);
    return {};
}

Result<void> sync_folder(const std::filesystem::path& folder) {
    const File opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!opened || ::fsync(opened.fd()) != 0)
        return fault_of(errno);
    return {};
}

Result<void> move_file(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0)
        return {};
    if (errno != EINVAL)
        return fault_of(errno);
    // A file system that cannot promise it. The name is random: nothing stands there.
    if (::rename(from.c_str(), to.c_str()) != 0)
        return fault_of(errno);
    return {};
}

std::int64_t unix_ns_now() {
    timespec now{};
    (void)::clock_gettime(CLOCK_REALTIME, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace hub::contents
