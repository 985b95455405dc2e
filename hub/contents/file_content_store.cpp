#include "hub/contents/file_content_store.hpp"

#include "hub/contents/file_reader.hpp"
#include "hub/contents/file_upload.hpp"

#include "hub/core/start_fault.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <fstream>

namespace hub::contents {
namespace {

namespace fs = std::filesystem;

/// Another process that has it is named by the settings, too.
Fault unusable(int error, const fs::path& path) {
    Fault fault = fault_at_start(error, Errc::contents_full, "contents.folder", path);
    if (error == EWOULDBLOCK)
        fault.code = Errc::setting_invalid;
    return fault;
}

/// Calls `visit` with each name in a folder, until it says false. A folder that is not there is empty.
void each_name(const fs::path& folder, const std::function<bool(const std::string&)>& visit) {
    std::error_code error;
    for (fs::directory_iterator entry{folder, error}, end; !error && entry != end; entry.increment(error))
        if (!visit(entry->path().filename().string()))
            return;
}

/// Calls `visit` with the name of each file beside the copies, until it says false.
void each_copy_name(const Folder& folder, const std::function<bool(const std::string&)>& visit) {
    bool goes_on = true;
    for (unsigned first = 0; first < 256 && goes_on; ++first) {
        Digest digest;
        digest.octets[0] = static_cast<std::uint8_t>(first);
        each_name(folder.copies_of(digest), [&](const std::string& name) { return goes_on = visit(name); });
    }
}

void find_upload(Folder& folder, const AgencyCode& agency, const std::string& name) {
    const auto parsed = parse_upload_name(name);
    if (!parsed)
        return;
    const UploadKey key{agency, parsed->digest};
    const auto path = folder.upload_path(key, parsed->number);
    const auto state = state_of(File{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)});
    if (!state)
        return;
    // More than there can be, or a second one for the digest: not by us.
    if (state->bytes > parsed->number || !folder.book.found(key, {state->bytes, parsed->number}))
        (void)::unlink(path.c_str());
}

}  // namespace

struct FileContentStore::State {
    explicit State(const Settings& settings) : folder{settings} {}
    void know(const std::string& ledger_id) {
        const std::lock_guard guard{folder.presence};
        folder.ledger_id = ledger_id;
    }
    Folder folder;
};

FileContentStore::FileContentStore(std::unique_ptr<State> state) : state_{std::move(state)} {}
FileContentStore::~FileContentStore() = default;

