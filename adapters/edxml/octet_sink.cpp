#include "adapters/edxml/octet_sink.hpp"

#include "hub/core/disk_full.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hub::edxml {
namespace {

Fault fault_of(int error, const std::filesystem::path& path) {
    const bool is_full = is_disk_full(error);
    return {is_full ? Errc::ledger_full : Errc::internal, path.string(), std::strerror(error)};
}

}  // namespace

Result<FileSink> FileSink::create(const std::filesystem::path& path) {
    FileSink sink{path};
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return fault_of(errno, path);
    sink.file_.reset(::fdopen(fd, "wb"));
    if (!sink.file_) {
        const int error = errno;
        (void)::close(fd);
        return fault_of(error, path);
    }
    return sink;
}

Result<void> FileSink::write(BytesView octets) {
    if (std::fwrite(octets.data(), 1, octets.size(), file_.get()) != octets.size())
        return fault_of(errno, path_);
    return {};
}

Result<void> FileSink::close() {
    if (std::fflush(file_.get()) != 0 || ::fsync(::fileno(file_.get())) != 0)
        return fault_of(errno, path_);
    file_.reset();
    return {};
}

}  // namespace hub::edxml
