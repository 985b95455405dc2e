#include "adapters/kit/arrivals.hpp"

#include "adapters/kit/durable_file.hpp"

#include "hub/core/limits.hpp"
#include "hub/core/signature.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <system_error>

namespace hub::kit {
namespace {

constexpr std::string_view urgent_suffix = "~urgent";
/// Beside an envelope's file: for whom it is, in the hub's words.
constexpr std::string_view receivers_suffix = "~receivers";
constexpr std::size_t receivers_bytes_max = 128 * 1024;

std::filesystem::path receivers_file(const std::filesystem::path& file) {
    return file.string() + std::string{receivers_suffix};
}

std::string name_of_key(const Arrivals::Key& key) { return key.id.text() + "~" + key.sender.text(); }

/// "<id>~<sender>", from the second attempt on "~<attempt>", and for urgent ones their suffix.
std::string file_name(const Arrivals::Key& key, bool is_urgent, std::uint32_t attempt) {
    return name_of_key(key) + (attempt > 1 ? "~" + std::to_string(attempt) : std::string{})
           + (is_urgent ? std::string{urgent_suffix} : std::string{});
}

std::uint32_t attempt_in(std::string_view name, const Arrivals::Key& key) {
    std::uint32_t attempt = 1;
    name.remove_prefix(std::min(name.size(), name_of_key(key).size() + 1));
    std::from_chars(name.data(), name.data() + name.size(), attempt);
    return attempt;
}

/// Of a file in the spool, "<id>~<sender>.<index>" and what may stand around it.
bool is_of_spool(std::string_view name) {
    constexpr std::size_t id_characters = 36;
    name.remove_prefix(name.starts_with('.') ? 1 : 0);
    return name.size() > id_characters + 1 && name[id_characters] == '~'
           && EnvelopeId::parse(name.substr(0, id_characters)).has_value();
}

}  // namespace

Result<std::unique_ptr<Arrivals>> Arrivals::open(const std::filesystem::path& folder,
                                                 const std::filesystem::path& spool, Transfers& transfers,
                                                 const IsKnown& is_known) {
    for (const auto& each : {folder, spool}) {
        std::error_code error;
        std::filesystem::create_directories(each, error);
        if (error)
            return file_fault_at_start(error.value(), each);
    }
    std::unique_ptr<Arrivals> arrivals{new Arrivals{folder, spool, transfers}};
    if (auto recovered = arrivals->recover(is_known); !recovered)
        return recovered.error();
    arrivals->clear_spool();
    return arrivals;
}

Result<void> Arrivals::recover(const IsKnown& is_known) {
    std::error_code error;
    std::vector<std::filesystem::path> files, words;
    for (const auto& entry : std::filesystem::directory_iterator{folder_, error})
        (entry.path().string().ends_with(receivers_suffix) ? words : files).push_back(entry.path());
    if (error)
        return file_fault_at_start(error.value(), folder_);
    for (const auto& file : words)
        if (const auto envelope = file.string(); !std::filesystem::exists(
                envelope.substr(0, envelope.size() - receivers_suffix.size()), error))
            std::filesystem::remove(file, error);
    for (const auto& file : files)
        if (auto recovered = recover_file(file, is_known); !recovered)
            return recovered;
    return {};
}

Result<void> Arrivals::recover_file(const std::filesystem::path& file, const IsKnown& is_known) {
    const auto frame = read_whole(file, limits::envelope_bytes_max);
    if (!frame)
        return frame.error();
    const auto envelope = wire::decode_envelope(*frame);
    const std::string name = file.filename().string();
    const std::uint32_t attempt = envelope ? attempt_in(name, {envelope->header->id, envelope->header->sender}) : 1;
    // Half of a file that a power cut left, or damaged: the hub was told of neither, and sends it again.
    if (!envelope || !wire::check_digests(*envelope)
        || is_known(envelope->header->sender, envelope->header->id, attempt)) {
        std::error_code ignored;
        std::filesystem::remove(file, ignored);
        std::filesystem::remove(receivers_file(file), ignored);
        return {};
    }
    wait_for(file, envelope->header, name.ends_with(urgent_suffix), attempt);
    return {};
}

/// Parts that no envelope here waits for.
void Arrivals::clear_spool() const {
    std::error_code error;
    std::set<std::string> needed;
    for (const auto& [key, waiting] : waiting_)
        needed.insert(name_of_key(key));
    std::vector<std::filesystem::path> unneeded;
    for (const auto& entry : std::filesystem::directory_iterator{spool_, error}) {
        const std::string name = entry.path().filename().string();
        const auto owner = std::ranges::find_if(needed, [&](const std::string& each) {
            return name.starts_with(each + ".");
        });
        if (is_of_spool(name) && owner == needed.end())
            unneeded.push_back(entry.path());
    }
    for (const auto& file : unneeded)
        std::filesystem::remove(file, error);
}

std::vector<wire::AddressedReceiver> receivers_of(std::string_view text, const EnvelopeHeader& header) {
    auto found = wire::decode_named_receivers(text, header);
    return found ? std::move(*found) : std::vector<wire::AddressedReceiver>{};
}

Result<void> Arrivals::add(const std::shared_ptr<const EnvelopeHeader>& header, BytesView frame,
                           std::string_view receivers, bool is_urgent, std::uint32_t attempt) {
    const auto file = folder_ / file_name({header->id, header->sender}, is_urgent, attempt);
    // First: the envelope is promised with its own file.
    if (!receivers.empty())
        if (auto written = write_durably(receivers_file(file), receivers); !written)
            return written;
    if (auto written = write_durably(file, frame); !written)
        return written;
    wait_for(file, header, is_urgent, attempt);
    return {};
}

void Arrivals::wait_for(const std::filesystem::path& file, std::shared_ptr<const EnvelopeHeader> header,
                        bool is_urgent, std::uint32_t attempt) {
    const Key key{header->id, header->sender};
    Waiting waiting{file, std::move(header), is_urgent, attempt, {}, {}};
    fetch(key, waiting_.insert_or_assign(key, std::move(waiting)).first->second);
}

void Arrivals::fetch(const Key& key, Waiting& waiting) {
    const auto& parts = waiting.header->parts;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (parts[i].is_inline || has_part(key, i, parts[i]))
            continue;
        const Urgency urgency = waiting.is_urgent ? std::max(waiting.header->urgency, Urgency::urgent)
                                                  : waiting.header->urgency;
        const TransferId id = transfers_.order(
            {false, parts[i].name, {parts[i].digest, parts[i].size_bytes}, part_file(key, i), urgency});
        waiting.under_way.push_back(id);
        by_transfer_.emplace(id, key);
    }
}

