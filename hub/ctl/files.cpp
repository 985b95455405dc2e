#include "hub/ctl/files.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hub::ctl {
namespace {

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_{fd} {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0)
            ::close(fd_);
    }
    int get() const noexcept { return fd_; }
    bool close() noexcept { return ::close(std::exchange(fd_, -1)) == 0; }

private:
    int fd_;
};

Problem trouble(Both title, const std::filesystem::path& path, int error, Lang lang) {
    const Both remedy =
        error == ENOSPC   ? Both{"Giải phóng dung lượng đĩa rồi chạy lại.", "Free disk space, then run it again."}
        : error == EACCES || error == EPERM || error == EROFS
            ? Both{"Kiểm tra quyền của tài khoản đang chạy lệnh đối với tệp và thư mục này.",
                   "Check what this account may do with the file and its folder."}
        : error == EEXIST ? Both{"Dùng --force để ghi đè, hoặc chọn thư mục khác.",
                                 "Use --force to overwrite, or choose another folder."}
        : error == ENOENT ? Both{"Kiểm tra lại đường dẫn.", "Check the path."}
                          : Both{"Kiểm tra đường dẫn và ổ đĩa.", "Check the path and the disk."};
    return {Exit::failed, error == EEXIST ? "file_exists" : error == ENOENT ? "file_not_found" : "file_unusable",
            std::string{title.in(lang)}, std::string{remedy.in(lang)}, path.string(), std::strerror(error)};
}

bool write_all(int fd, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

/// A new name must survive a power cut as well as the bytes.
bool sync_folder(const std::filesystem::path& folder) {
    const Descriptor fd{::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return fd.get() >= 0 && ::fsync(fd.get()) == 0;
}

}  // namespace

struct NewFile::State {
    const std::filesystem::path path, temporary;        ///< The latter empty: it has no name until it is in place.
    const Overwrite overwrite;
    const Lang lang;
    Descriptor fd;
    bool is_in_place = false;

    Problem trouble(int error) const {
        return ctl::trouble({"Không ghi được tệp", "Cannot write the file"}, path, error, lang);
    }
};

NewFile::NewFile(std::unique_ptr<State> state) : state_{std::move(state)} {}

NewFile::~NewFile() {
    if (!state_->is_in_place && !state_->temporary.empty())
        ::unlink(state_->temporary.c_str());
}

Outcome<std::unique_ptr<NewFile>> NewFile::begin(const std::filesystem::path& path, mode_t mode, Overwrite overwrite,
                                                 Lang lang) {
    const auto temporary = path.parent_path() / ("." + path.filename().string() + "." + std::to_string(::getpid()) + ".tmp");
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path{"."};
    // Without a name nothing is left of it, however this process ends. Not every file system can, and none replaces.
    const int nameless =
        overwrite == Overwrite::no ? ::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode) : -1;
    const int fd = nameless >= 0
                       ? nameless
                       : ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
    auto state = std::unique_ptr<State>{new State{
        path, nameless >= 0 ? std::filesystem::path{} : temporary, overwrite, lang, Descriptor{fd}}};
    if (state->fd.get() < 0)
        return state->trouble(errno);
    std::unique_ptr<NewFile> file{new NewFile{std::move(state)}};
    struct stat there {};
    const bool is_there = ::lstat(path.c_str(), &there) == 0;
    if (is_there && overwrite == Overwrite::no)
        return file->state_->trouble(EEXIST);
    // A device is not to become a file.
    if (is_there && !S_ISREG(there.st_mode) && !S_ISLNK(there.st_mode))
        return file->state_->trouble(S_ISDIR(there.st_mode) ? EISDIR : EINVAL);
    if (::fchmod(file->state_->fd.get(), mode) != 0)
        return file->state_->trouble(errno);
    return file;
}

Outcome<void> NewFile::append(std::string_view octets) {
    if (!write_all(state_->fd.get(), octets))
        return state_->trouble(errno);
    return {};
}

Outcome<void> NewFile::finish() {
    State& s = *state_;
    if (::fsync(s.fd.get()) != 0)
        return s.trouble(errno);
    const std::string nameless = "/proc/self/fd/" + std::to_string(s.fd.get());
    if (s.temporary.empty() && ::linkat(AT_FDCWD, nameless.c_str(), AT_FDCWD, s.path.c_str(), AT_SYMLINK_FOLLOW) != 0)
        return s.trouble(errno);
    if (!s.fd.close())
        return s.trouble(errno);
    if (s.temporary.empty()) {
        s.is_in_place = true;
    } else if (s.overwrite == Overwrite::yes) {
        if (::rename(s.temporary.c_str(), s.path.c_str()) != 0)
            return s.trouble(errno);
    } else {
        // rename() would replace a file that appeared meanwhile; link() refuses.
        if (::link(s.temporary.c_str(), s.path.c_str()) != 0)
            return s.trouble(errno);
        ::unlink(s.temporary.c_str());
    }
    s.is_in_place = true;
    if (!sync_folder(s.path.parent_path()))
        return s.trouble(errno);
    return {};
}