Result<std::unique_ptr<FileContentStore>> FileContentStore::open(const Settings& settings) {
    auto state = std::make_unique<State>(settings);
    Folder& folder = state->folder;
    for (const fs::path& each : {settings.folder, settings.folder / "uploads"})
        if (::mkdir(each.c_str(), 0700) != 0 && errno != EEXIST)
            return unusable(errno, each);
    folder.lock = File{::open(settings.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!folder.lock || ::flock(folder.lock.fd(), LOCK_EX | LOCK_NB) != 0 || ::fsync(folder.lock.fd()) != 0)
        return unusable(errno, settings.folder);
    folder.opened_unix_ns = folder.unix_ns();
    each_name(settings.folder / "uploads", [&](const std::string& name) {
        if (const auto agency = AgencyCode::parse(name))
            each_name(folder.uploads_of(*agency), [&](const std::string& file) {
                find_upload(folder, *agency, file);
                return true;
            });
        return true;
    });
    return std::unique_ptr<FileContentStore>{new FileContentStore{std::move(state)}};
}

Result<void> FileContentStore::belong_to(const std::string& ledger_id, bool ledger_has_contents) {
    const Folder& folder = state_->folder;
    const fs::path file = folder.settings.folder / "ledger";
    // A disk that is mounted late is no mistake: it is there at one of the next starts.
    const auto told_as = [&](Errc code, const char* text) {
        return Fault{code, "contents.folder", folder.settings.folder.string() + ": " + text};
    };
    std::string noted;
    if (std::ifstream stream{file}; stream >> noted) {
        if (noted != ledger_id && ledger_has_contents)
            return told_as(Errc::setting_invalid, "it belongs to another ledger than ledger.folder holds");
        if (noted != ledger_id)
            return told_as(Errc::folder_unusable,
                           "the ledger that it belongs to is not in ledger.folder, and what is there knows no large "
                           "part; is its disk mounted?");
        state_->know(ledger_id);
        return {};
    }
    bool has_copies = false;
    each_copy_name(folder, [&](const std::string& name) {
        has_copies = parse_copy_name(name).has_value();
        return !has_copies;
    });
    if (ledger_has_contents && !has_copies)
        return told_as(Errc::folder_unusable, "the ledger knows large parts, and none is here; is the disk mounted?");
    if (has_copies && !ledger_has_contents)
        return told_as(Errc::folder_unusable,
                       "large parts are here, and the ledger in ledger.folder knows none; is its disk mounted?");
    const fs::path half_written = folder.settings.folder / "ledger.new";
    File made{::open(half_written.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600)};
    const std::string line = ledger_id + "\n";
    const bool is_written = made && ::write(made.fd(), line.data(), line.size()) == static_cast<ssize_t>(line.size())
                            && ::fsync(made.fd()) == 0 && ::rename(half_written.c_str(), file.c_str()) == 0
                            && ::fsync(folder.lock.fd()) == 0;
    if (!is_written)
        return unusable(errno, half_written);
    state_->know(ledger_id);
    return {};
}

Result<void> FileContentStore::probe() { return state_->folder.probe(); }

std::optional<ContentStore::Progress> FileContentStore::progress(const AgencyCode& agency,
                                                                 const Digest& digest) {
    return state_->folder.book.progress({agency, digest});
}

Result<std::unique_ptr<ContentStore::Upload>> FileContentStore::upload(const AgencyCode& agency,
                                                                       const Digest& digest,
                                                                       std::uint64_t offset,
                                                                       std::uint64_t total,
                                                                       const Paid& paid) {
    return FileUpload::begin(state_->folder, {agency, digest}, offset, total, paid);
}

Result<std::unique_ptr<ContentStore::Reader>> FileContentStore::open(const ContentRecord& content) {
    auto reader = FileReader::open(state_->folder, content);
    if (!reader && reader.error().code == Errc::not_found)
        return Fault{Errc::part_damaged, {}, "missing"};
    if (!reader)
        return reader.error();
    return std::unique_ptr<Reader>{std::move(*reader)};
}

void FileContentStore::remove(const Digest& digest, CopyId copy) {
    // Not there: removed before a crash, or the disk is away. Anything else is for the next sweep.
    (void)::unlink(state_->folder.copy_path(digest, copy).c_str());
    state_->folder.step("remove.unlinked");
}

void FileContentStore::set_used(const AgencyCode& agency, std::uint64_t bytes) {
    state_->folder.book.set_used(agency, bytes);
}

void FileContentStore::give_back(const AgencyCode& agency, const Digest& digest, std::uint64_t bytes) {
    state_->folder.book.give_back({agency, digest}, bytes);
}

std::uint64_t FileContentStore::used(const AgencyCode& agency) const {
    return state_->folder.book.used(agency);
}

SweepCounts FileContentStore::sweep(const std::function<bool(const Digest&, CopyId)>& is_known,
                                    std::stop_token stop) {
    Folder& folder = state_->folder;
    SweepCounts counts;
    const auto changed_before = [](const fs::path& path, std::int64_t unix_ns) {
        const auto state = state_of(File{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)});
        return state && state->changed_unix_ns < unix_ns;
    };
    const auto visit_copy = [&](const std::string& name) {
        const auto parsed = parse_copy_name(name);
        if (!parsed || is_known(parsed->digest, CopyId{parsed->number}))
            return !stop.stop_requested();
        const auto path = folder.copy_path(parsed->digest, CopyId{parsed->number});
        if (changed_before(path, folder.opened_unix_ns) && ::unlink(path.c_str()) == 0) {
            ++counts.copies;
            folder.step("sweep.unlinked");
        }
        return !stop.stop_requested();
    };
    each_copy_name(folder, visit_copy);
    const std::int64_t deadline =
        folder.unix_ns() - std::chrono::nanoseconds{folder.settings.upload_hours}.count();
    for (const auto& [key, progress] : folder.book.idle()) {
        const auto path = folder.upload_path(key, progress.total);
        if (stop.stop_requested() || !changed_before(path, deadline) || !folder.book.claim(key))
            continue;
        // Somebody may have been at it in between.
        if (!changed_before(path, deadline)) {
            folder.book.unclaimed(key);
            continue;
        }
        (void)::unlink(path.c_str());
        folder.book.dropped(key);
        ++counts.uploads;
    }
    return counts;
}

Result<ScanOutcome> FileContentStore::scan(const ContentRecord& content, std::stop_token stop,
                                           const std::optional<ScanState>& from,
                                           const std::function<void(const ScanState&)>& note) {
    auto opened = FileReader::open(state_->folder, content);
    if (!opened && opened.error().code == Errc::not_found)
        return ScanOutcome::missing;
    if (!opened && opened.error().code == Errc::part_damaged)
        return ScanOutcome::damaged;
    if (!opened)
        return opened.error();
    FileReader& reader = **opened;
    const std::uint64_t first = from && from->octets < content.bytes ? from->octets : 0;
    if (first > 0)
        reader.go_on(*from);
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    std::mutex mutex;
    std::condition_variable_any waiting;
    const double rate =
        static_cast<double>(std::max<std::uint64_t>(1, state_->folder.settings.scan_bytes_per_second));
    Bytes block(block_bytes, '\0');
    std::uint64_t noted = first;
    for (std::uint64_t at = first; at < content.bytes;) {
        const bool is_stopped = stop.stop_requested();
        const auto state = at >= noted + (is_stopped ? 1 : scan_noted_bytes) ? reader.state() : std::nullopt;
        if (note && state) {
            note(*state);
            noted = at;
        }
        if (is_stopped)
            return ScanOutcome::stopped;
        // From the disk: what somebody has just read is in memory and says nothing about it.
        reader.forget(at, block.size());
        const auto got = reader.read_into(at, block.data(), block.size());
        if (!got && got.error().code != Errc::part_damaged)
            return got.error();
        if (!got)
            return ScanOutcome::damaged;
        at += *got;
        reader.forget(first, at - first);
        if (at >= content.bytes)
            break;
        const std::chrono::duration<double> due{static_cast<double>(at - first) / rate};
        std::unique_lock lock{mutex};
        waiting.wait_until(lock, stop, begin + std::chrono::duration_cast<Clock::duration>(due),
                           [] { return false; });
    }
    return ScanOutcome::whole;
}

}  // namespace hub::contents