Result<void> Arrivals::keep(const EnvelopeHeader& header, std::span<const wire::AttachedPart> attached) const {
    for (const wire::AttachedPart& each : attached) {
        if (each.index >= header.parts.size())
            continue;
        const Part& part = header.parts[each.index];
        if (part.is_inline || part.size_bytes != each.octets.size() || sha256(each.octets) != part.digest)
            continue;
        if (auto written = write_durably(part_file({header.id, header.sender}, each.index), each.octets); !written)
            return written;
    }
    return {};
}

/// Only what may have come with an envelope: a larger one is looked at by the transfer that fetches it.
bool Arrivals::has_part(const Key& key, std::size_t index, const Part& part) const {
    const auto file = part_file(key, index);
    std::error_code error;
    if (part.size_bytes > limits::attached_bytes_max || std::filesystem::file_size(file, error) != part.size_bytes)
        return false;
    const auto octets = read_whole(file, limits::attached_bytes_max);
    return octets && sha256(*octets) == part.digest;
}

bool Arrivals::has_all_parts(const EnvelopeHeader& header) const {
    for (std::size_t i = 0; i < header.parts.size(); ++i)
        if (!header.parts[i].is_inline && !has_part({header.id, header.sender}, i, header.parts[i]))
            return false;
    return true;
}

bool Arrivals::has_room(std::uint64_t bytes) const {
    std::error_code error;
    const auto space = std::filesystem::space(spool_, error);
    return !error && space.available > bytes;
}