Outcome<void> write_file(const std::filesystem::path& path, std::string_view content, mode_t mode,
                         Overwrite overwrite, Lang lang) {
    const auto file = NewFile::begin(path, mode, overwrite, lang);
    if (!file)
        return file.error();
    if (auto written = (*file)->append(content); !written)
        return written;
    return (*file)->finish();
}

namespace {

constexpr Both not_read{"Không đọc được tệp", "Cannot read the file"};

/// Calls `take` with one piece after the other, until it fails.
Outcome<void> read_pieces(const Descriptor& fd, const std::filesystem::path& path, Lang lang,
                          const std::function<Outcome<void>(std::string_view)>& take) {
    constexpr Both title = not_read;
    if (fd.get() < 0)
        return trouble(title, path, errno, lang);
    std::array<char, std::size_t{64} * 1024> buffer;
    for (;;) {
        const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return trouble(title, path, errno, lang);
        if (got == 0)
            return {};
        if (auto taken = take({buffer.data(), static_cast<std::size_t>(got)}); !taken)
            return taken;
    }
}

Problem not_to_copy(Both title, Both remedy, const std::filesystem::path& path, Lang lang) {
    return {Exit::failed, "file_unusable", std::string{title.in(lang)}, std::string{remedy.in(lang)}, path.string(), {}};
}

Problem too_large(const std::filesystem::path& path, std::uint64_t bytes_max, Lang lang) {
    Problem problem = not_to_copy({"Tệp quá lớn", "The file is too large"},
                                  {"Tách nhỏ tệp rồi gửi lại.", "Split it, then send again."}, path, lang);
    problem.detail = (lang == Lang::vi ? "tối đa (byte): " : "bytes at most: ") + std::to_string(bytes_max);
    return problem;
}

}  // namespace

Outcome<void> copy_file(const std::filesystem::path& from, const std::filesystem::path& path, mode_t mode,
                        Overwrite overwrite, std::uint64_t bytes_max, Lang lang) {
    // A pipe that nobody writes to is opened at once, and told.
    const Descriptor fd{::open(from.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    struct stat found {};
    if (fd.get() < 0 || ::fstat(fd.get(), &found) != 0)
        return trouble(not_read, from, errno, lang);
    if (!S_ISREG(found.st_mode))
        return not_to_copy({"Không phải là tệp thường", "This is no regular file"},
                           {"Ghi nội dung ra một tệp trên đĩa rồi chạy lại với tệp đó.",
                            "Write what it holds to a file on a disk, then run it again with that file."},
                           from, lang);
    if (static_cast<std::uint64_t>(found.st_size) > bytes_max)
        return too_large(from, bytes_max, lang);
    const auto file = NewFile::begin(path, mode, overwrite, lang);
    if (!file)
        return file.error();
    std::uint64_t bytes = 0;
    const auto copied = read_pieces(fd, from, lang, [&](std::string_view piece) -> Outcome<void> {
        bytes += piece.size();
        return bytes > bytes_max ? Outcome<void>{too_large(from, bytes_max, lang)} : (*file)->append(piece);
    });
    return copied ? (*file)->finish() : copied;
}

Outcome<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max, Lang lang) {
    std::string content;
    const Descriptor fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    const auto read = read_pieces(fd, path, lang, [&](std::string_view piece) -> Outcome<void> {
        content += piece;
        if (content.size() > bytes_max)
            return trouble(not_read, path, EFBIG, lang);
        return {};
    });
    if (!read)
        return read.error();
    return content;
}

Outcome<void> make_folder(const std::filesystem::path& path, Lang lang) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error)
        return trouble({"Không tạo được thư mục", "Cannot make the folder"}, path, error.value(), lang);
    return {};
}

Outcome<std::filesystem::path> find_folder(const std::filesystem::path& path, Lang lang) {
    std::error_code error;
    auto found = std::filesystem::canonical(path, error);
    if (!error && !std::filesystem::is_directory(found, error) && !error)
        error = std::make_error_code(std::errc::not_a_directory);
    if (error)
        return trouble({"Không dùng được thư mục", "Cannot use the folder"}, path, error.value(), lang);
    return found;
}

}  // namespace hub::ctl
