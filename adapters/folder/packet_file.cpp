#include "adapters/folder/packet_file.hpp"

#include "adapters/kit/durable_file.hpp"

#include <sys/stat.h>

#include <cerrno>

namespace hub::folder {

Result<FileIdentity> identity_of(const std::filesystem::path& file) {
    struct stat status{};
    if (::stat(file.c_str(), &status) != 0)
        return kit::looked_for(errno, file);
    return FileIdentity{status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size),
                        status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

Result<Bytes> octets_of(const std::filesystem::path& file, std::size_t bytes_max) {
    auto octets = kit::read_whole(file, bytes_max);
    if (!octets && octets.error().code == Errc::packet_too_large)
        return Fault{Errc::packet_too_large, "packet", octets.error().peer_text};
    return octets;
}

}  // namespace hub::folder