std::filesystem::path Arrivals::part_file(const Key& key, std::size_t index) const {
    return spool_ / (name_of_key(key) + "." + std::to_string(index));
}

bool Arrivals::take(const Transfers::Finished& finished) {
    const auto found = by_transfer_.find(finished.id);
    if (found == by_transfer_.end())
        return false;
    std::erase(waiting_.at(found->second).under_way, finished.id);
    by_transfer_.erase(found);
    return true;
}

bool Arrivals::is_given_up(const Waiting& waiting, Instant now, Clock::time_point at) const {
    return waiting.header->expires_at <= now && std::ranges::any_of(waiting.under_way, [&](TransferId id) {
        const auto failing = transfers_.failing(id);
        return failing && at - failing->since >= given_up_after;
    });
}

std::optional<Arrivals::Key> Arrivals::next(Instant now, Clock::time_point at) const {
    const Key* best = nullptr;
    bool is_best_urgent = false;
    for (const auto& [key, waiting] : waiting_) {
        const bool is_due = waiting.under_way.empty() || is_given_up(waiting, now, at);
        if (!is_due || (best && !(waiting.is_urgent && !is_best_urgent)))
            continue;
        best = &key;
        is_best_urgent = waiting.is_urgent;
    }
    return best ? std::optional{*best} : std::nullopt;
}

Result<Received> Arrivals::read(const Key& key) {
    Waiting& waiting = waiting_.at(key);
    for (const TransferId id : waiting.under_way)
        if (const auto failing = transfers_.failing(id))
            return Fault{Errc::envelope_expired, "parts", "not fetched: " + std::string{name_of(failing->why.code)} + " "
                                                              + failing->why.field + " " + failing->why.peer_text};
    // It came in this moment.
    if (!waiting.under_way.empty())
        return Fault{Errc::part_damaged, waiting.file.string(), {}};
    auto frame = read_whole(waiting.file, limits::envelope_bytes_max);
    if (!frame)
        return frame.error();
    const auto envelope = wire::decode_envelope(*frame);
    if (!envelope || !wire::check_digests(*envelope)) {
        // The hub was never told that it is here, and sends it again.
        const Fault damaged{Errc::part_damaged, waiting.file.string(), {}};
        (void)remove(key);
        return damaged;
    }
    const auto named = read_whole(receivers_file(waiting.file), receivers_bytes_max);
    if (!named && named.error().code != Errc::not_found)
        return named.error();
    Received received{waiting.header, {}, {}, waiting.is_urgent, waiting.attempt,
                      receivers_of(named ? *named : Bytes{}, *waiting.header)};
    const auto& parts = waiting.header->parts;
    std::size_t next_inline = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        Content content{parts[i].name, parts[i].media_type, {}, {}};
        if (parts[i].is_inline)
            content.bytes = envelope->inline_parts.at(next_inline++);
        else
            content.file = part_file(key, i);
        std::error_code error;
        if (!content.file.empty() && std::filesystem::file_size(content.file, error) != parts[i].size_bytes) {
            fetch(key, waiting);
            return Fault{Errc::part_damaged, content.file.string(), error.message()};
        }
        received.contents.push_back(std::move(content));
    }
    received.frame = std::move(*frame);
    return received;
}

Result<void> Arrivals::remove(const Key& key) {
    const auto found = waiting_.find(key);
    if (found == waiting_.end())
        return {};
    std::error_code error;
    std::filesystem::remove(found->second.file, error);
    if (error)
        return Fault{Errc::internal, found->second.file.string(), error.message()};
    std::filesystem::remove(receivers_file(found->second.file), error);
    for (const TransferId transfer : found->second.under_way) {
        transfers_.drop(transfer);
        by_transfer_.erase(transfer);
    }
    for (std::size_t i = 0; i < found->second.header->parts.size(); ++i) {
        auto file = part_file(key, i);
        std::filesystem::remove(file, error);
        std::filesystem::remove(file += ".partial", error);
    }
    waiting_.erase(found);
    return sync_folder(folder_);
}

}  // namespace hub::kit
