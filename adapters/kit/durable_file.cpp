#include "adapters/kit/durable_file.hpp"

#include "hub/core/disk_full.hpp"
#include "hub/core/start_fault.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace hub::kit {
namespace {

class File {
public:
    File(const std::filesystem::path& path, int flags, Readers readers = Readers::owner)
        : fd_{::open(path.c_str(), flags | O_CLOEXEC, static_cast<mode_t>(readers))} {}
    ~File() {
        if (fd_ >= 0)
            (void)::close(fd_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    int fd() const noexcept { return fd_; }

private:
    int fd_;
};

/// Hidden, so that nobody who watches the folder takes it for a finished file.
std::filesystem::path unfinished(const std::filesystem::path& path) {
    return path.parent_path() / ("." + path.filename().string() + ".tmp");
}

/// 0, or what is wrong.
int write_all(const File& file, BytesView octets) {
    while (!octets.empty()) {
        const auto written = ::write(file.fd(), octets.data(), octets.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno;
        octets.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

Result<void> sync_file_system(const std::filesystem::path& folder) {
    const File file{folder, O_RDONLY | O_DIRECTORY};
    if (file.fd() < 0 || ::syncfs(file.fd()) != 0)
        return file_fault(errno, folder);
    return {};
}

}  // namespace

Fault file_fault(int error, const std::filesystem::path& path) {
    const bool is_full = is_disk_full(error);
    return {is_full ? Errc::ledger_full : Errc::folder_unusable, path.string(), std::strerror(error)};
}

Fault file_fault_at_start(int error, const std::filesystem::path& path) {
    return is_mistake_of_settings(error) ? Fault{Errc::setting_invalid, path.string(), std::strerror(error)}
                                         : file_fault(error, path);
}

Fault looked_for(int error, const std::filesystem::path& path) {
    Fault fault = file_fault(error, path);
    if (error == ENOENT)
        fault.code = Errc::not_found;
    return fault;
}

Result<void> sync_folder(const std::filesystem::path& folder) {
    const File file{folder, O_RDONLY | O_DIRECTORY};
    if (file.fd() < 0 || ::fsync(file.fd()) != 0)
        return file_fault(errno, folder);
    return {};
}

Result<void> write_durably(const std::filesystem::path& path, BytesView octets, Readers readers) {
    const auto temporary = unfinished(path);
    const auto fail = [&](int error) {
        (void)::unlink(temporary.c_str());
        return file_fault(error, path);
    };
    {
        const File file{temporary, O_WRONLY | O_CREAT | O_TRUNC, readers};
        if (file.fd() < 0)
            return file_fault(errno, path);
        if (const int error = write_all(file, octets))
            return fail(error);
        if (::fsync(file.fd()) != 0)
            return fail(errno);
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0)
        return fail(errno);
    return sync_folder(path.parent_path());
}

DurableBatch::~DurableBatch() {
    for (const auto& path : paths_)
        (void)::unlink(unfinished(path).c_str());
}

Result<void> DurableBatch::add(const std::filesystem::path& path, BytesView octets) {
    paths_.insert(path);
    const File file{unfinished(path), O_WRONLY | O_CREAT | O_TRUNC, readers_};
    const int error = file.fd() < 0 ? errno : write_all(file, octets);
    return error ? Result<void>{file_fault(error, path)} : Result<void>{};
}

Result<void> DurableBatch::commit() {
    if (paths_.empty())
        return {};
    if (auto synced = sync_written(); !synced)
        return synced;
    for (const auto& path : paths_)
        if (::rename(unfinished(path).c_str(), path.c_str()) != 0)
            return file_fault(errno, path);
    if (auto synced = sync_renamed(); !synced)
        return synced;
    paths_.clear();
    return {};
}

Result<void> DurableBatch::sync_written() const {
    if (paths_.size() > few)
        return sync_file_system(paths_.begin()->parent_path());
    for (const auto& path : paths_) {
        const File file{unfinished(path), O_RDONLY};
        if (file.fd() < 0 || ::fsync(file.fd()) != 0)
            return file_fault(errno, path);
    }
    return {};
}

Result<void> DurableBatch::sync_renamed() const {
    if (paths_.size() > few)
        return sync_file_system(paths_.begin()->parent_path());
    std::set<std::filesystem::path> folders;
    for (const auto& path : paths_)
        folders.insert(path.parent_path());
    for (const auto& folder : folders)
        if (auto synced = sync_folder(folder); !synced)
            return synced;
    return {};
}

Result<void> move_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) {
        const int error = errno;
        // The same error says that the folder to move to is not there.
        return ::access(from.c_str(), F_OK) == 0 ? file_fault(error, to) : looked_for(error, from);
    }
    if (auto synced = sync_folder(to.parent_path()); !synced)
        return synced;
    return sync_folder(from.parent_path());
}

Result<void> link_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (::unlink(to.c_str()) != 0 && errno != ENOENT)
        return file_fault(errno, to);
    if (::link(from.c_str(), to.c_str()) != 0) {
        const int error = errno;
        return ::access(from.c_str(), F_OK) == 0 ? file_fault(error, to) : looked_for(error, from);
    }
    return sync_folder(to.parent_path());
}

Result<Bytes> read_whole(const std::filesystem::path& path, std::size_t bytes_max) {
    const File file{path, O_RDONLY};
    if (file.fd() < 0)
        return looked_for(errno, path);
    Bytes octets;
    char block[65536];
    for (;;) {
        const auto got = ::read(file.fd(), block, sizeof block);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return file_fault(errno, path);
        if (got == 0)
            return octets;
        octets.append(block, static_cast<std::size_t>(got));
        if (octets.size() > bytes_max)
            return Fault{Errc::packet_too_large, path.string(), std::to_string(bytes_max)};
    }
}

}  // namespace hub::kit
