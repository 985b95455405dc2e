#include "hub/contents/file_upload.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace hub::contents {
namespace {

/// Dirty pages are given to the disk in pieces of this size while the upload runs: the sync at the end is
/// short, and one large upload does not fill the machine's memory with them.
constexpr std::uint64_t write_back_bytes = 4 * 1024 * 1024;

/// Out of 2^63, so that a number is never met twice. 0 is left out: it looks like none.
Result<CopyId> random_copy() {
    for (;;) {
        std::uint64_t number = 0;
        if (::getrandom(&number, sizeof number, 0) != static_cast<ssize_t>(sizeof number)) {
            if (errno == EINTR)
                continue;
            return fault_of(errno);
        }
        number >>= 1;
        if (number != 0)
            return CopyId{number};
    }
}

}  // namespace

Result<std::unique_ptr<ContentStore::Upload>> FileUpload::begin(Folder& folder, const UploadKey& key,
                                                                std::uint64_t offset, std::uint64_t total,
                                                                const ContentStore::Paid& paid) {
    // What is written into the place of a disk that is away would be hidden when it comes back.
    if (auto there = folder.is_there(); !there)
        return there.error();
    auto begun = folder.book.begin(key, offset, total, paid);
    if (!begun)
        return begun.error();
    std::unique_ptr<FileUpload> upload{new FileUpload{folder, key, total}};
    const auto ready =
        offset == 0 ? upload->begin_anew(begun->dropped) : upload->go_on(offset, std::move(begun->digest));
    if (!ready)
        return ready.error();
    folder.step("upload.begun");
    return std::unique_ptr<ContentStore::Upload>{std::move(upload)};
}

FileUpload::~FileUpload() {
    if (is_over_)
        return;
    if (digested_ < offset_)
        digest_.reset();
    folder_.book.paused(key_, offset_, std::move(digest_));
}

Result<void> FileUpload::begin_anew(const std::optional<ContentStore::Progress>& dropped) {
    if (dropped)
        (void)::unlink(folder_.upload_path(key_, dropped->total).c_str());
    // With all that was begun before it, or each would keep the other from its end.
    auto good = folder_.has_room(folder_.book.remaining());
    if (good)
        good = make_folder(folder_.uploads_of(key_.agency));
    if (good) {
        file_ = File{::open(path_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)};
        if (!file_)
            good = fault_of(errno);
    }
    if (!good) {
        drop();
        return good;
    }
    digest_.emplace();
    return {};
}

Result<void> FileUpload::go_on(std::uint64_t offset, std::optional<RunningDigest> digest) {
    offset_ = offset;
    file_ = File{::open(path_.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)};
    if (!file_ && errno != ENOENT)
        return fault_of(errno);
    const auto state = file_ ? state_of(file_) : Result<FileState>{FileState{}};
    if (!state)
        return state.error();
    if (state->bytes != offset) {
        // Somebody else was at the folder. What the file says is true.
        offset_ = std::min(state->bytes, total_);
        if (!file_)
            drop();
        return Fault{Errc::upload_offset_wrong, "Upload-Offset", {}};
    }
    written_back_ = offset;
    digested_ = digest ? offset : 0;
    digest_ = digest ? std::move(*digest) : RunningDigest{};
    return folder_.has_room(total_ - offset_);
}

Result<bool> FileUpload::catch_up() {
    constexpr std::uint64_t piece_bytes = 16 * 1024 * 1024;
    Bytes block(std::min<std::uint64_t>(block_bytes, offset_ - digested_), '\0');
    for (const std::uint64_t until = std::min(offset_, digested_ + piece_bytes); digested_ < until;) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), until - digested_));
        const auto got = read_at(file_, digested_, block.data(), wanted);
        if (!got)
            return got.error();
        if (*got == 0)
            return fault_of(EIO);
        digest_->add(BytesView{block}.substr(0, *got));
        digested_ += *got;
    }
    return digested_ < offset_;
}

Result<void> FileUpload::catch_up_whole() {
    while (digested_ < offset_)
        if (auto more = catch_up(); !more)
            return more.error();
    return {};
}

Result<void> FileUpload::append(BytesView octets) {
    if (octets.size() > total_ - offset_)
        return Fault{Errc::part_too_large, "Content-Length", {}};
    auto good = catch_up_whole();
    if (!good)
        return good;
    good = write_at(file_, offset_, octets);
    if (!good) {
        // A part of it may have been written: the file must end where the digest ends.
        if (::ftruncate(file_.fd(), static_cast<off_t>(offset_)) != 0)
            drop();
        return good;
    }
    digest_->add(octets);
    offset_ += octets.size();
    digested_ = offset_;
    folder_.book.grown(key_, offset_);
    folder_.step("upload.appended");
    return write_back();
}

Result<void> FileUpload::write_back() {
    if (offset_ - written_back_ < write_back_bytes)
        return {};
    // Best effort, where the file system can. Waiting for the piece before bounds what is dirty.
    const auto size = static_cast<off_t>(offset_ - written_back_);
    (void)::sync_file_range(file_.fd(), static_cast<off_t>(written_back_), size, SYNC_FILE_RANGE_WRITE);
    if (written_back_ >= write_back_bytes)
        (void)::sync_file_range(file_.fd(), static_cast<off_t>(written_back_ - write_back_bytes),
                                static_cast<off_t>(write_back_bytes),
                                SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
                                    SYNC_FILE_RANGE_WAIT_AFTER);
    written_back_ = offset_;
    return folder_.has_room(total_ - offset_);
}

Result<CopyId> FileUpload::finish() {
    if (offset_ != total_)
        return Fault{Errc::upload_offset_wrong, "Upload-Offset", {}};
    if (auto caught_up = catch_up_whole(); !caught_up)
        return caught_up.error();
    if (digest_->finish() != key_.digest) {
        drop();
        return Fault{Errc::part_digest_mismatch, {}, {}};
    }
    digest_.reset();
    folder_.step("finish.verified");
    // By its time a sweep knows that it is of this process, even when its octets came in an earlier one.
    // Not before it was opened, should the clock have been set back.
    const std::int64_t now = std::max(folder_.unix_ns(), folder_.opened_unix_ns);
    const timespec when{now / 1'000'000'000, now % 1'000'000'000};
    const timespec times[2] = {when, when};
    if (::futimens(file_.fd(), times) != 0 || ::fsync(file_.fd()) != 0) {
        // After a failed sync nobody knows what the file holds: it must be put again.
        const Fault fault = fault_of(errno);
        drop();
        return fault;
    }
    folder_.step("finish.synced");
    return place();
}

Result<CopyId> FileUpload::place() {
    // Up to the renaming a fault drops nothing: with an empty body the caller can try the end again.
    const auto copies = folder_.copies_of(key_.digest);
    const auto copy = random_copy();
    auto good = copy ? folder_.is_there() : Result<void>{copy.error()};
    if (good)
        good = folder_.make_copies_folder(key_.digest);
    if (!good)
        return good.error();
    const auto at = folder_.copy_path(key_.digest, *copy);
    if (auto moved = move_file(path_, at); !moved)
        return moved.error();
    folder_.step("finish.renamed");
    good = sync_folder(copies);
    if (good)
        good = sync_folder(folder_.uploads_of(key_.agency));
    if (!good) {
        (void)::unlink(at.c_str());
        drop();
        return good.error();
    }
    folder_.book.finished(key_);
    is_over_ = true;
    folder_.step("finish.done");
    return *copy;
}

void FileUpload::drop() {
    (void)::unlink(path_.c_str());
    folder_.book.dropped(key_);
    is_over_ = true;
}

}  // namespace hub::contents
