#include "adapters/kit/block_file.hpp"

#include "adapters/kit/durable_file.hpp"
#include "hub/core/running_digest.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

namespace hub::kit {

Result<BlockFile> BlockFile::open_to_read(const std::filesystem::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return looked_for(errno, path);
    (void)::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
    return BlockFile{path, fd};
}

Result<BlockFile> BlockFile::open_to_write(const std::filesystem::path& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return file_fault(errno, path);
    return BlockFile{path, fd};
}

BlockFile::~BlockFile() {
    if (fd_ >= 0)
        (void)::close(fd_);
}

Result<std::uint64_t> BlockFile::bytes() const {
    struct stat status{};
    if (::fstat(fd_, &status) != 0)
        return file_fault(errno, path_);
    return static_cast<std::uint64_t>(status.st_size);
}

Result<void> BlockFile::seek(std::uint64_t offset) {
    if (::lseek(fd_, static_cast<off_t>(offset), SEEK_SET) < 0)
        return file_fault(errno, path_);
    return {};
}

Result<std::size_t> BlockFile::read(std::span<char> block) {
    std::size_t filled = 0;
    while (filled < block.size()) {
        const auto got = ::read(fd_, block.data() + filled, block.size() - filled);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return file_fault(errno, path_);
        if (got == 0)
            break;
        filled += static_cast<std::size_t>(got);
    }
    return filled;
}

Result<void> BlockFile::write(BytesView octets) {
    while (!octets.empty()) {
        const auto written = ::write(fd_, octets.data(), octets.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return file_fault(errno, path_);
        octets.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> BlockFile::clear() {
    if (::ftruncate(fd_, 0) != 0)
        return file_fault(errno, path_);
    return seek(0);
}

Result<void> BlockFile::sync() {
    if (::fsync(fd_) != 0)
        return file_fault(errno, path_);
    return {};
}

Result<Measure> measure(const std::filesystem::path& path, const std::function<void()>& between_blocks) {
    auto file = BlockFile::open_to_read(path);
    if (!file)
        return file.error();
    RunningDigest digest;
    Measure measured;
    std::vector<char> block(block_bytes);
    for (;;) {
        const auto got = file->read(block);
        if (!got)
            return got.error();
        digest.add({block.data(), *got});
        measured.bytes += *got;
        if (*got < block.size())
            break;
        if (between_blocks)
            between_blocks();
    }
    measured.digest = digest.finish();
    return measured;
}

}  // namespace hub::kit
