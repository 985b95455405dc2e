#include "adapters/kit/known_ids.hpp"

#include "adapters/kit/durable_file.hpp"

#include "hub/core/signature.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace hub::kit {
namespace {

constexpr std::size_t number_bytes = 4, check_bytes = 8;
constexpr std::size_t record_bytes = EnvelopeId::size + 2 * number_bytes + check_bytes;
constexpr std::uint32_t not_stored = 1U << 31;

void put(std::uint64_t value, std::size_t bytes, Bytes& out) {
    for (std::size_t i = 0; i < bytes; ++i)
        out += static_cast<char>(value >> (8 * i) & 0xFF);
}

std::uint64_t got(BytesView octets) {
    std::uint64_t value = 0;
    for (std::size_t i = octets.size(); i-- > 0;)
        value = value << 8 | static_cast<std::uint8_t>(octets[i]);
    return value;
}

/// FNV-1a: finds what a disk damages, five million times a second.
std::uint64_t check_of(BytesView octets) noexcept {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : octets)
        hash = (hash ^ static_cast<std::uint8_t>(c)) * 1099511628211ULL;
    return hash;
}

std::uint32_t minute_of(Instant at) {
    return static_cast<std::uint32_t>(std::chrono::floor<std::chrono::minutes>(at).time_since_epoch().count())
           & ~not_stored;
}

}  // namespace

KnownIds::KnownIds(KnownIds&& other) noexcept
    : file_{std::move(other.file_)}, fd_{std::exchange(other.fd_, -1)}, sorted_{std::move(other.sorted_)},
      recent_{std::move(other.recent_)}, unsaved_{std::move(other.unsaved_)} {}

KnownIds::~KnownIds() {
    if (fd_ >= 0)
        (void)::close(fd_);
}

KnownIds::Slot KnownIds::slot_of(const AgencyCode& sender, const EnvelopeId& id) {
    Slot slot;
    std::memcpy(slot.id.data(), id.bytes().data(), slot.id.size());
    slot.sender = static_cast<std::uint32_t>(got(sha256(sender.text()).bytes().substr(0, number_bytes)));
    return slot;
}

Bytes KnownIds::record_of(const Slot& slot) {
    Bytes record{reinterpret_cast<const char*>(slot.id.data()), slot.id.size()};
    put(slot.sender, number_bytes, record);
    put(slot.minute, number_bytes, record);
    put(check_of(record), check_bytes, record);
    return record;
}

std::optional<KnownIds::Slot> KnownIds::slot_in(BytesView record) {
    const BytesView checked = record.substr(0, record_bytes - check_bytes);
    if (got(record.substr(checked.size())) != check_of(checked))
        return std::nullopt;
    Slot slot;
    std::memcpy(slot.id.data(), checked.data(), slot.id.size());
    slot.sender = static_cast<std::uint32_t>(got(checked.substr(EnvelopeId::size, number_bytes)));
    slot.minute = static_cast<std::uint32_t>(got(checked.substr(EnvelopeId::size + number_bytes)));
    return slot;
}

