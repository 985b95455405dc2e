#include "hub/contents/file_reader.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>

namespace hub::contents {
namespace {

Fault damaged(std::string_view why) { return {Errc::part_damaged, {}, std::string{why}}; }

}  // namespace

Fault FileReader::fault_of_copy(Folder& folder, int error) {
    const Fault fault = fault_of(error);
    // Want of descriptors or memory is the hub's own: the store would have no better answer.
    if (fault.code != Errc::folder_unusable)
        return fault;
    if (const auto usable = folder.probe(); !usable)
        return usable.error();
    const bool is_gone = error == EIO || error == EUCLEAN;
    return is_gone ? damaged(fault.peer_text) : Fault{Errc::internal, fault.field, fault.peer_text};
}

Result<std::unique_ptr<FileReader>> FileReader::open(Folder& folder, const ContentRecord& content) {
    const auto path = folder.copy_path(content.digest, content.copy);
    File file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
    if (!file && errno != ENOENT)
        return fault_of_copy(folder, errno);
    if (!file) {
        const auto there = folder.is_there();
        return there ? Fault{Errc::not_found, "contents", {}} : there.error();
    }
    const auto state = state_of(file);
    if (!state) {
        const auto usable = folder.probe();
        return usable ? damaged(state.error().peer_text) : usable.error();
    }
    if (state->bytes != content.bytes)
        return damaged("size");
    (void)::posix_fadvise(file.fd(), 0, 0, POSIX_FADV_SEQUENTIAL);
    return std::unique_ptr<FileReader>{new FileReader{folder, std::move(file), content}};
}

Result<std::size_t> FileReader::read_into(std::uint64_t offset, char* to, std::size_t count) {
    if (offset >= bytes_)
        return std::size_t{0};
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(count, bytes_ - offset));
    const auto got = read_at(file_, offset, to, wanted);
    // An I/O error is the disk's word that the copy is gone, if the disk works otherwise. So is a file that has become
    // shorter.
    if (!got) {
        const auto usable = folder_.probe();
        return usable ? damaged(got.error().peer_text) : usable.error();
    }
    if (*got != wanted)
        return damaged("size");
    if (offset == hashed_) {
        digest_.add({to, wanted});
        hashed_ += wanted;
        if (hashed_ == bytes_ && digest_.finish() != digest_wanted_)
            return damaged("digest");
    }
    return wanted;
}

Result<Bytes> FileReader::read(std::uint64_t offset, std::size_t count) {
    Bytes octets(offset < bytes_ ? std::min<std::uint64_t>(count, bytes_ - offset) : 0, '\0');
    if (octets.empty())
        return octets;
    const auto got = read_into(offset, octets.data(), octets.size());
    if (!got)
        return got.error();
    return octets;
}

void FileReader::go_on(const RunningDigest::State& state) {
    digest_ = RunningDigest{state};
    hashed_ = state.octets;
}

void FileReader::forget(std::uint64_t offset, std::uint64_t count) const noexcept {
    (void)::posix_fadvise(file_.fd(), static_cast<off_t>(offset), static_cast<off_t>(count),
                          POSIX_FADV_DONTNEED);
}

}  // namespace hub::contents
