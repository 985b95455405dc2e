#include "hub/ledger/segments.hpp"

#include "hub/core/disk_full.hpp"
#include "hub/core/limits.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace hub::ledger {
namespace {

/// Asked from the disk at a time: a full disk shows here, and syncing need not write the file's size each time.
constexpr std::uint64_t reserve_bytes = 8 * 1024 * 1024;

std::filesystem::path path_of(const std::filesystem::path& folder, std::uint64_t segment) {
    char name[32];
    std::snprintf(name, sizeof name, "%08llu.seg", static_cast<unsigned long long>(segment));
    return folder / name;
}

Fault fault_of(int error, std::string_view field) {
    const bool is_full = is_disk_full(error);
    return {is_full ? Errc::ledger_full : Errc::ledger_sync_failed, std::string{field}, std::strerror(error)};
}

Result<void> sync_folder(const std::filesystem::path& folder) {
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool is_good = fd >= 0 && ::fsync(fd) == 0;
    const int error = errno;
    if (fd >= 0)
        (void)::close(fd);
    if (!is_good)
        return Fault{Errc::ledger_sync_failed, "segments", std::strerror(error)};
    return {};
}

}  // namespace

std::uint32_t checksum_of(BytesView octets) noexcept {
    return static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const unsigned char*>(octets.data()), octets.size()));
}

SegmentWriter::~SegmentWriter() {
    if (fd_ >= 0)
        (void)::close(fd_);
}

Result<void> SegmentWriter::open(std::uint64_t segment) {
    if (auto synced = sync(); !synced)
        return synced;
    const int fd = ::open(path_of(folder_, segment).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return fault_of(errno, "segments");
    if (fd_ >= 0)
        (void)::close(fd_);
    fd_ = fd;
    segment_ = segment;
    reserved_ = 0;
    return sync_folder(folder_);
}

Result<Place> SegmentWriter::append(BytesView frame) {
    std::uint64_t position = end_;
    const std::uint64_t offset_now = position % limits::segment_bytes_max;
    if (offset_now + frame.size() > limits::segment_bytes_max)
        position += limits::segment_bytes_max - offset_now;
    const std::uint64_t segment = position / limits::segment_bytes_max;
    const std::uint64_t offset = position % limits::segment_bytes_max;
    if (segment != segment_)
        if (auto opened = open(segment); !opened)
            return opened.error();
    if (offset + frame.size() > reserved_) {
        const std::uint64_t wanted = std::min<std::uint64_t>(
            limits::segment_bytes_max, (offset + frame.size() + reserve_bytes) / reserve_bytes * reserve_bytes);
        // From here on only: what was given back before stays given back.
        const auto more = static_cast<off_t>(wanted - offset);
        if (const int error = ::posix_fallocate(fd_, static_cast<off_t>(offset), more); error != 0)
            return fault_of(error, "segments");
        reserved_ = wanted;
    }
    std::size_t written = 0;
    while (written < frame.size()) {
        const auto count = ::pwrite(fd_, frame.data() + written, frame.size() - written,
                                    static_cast<off_t>(offset + written));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return fault_of(errno, "segments");
        written += static_cast<std::size_t>(count);
    }
    is_dirty_ = true;
    end_ = position + frame.size();
    return Place{position, static_cast<std::uint32_t>(frame.size()), checksum_of(frame)};
}

void SegmentWriter::give_back(std::uint64_t position, std::uint64_t bytes) {
    while (bytes > 0) {
        const std::uint64_t offset = position % limits::segment_bytes_max;
        const std::uint64_t here = std::min(bytes, limits::segment_bytes_max - offset);
        const int fd = ::open(path_of(folder_, position / limits::segment_bytes_max).c_str(), O_RDWR | O_CLOEXEC);
        if (fd >= 0) {
            (void)::fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                              static_cast<off_t>(here));
            (void)::close(fd);
        }
        position += here;
        bytes -= here;
    }
}

Result<void> SegmentWriter::sync() {
    if (!is_dirty_)
        return {};
    if (::fdatasync(fd_) != 0)
        return Fault{Errc::ledger_sync_failed, "segments", std::strerror(errno)};
    is_dirty_ = false;
    return {};
}

SegmentReader::~SegmentReader() {
    if (fd_ >= 0)
        (void)::close(fd_);
}

Result<std::shared_ptr<const Bytes>> SegmentReader::read(const Place& place) {
    const std::uint64_t segment = place.position / limits::segment_bytes_max;
    const std::string name = path_of({}, segment).string();
    const Fault damaged{Errc::ledger_corrupt, "segments", name};
    // Of one document: the others go on, and its operator is told that it may be whole.
    const auto unreadable = [&](int error) {
        return Fault{Errc::ledger_corrupt, "segments", name + ": " + std::strerror(error)};
    };
    if (segment != segment_) {
        if (fd_ >= 0)
            (void)::close(fd_);
        fd_ = ::open(path_of(folder_, segment).c_str(), O_RDONLY | O_CLOEXEC);
        segment_ = fd_ < 0 ? UINT64_MAX : segment;
        if (fd_ < 0)
            return unreadable(errno);
    }
    auto frame = std::make_shared<Bytes>(place.bytes, '\0');
    std::size_t got = 0;
    while (got < frame->size()) {
        const auto count = ::pread(fd_, frame->data() + got, frame->size() - got,
                                   static_cast<off_t>(place.position % limits::segment_bytes_max + got));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return unreadable(errno);
        if (count == 0)
            return damaged;
        got += static_cast<std::size_t>(count);
    }
    if (checksum_of(*frame) != place.checksum)
        return damaged;
    return std::shared_ptr<const Bytes>{std::move(frame)};
}

}  // namespace hub::ledger
