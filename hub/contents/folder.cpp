#include "hub/contents/folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace hub::contents {
namespace {

constexpr std::size_t digest_digits = 64;

std::optional<FileName> parse_name(std::string_view name, int base) {
    if (name.size() < digest_digits + 2 || name[digest_digits] != '.')
        return std::nullopt;
    auto digest = Digest::parse(name.substr(0, digest_digits));
    const std::string_view digits = name.substr(digest_digits + 1);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
    if (!digest || error != std::errc{} || end != digits.data() + digits.size())
        return std::nullopt;
    return FileName{*digest, number};
}

Fault away(const char* why) { return {Errc::folder_unusable, "contents", why}; }

}  // namespace

Folder::Folder(const FileContentStore::Settings& given)
    : settings{given}, book{{.part_bytes_max = given.part_bytes_max,
                             .agency_bytes_max = given.agency_bytes_max,
                             .uploads_per_agency_max = given.uploads_per_agency_max,
                             .uploads_max = given.uploads_max}} {}

// An agency's code is letters, digits, '.', '-' and '_', and no group between dots is empty: it is never "."
// or
// "..", and never leaves the folder.
std::filesystem::path Folder::uploads_of(const AgencyCode& agency) const {
    return settings.folder / "uploads" / agency.text();
}

std::filesystem::path Folder::upload_path(const UploadKey& key, std::uint64_t total) const {
    return uploads_of(key.agency) / (key.digest.text() + "." + std::to_string(total));
}

std::filesystem::path Folder::copies_of(const Digest& digest) const {
    return settings.folder / digest.text().substr(0, 2);
}

std::filesystem::path Folder::copy_path(const Digest& digest, CopyId copy) const {
    char number[17];
    std::snprintf(number, sizeof number, "%016llx", static_cast<unsigned long long>(copy));
    return copies_of(digest) / (digest.text() + "." + number);
}

Result<void> Folder::is_there() {
    const std::lock_guard guard{presence};
    struct stat found {}, locked {};
    if (::stat(settings.folder.c_str(), &found) != 0 || ::fstat(lock.fd(), &locked) != 0)
        return away(std::strerror(errno));
    const bool is_locked_one = found.st_dev == locked.st_dev && found.st_ino == locked.st_ino;
    if (ledger_id.empty())
        return is_locked_one ? Result<void>{} : away("another folder is in its place");
    std::string noted;
    if (std::ifstream stream{settings.folder / "ledger"}; !(stream >> noted) || noted != ledger_id)
        return away("its file `ledger` is not there; is the disk mounted?");
    return is_locked_one ? Result<void>{} : take_again();
}

/// The same store under another number, as when its disk was taken out and put in again.
Result<void> Folder::take_again() {
    File again{::open(settings.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!again)
        return fault_of(errno);
    if (::flock(again.fd(), LOCK_EX | LOCK_NB) != 0)
        return away("another process has it");
    lock = std::move(again);
    for (auto& is_durable : is_durable_)
        is_durable = false;
    return {};
}

Result<void> Folder::probe() {
    if (auto there = is_there(); !there)
        return there;
    if (auto made = make_folder(settings.folder / "uploads"); !made)
        return made;
    // No agency has this name.
    const auto path = settings.folder / "uploads" / ".probe";
    const File file{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)};
    auto good = file ? write_at(file, 0, "\n") : Result<void>{fault_of(errno)};
    if (good && ::fdatasync(file.fd()) != 0)
        good = fault_of(errno);
    (void)::unlink(path.c_str());
    return good;
}

Result<void> Folder::make_copies_folder(const Digest& digest) {
    auto& is_durable = is_durable_.at(digest.octets[0]);
    if (is_durable)
        return {};
    auto made = make_folder(copies_of(digest));
    if (made)
        made = sync_folder(settings.folder);
    is_durable = made.has_value();
    return made;
}

Result<std::uint64_t> Folder::free_bytes() const {
    if (settings.free_bytes)
        return settings.free_bytes();
    struct statvfs disk {};
    if (::statvfs(settings.folder.c_str(), &disk) != 0)
        return fault_of(errno);
    return std::uint64_t{disk.f_bavail} * disk.f_frsize;
}

Result<void> Folder::has_room(std::uint64_t bytes) const {
    const auto free = free_bytes();
    if (!free)
        return free.error();
    if (*free < bytes || *free - bytes < settings.disk_reserve_bytes)
        return Fault{Errc::contents_full, "contents", {}};
    return {};
}

std::int64_t Folder::unix_ns() const { return settings.unix_ns ? settings.unix_ns() : unix_ns_now(); }

void Folder::step(std::string_view name) const {
    if (settings.at_step)
        settings.at_step(name);
}

std::optional<FileName> parse_upload_name(std::string_view name) { return parse_name(name, 10); }
std::optional<FileName> parse_copy_name(std::string_view name) { return parse_name(name, 16); }

}  // namespace hub::contents
