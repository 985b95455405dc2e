#include "adapters/edxml/octet_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace hub::edxml {
namespace {

Fault fault_of(int error, const std::filesystem::path& path) {
    return {error == ENOENT ? Errc::not_found : Errc::internal, path.string(), std::strerror(error)};
}

}  // namespace

Result<std::size_t> MemorySource::read(char* to, std::size_t room) {
    const std::size_t size = left_.copy(to, room);
    left_.remove_prefix(size);
    return size;
}

FileSource::FileSource(FileSource&& other) noexcept
    : path_{std::move(other.path_)}, fd_{std::exchange(other.fd_, -1)}, size_{other.size_} {}

FileSource::~FileSource() {
    if (fd_ >= 0)
        (void)::close(fd_);
}

Result<FileSource> FileSource::open(const std::filesystem::path& path) {
    FileSource file{path, ::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (file.fd_ < 0)
        return fault_of(errno, path);
    struct stat found {};
    if (::fstat(file.fd_, &found) != 0)
        return fault_of(errno, path);
    file.size_ = static_cast<std::uint64_t>(std::max<off_t>(found.st_size, 0));
    (void)::posix_fadvise(file.fd_, 0, 0, POSIX_FADV_SEQUENTIAL);
    return file;
}

Result<std::size_t> FileSource::read(char* to, std::size_t room) {
    for (;;) {
        const auto got = ::read(fd_, to, room);
        if (got >= 0)
            return static_cast<std::size_t>(got);
        if (errno != EINTR)
            return fault_of(errno, path_);
    }
}

}  // namespace hub::edxml
