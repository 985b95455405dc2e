#include "adapters/kit/journal.hpp"

#include "adapters/kit/durable_file.hpp"

#include "hub/core/disk_full.hpp"
#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"
#include "hub/core/signature.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

namespace hub::kit {
namespace {

constexpr std::size_t journal_bytes_max = std::size_t{1} << 30;

// A record is one line: checksum, kind, fields by tabs. `r`: received, or what became of it; `a`: acknowledged; `p`:
// receipts through. The word of an item: 1 stored, 0 not stored, 2 held. From the second attempt on its number is the
// last field; a kit that does not know of attempts passes such records over.
Bytes line_of(std::string_view body) { return sha256(body).text().substr(0, 16) + '\t' + std::string{body} + '\n'; }

/// One line of UTF-8 that is not too long for an acknowledgement.
std::string clean(std::string_view text) {
    std::string out{text.substr(0, limits::fault_text_bytes_max)};
    // The cut may have gone through a letter.
    constexpr std::size_t letter_bytes_max = 4;
    for (std::size_t cut = 1; cut < letter_bytes_max && cut <= out.size() && !is_utf8(out); ++cut)
        if (is_utf8(std::string_view{out}.substr(0, out.size() - cut)))
            out.resize(out.size() - cut);
    const bool is_readable = is_utf8(out);
    for (char& c : out) {
        const auto octet = static_cast<unsigned char>(c);
        if (octet < 0x20)
            c = ' ';
        else if (octet >= 0x80 && !is_readable)
            c = '?';
    }
    return out;
}

std::vector<std::string_view> fields_of(std::string_view line) {
    std::vector<std::string_view> fields;
    for (;;) {
        const auto tab = line.find('\t');
        fields.push_back(line.substr(0, tab));
        if (tab == std::string_view::npos)
            return fields;
        line.remove_prefix(tab + 1);
    }
}

std::uint64_t number_of(std::string_view text) noexcept {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::uint32_t attempt_of(std::string_view text) noexcept {
    return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(number_of(text), 1, UINT32_MAX));
}

std::string_view word_of(const Acknowledgement::Item& item) noexcept {
    if (item.is_held)
        return "2";
    return item.is_stored ? "1" : "0";
}

Bytes received_record(const Acknowledgement::Item& item, Instant at) {
    return line_of("r\t" + item.sender.text() + '\t' + item.envelope.text() + '\t'
                   + std::to_string(at.time_since_epoch().count()) + '\t' + std::string{word_of(item)} + '\t'
                   + clean(item.code) + '\t' + clean(item.detail)
                   + (item.attempt > 1 ? '\t' + std::to_string(item.attempt) : std::string{}));
}

Bytes acknowledged_record(const Acknowledgement::Item& item) {
    const bool has_more = item.is_held || item.attempt > 1;
    return line_of("a\t" + item.sender.text() + '\t' + item.envelope.text()
                   + (has_more ? '\t' + std::string{word_of(item)} : std::string{})
                   + (item.attempt > 1 ? '\t' + std::to_string(item.attempt) : std::string{}));
}

/// A file of its own: rewrite() puts a new journal in the old one's place, and a lock on the old one would keep
/// nobody from the new one.
Result<int> lock(const std::filesystem::path& folder) {
    const auto file = folder / "journal.lock";
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && ::flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    const Fault fault = errno == EWOULDBLOCK
                            ? Fault{Errc::setting_invalid, file.string(), "in use by another adapter"}
                            : file_fault_at_start(errno, file);
    if (fd >= 0)
        (void)::close(fd);
    return fault;
}

Bytes receipts_record(EntrySeq through) { return line_of("p\t" + std::to_string(number(through))); }

}  // namespace

Journal::~Journal() {
    for (const int fd : {fd_, lock_fd_})
        if (fd >= 0)
            (void)::close(fd);
}

Result<std::unique_ptr<Journal>> Journal::open(const std::filesystem::path& folder, Instant now,
                                               std::chrono::hours kept, std::size_t grown_bytes) {
    const auto locked = lock(folder);
    if (!locked)
        return locked.error();
    auto settled = KnownIds::open(folder / "known", now - kept);
    if (!settled) {
        (void)::close(*locked);
        return settled.error();
    }
    std::unique_ptr<Journal> journal{new Journal{folder / "journal", std::move(*settled), grown_bytes}};
    journal->lock_fd_ = *locked;
    auto octets = read_whole(journal->file_, journal_bytes_max);
    if (!octets && octets.error().code != Errc::not_found)
        return octets.error();
    if (octets)
        journal->read(*octets);
    journal->forget_before(now - kept);
    if (auto rewritten = journal->rewrite(); !rewritten)
        return rewritten.error();
    return journal;
}

void Journal::read(BytesView octets) {
    while (!octets.empty()) {
        const auto end = octets.find('\n');
        if (end == BytesView::npos)
            return;
        const BytesView line = octets.substr(0, end);
        octets.remove_prefix(end + 1);
        const auto tab = line.find('\t');
        // A record that does not fit its checksum is damaged. Those behind it are judged by their own: given up,
        // they would come again.
        if (tab != BytesView::npos && sha256(line.substr(tab + 1)).text().substr(0, 16) == line.substr(0, tab))
            take(line.substr(tab + 1));
    }
}

void Journal::take(BytesView record) {
    const auto fields = fields_of(record);
    if (fields[0] == "p" && fields.size() == 2) {
        receipts_through_ = std::max(receipts_through_, EntrySeq{number_of(fields[1])});
        return;
    }
    if (fields.size() < 3)
        return;
    auto sender = AgencyCode::parse(fields[1]);
    const auto id = EnvelopeId::parse(fields[2]);
    if (!sender || !id)
        return;
    const Key key{sender->text(), *id};
    if (fields[0] == "a") {
        note_acknowledged(key, fields.size() > 3 && fields[3] == "2", fields.size() > 4 ? attempt_of(fields[4]) : 1);
    } else if (fields[0] == "r" && (fields.size() == 7 || fields.size() == 8)) {
        const Instant at{std::chrono::milliseconds{static_cast<std::int64_t>(number_of(fields[3]))}};
        note_waiting(key, at,
                     {std::move(*sender), *id, fields[4] != "0", std::string{fields[5]}, std::string{fields[6]},
                      fields[4] == "2", fields.size() > 7 ? attempt_of(fields[7]) : 1});
    }
}

void Journal::note_waiting(const Key& key, Instant at, Acknowledgement::Item item) {
    if (const auto before = known_.find(key); before != known_.end()) {
        const Known& known = before->second;
        waiting_.erase({known.at, key});
        failed_kept_ -= known.is_acknowledged && !known.item.is_held && !known.item.is_stored ? 1U : 0U;
    }
    known_.insert_or_assign(key, Known{at, false, std::move(item)});
    waiting_.emplace(at, key);
}

/// The hub's answer about a held one, or about an attempt, can come when more is known of it already.
void Journal::note_acknowledged(const Key& key, bool is_held, std::uint32_t attempt) {
    const auto it = known_.find(key);
    if (it == known_.end() || it->second.item.is_held != is_held || it->second.item.attempt != attempt)
        return;
    waiting_.erase({it->second.at, key});
    const bool was_acknowledged = std::exchange(it->second.is_acknowledged, true);
    const Acknowledgement::Item& item = it->second.item;
    if (is_held || (!item.is_stored && failed_kept_ < failed_kept_max)) {
        failed_kept_ += !is_held && !was_acknowledged ? 1U : 0U;
        return;
    }
    settled_.add(item.sender, item.envelope, it->second.at, item.is_stored);
    known_.erase(it);
}

void Journal::forget_before(Instant oldest) {
    failed_kept_ -= std::erase_if(known_, [&](const auto& entry) {
        const Known& known = entry.second;
        return known.is_acknowledged && !known.item.is_held && known.at < oldest;
    });
}

/// First what is settled, then this one without it: after an end in between both have it.
Result<void> Journal::rewrite() {
    if (auto saved = settled_.save(); !saved)
        return saved;
    Bytes octets = receipts_record(receipts_through_);
    for (const auto& [key, known] : known_) {
        octets += received_record(known.item, known.at);
        if (known.is_acknowledged)
            octets += acknowledged_record(known.item);
    }
    if (auto written = write_durably(file_, octets); !written)
        return written;
    bytes_ = bytes_at_first_ = octets.size();
    if (fd_ >= 0)
        (void)::close(fd_);
    fd_ = ::open(file_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd_ < 0)
        return file_fault_at_start(errno, file_);
    return {};
}

Result<void> Journal::append(const std::vector<Bytes>& records) {
    // It has grown, or could not be opened again: with room in between for the next try.
    if (fd_ < 0 || bytes_ >= bytes_at_first_ + grown_bytes_)
        if (auto rewritten = rewrite(); !rewritten) {
            if (fd_ < 0)
                return rewritten;
            bytes_at_first_ = bytes_;
        }
    Bytes octets;
    for (const Bytes& record : records)
        octets += record;
    const off_t end = ::lseek(fd_, 0, SEEK_END);
    const auto written = ::write(fd_, octets.data(), octets.size());
    if (written == static_cast<ssize_t>(octets.size()) && ::fdatasync(fd_) == 0) {
        bytes_ += octets.size();
        return {};
    }
    // A disk that becomes full takes what fits and gives no error.
    const int error = written >= 0 && written < static_cast<ssize_t>(octets.size()) ? ENOSPC : errno;
    // Half a record would hide those that are written behind it.
    (void)::ftruncate(fd_, end);
    const bool is_full = is_disk_full(error);
    return Fault{is_full ? Errc::ledger_full : Errc::internal, file_.string(), std::strerror(error)};
}

bool Journal::has(const AgencyCode& sender, const EnvelopeId& id) const {
    return known_.contains({sender.text(), id}) || settled_.find(sender, id);
}

bool Journal::has(const EnvelopeId& id) const {
    return settled_.has(id)
           || std::ranges::any_of(known_, [&](const auto& entry) { return entry.first.second == id; });
}

bool Journal::is_held(const AgencyCode& sender, const EnvelopeId& id) const {
    const auto it = known_.find({sender.text(), id});
    return it != known_.end() && it->second.item.is_held;
}

bool Journal::is_due(const AgencyCode& sender, const EnvelopeId& id, std::uint32_t attempt) const {
    const auto it = known_.find({sender.text(), id});
    if (it == known_.end()) {
        // By which attempt is not kept for ever: another one may bring it twice, and finds it not stored both times.
        const auto word = settled_.find(sender, id);
        return !word || (!word->is_stored && attempt > 1);
    }
    const Acknowledgement::Item& item = it->second.item;
    return (item.is_held || !item.is_stored) && item.attempt < attempt;
}

Result<void> Journal::add(const Acknowledgement::Item& given, Instant now) {
    Acknowledgement::Item item = given;
    item.attempt = std::max(item.attempt, 1u);
    if (auto appended = append({received_record(item, now)}); !appended)
        return appended;
    // As it will be read again: one item that the hub cannot read would hold up all acknowledgements.
    note_waiting({item.sender.text(), item.envelope}, now,
                 {item.sender, item.envelope, item.is_stored, clean(item.code), clean(item.detail), item.is_held,
                  item.attempt});
    return {};
}

Result<void> Journal::settle(const Acknowledgement::Item& item, Instant now) {
    const auto it = known_.find({item.sender.text(), item.envelope});
    if (it == known_.end() && settled_.find(item.sender, item.envelope))
        return {};
    if (it == known_.end())
        return Fault{Errc::not_found, "envelope", item.envelope.text()};
    if (!it->second.item.is_held)
        return {};
    Acknowledgement::Item settled = item;
    settled.attempt = it->second.item.attempt;
    return add(settled, now);
}

void Journal::acknowledge_again(const AgencyCode& sender, const EnvelopeId& id) {
    const Key key{sender.text(), id};
    if (const auto it = known_.find(key); it != known_.end())
        waiting_.emplace(it->second.at, key);
    else if (const auto word = settled_.find(sender, id))
        note_waiting(key, word->at, {sender, id, word->is_stored, word->is_stored ? "" : "not_stored", {}});
}

std::vector<Acknowledgement::Item> Journal::unacknowledged(std::size_t count) const {
    std::vector<Acknowledgement::Item> items;
    for (const auto& [at, key] : waiting_) {
        if (items.size() == count)
            break;
        items.push_back(known_.at(key).item);
    }
    return items;
}

Result<void> Journal::acknowledged(const std::vector<Acknowledgement::Item>& items) {
    std::vector<Bytes> records;
    for (const Acknowledgement::Item& item : items)
        records.push_back(acknowledged_record(item));
    if (auto appended = append(records); !appended)
        return appended;
    for (const Acknowledgement::Item& item : items)
        note_acknowledged({item.sender.text(), item.envelope}, item.is_held, std::max(item.attempt, 1u));
    return {};
}

Result<void> Journal::note_receipts(EntrySeq through) {
    if (through <= receipts_through_)
        return {};
    if (auto appended = append({receipts_record(through)}); !appended)
        return appended;
    receipts_through_ = through;
    return {};
}

}  // namespace hub::kit