Result<KnownIds> KnownIds::open(std::filesystem::path file, Instant oldest) {
    KnownIds known{std::move(file)};
    known.fd_ = ::open(known.file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (known.fd_ < 0)
        return file_fault_at_start(errno, known.file_);
    const auto whole = known.read(oldest);
    if (!whole)
        return whole.error();
    std::ranges::sort(known.sorted_);
    const auto [first, last] = std::ranges::unique(known.sorted_);
    known.sorted_.erase(first, last);
    // Mostly what is dropped or repeated: written anew, whole or not at all.
    if (*whole / record_bytes > 2 * known.sorted_.size()) {
        Bytes octets;
        octets.reserve(known.sorted_.size() * record_bytes);
        for (const Slot& slot : known.sorted_)
            octets += record_of(slot);
        if (auto written = write_durably(known.file_, octets); !written)
            return written.error();
        (void)::close(known.fd_);
        known.fd_ = ::open(known.file_.c_str(), O_RDWR | O_CLOEXEC);
        if (known.fd_ < 0)
            return file_fault_at_start(errno, known.file_);
    } else if (::ftruncate(known.fd_, static_cast<off_t>(*whole)) != 0) {
        return file_fault(errno, known.file_);
    }
    if (auto synced = sync_folder(known.file_.parent_path()); !synced)
        return synced.error();
    return known;
}

Result<std::uint64_t> KnownIds::read(Instant oldest) {
    constexpr std::size_t block_bytes = record_bytes * 32'768;
    const std::uint32_t oldest_minute = oldest <= Instant{} ? 0 : minute_of(oldest);
    Bytes block(block_bytes, '\0');
    std::uint64_t whole = 0;
    std::size_t kept = 0;
    for (;;) {
        const auto came = ::read(fd_, block.data() + kept, block.size() - kept);
        if (came < 0 && errno == EINTR)
            continue;
        if (came < 0)
            return file_fault(errno, file_);
        if (came == 0)
            return whole;
        const BytesView octets{block.data(), kept + static_cast<std::size_t>(came)};
        std::size_t at = 0;
        for (; at + record_bytes <= octets.size(); at += record_bytes)
            if (const auto slot = slot_in(octets.substr(at, record_bytes));
                slot && (slot->minute & ~not_stored) >= oldest_minute)
                sorted_.push_back(*slot);
        whole += at;
        kept = octets.size() - at;
        std::memmove(block.data(), block.data() + at, kept);
    }
}

void KnownIds::add(const AgencyCode& sender, const EnvelopeId& id, Instant at, bool is_stored) {
    if (const auto word = find(sender, id); word && (word->is_stored || !is_stored))
        return;
    Slot slot = slot_of(sender, id);
    slot.minute = minute_of(at) | (is_stored ? 0 : not_stored);
    recent_.insert(slot);
    unsaved_.push_back(slot);
    if (recent_.size() >= recent_max)
        sort_in();
}

void KnownIds::sort_in() {
    const auto before = static_cast<std::ptrdiff_t>(sorted_.size());
    sorted_.insert(sorted_.end(), recent_.begin(), recent_.end());
    std::inplace_merge(sorted_.begin(), sorted_.begin() + before, sorted_.end());
    recent_.clear();
}

Result<void> KnownIds::save() {
    if (unsaved_.empty())
        return {};
    Bytes octets;
    octets.reserve(unsaved_.size() * record_bytes);
    for (const Slot& slot : unsaved_)
        octets += record_of(slot);
    const off_t end = ::lseek(fd_, 0, SEEK_END);
    for (BytesView rest = octets; !rest.empty();) {
        const auto written = ::write(fd_, rest.data(), rest.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            const int error = errno;
            // Half a record would put those behind it out of step.
            (void)::ftruncate(fd_, end);
            return file_fault(error, file_);
        }
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fdatasync(fd_) != 0)
        return file_fault(errno, file_);
    unsaved_.clear();
    return {};
}

std::optional<KnownIds::Word> KnownIds::find(const AgencyCode& sender, const EnvelopeId& id) const {
    const Slot wanted = slot_of(sender, id);
    std::optional<Word> word;
    const auto take = [&](const auto& slots, const auto& found) {
        if (found != slots.end() && found->is_of(wanted) && (!word || found->is_stored()))
            word = Word{Instant{std::chrono::minutes{found->minute & ~not_stored}}, found->is_stored()};
    };
    take(sorted_, std::ranges::lower_bound(sorted_, wanted));
    take(recent_, recent_.lower_bound(wanted));
    return word;
}

bool KnownIds::has(const EnvelopeId& id) const {
    Slot first;
    std::memcpy(first.id.data(), id.bytes().data(), first.id.size());
    const auto recent = recent_.lower_bound(first);
    const auto sorted = std::ranges::lower_bound(sorted_, first);
    return (recent != recent_.end() && recent->id == first.id)
           || (sorted != sorted_.end() && sorted->id == first.id);
}

}  // namespace hub::kit
