#include "adapters/edxml/spool.hpp"

#include "hub/core/disk_full.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace hub::edxml {
namespace {

Fault fault_of(int error) {
    const bool is_full = is_disk_full(error);
    return {is_full ? Errc::ledger_full : Errc::internal, "spool", std::strerror(error)};
}

/// -1 and errno when it fails.
int create_nameless(const std::filesystem::path& folder) {
    const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    // A file system without O_TMPFILE: the name lives for a moment only.
    std::string name = (folder / ".content-XXXXXX").string();
    const int named = ::mkostemp(name.data(), O_CLOEXEC);
    if (named >= 0)
        (void)::unlink(name.c_str());
    return named;
}

}  // namespace

Result<void> Spool::add(BytesView piece) {
    const bool is_for_disk = place_ && size_ + piece.size() > place_->memory_bytes_max;
    if (is_for_disk && !is_on_disk_) {
        if (auto created = create(); !created)
            return created;
        is_on_disk_ = true;
        if (auto written = write(memory_); !written)
            return written;
        memory_ = {};
    }
    size_ += piece.size();
    if (is_on_disk_)
        return write(piece);
    memory_ += piece;
    return {};
}

Result<void> Spool::clear() {
    memory_.clear();
    size_ = 0;
    if (std::exchange(is_on_disk_, false)
        && (::ftruncate(::fileno(file_.get()), 0) != 0 || ::lseek(::fileno(file_.get()), 0, SEEK_SET) != 0))
        return fault_of(errno);
    return {};
}

std::optional<BytesView> Spool::in_memory() const noexcept {
    return is_on_disk_ ? std::nullopt : std::optional<BytesView>{memory_};
}

Result<Bytes> Spool::read(std::uint64_t offset, std::size_t size) const {
    if (offset > size_)
        return Bytes{};
    size = static_cast<std::size_t>(std::min<std::uint64_t>(size, size_ - offset));
    if (!is_on_disk_)
        return memory_.substr(static_cast<std::size_t>(offset), size);
    Bytes out(size, '\0');
    for (std::size_t at = 0; at < size;) {
        const auto got = ::pread(::fileno(file_.get()), out.data() + at, size - at, static_cast<off_t>(offset + at));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return fault_of(got < 0 ? errno : EIO);
        at += static_cast<std::size_t>(got);
    }
    return out;
}

Result<std::unique_ptr<std::FILE, Spool::Close>> Spool::open() const {
    const int fd = ::fcntl(::fileno(file_.get()), F_DUPFD_CLOEXEC, 0);
    if (fd < 0)
        return fault_of(errno);
    std::unique_ptr<std::FILE, Close> handle{::fdopen(fd, "rb")};
    if (!handle) {
        const int error = errno;
        (void)::close(fd);
        return fault_of(error);
    }
    std::rewind(handle.get());
    return handle;
}

Result<void> Spool::create() {
    if (file_)
        return {};
    const int fd = create_nameless(place_->folder);
    if (fd < 0)
        return fault_of(errno);
    file_.reset(::fdopen(fd, "w+b"));
    if (file_)
        return {};
    const int error = errno;
    (void)::close(fd);
    return fault_of(error);
}

/// Past the buffer of stdio: a full disk must show here and not at some later time.
Result<void> Spool::write(BytesView piece) {
    while (!piece.empty()) {
        const auto written = ::write(::fileno(file_.get()), piece.data(), piece.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return fault_of(errno);
        piece.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace hub::edxml
