#include "hub/attachments.hpp"

#include "hub/telemetry/events.hpp"
#include "hub/wire/attached_parts.hpp"
#include "hub/wire/envelope_codec.hpp"


namespace hub {
namespace {

/// By their order, each that still fits.
std::vector<std::size_t> chosen_of(const std::vector<Part>& parts, std::uint64_t room) {
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (parts[i].is_inline || parts[i].size_bytes > room)
            continue;
        room -= parts[i].size_bytes;
        chosen.push_back(i);
    }
    return chosen;
}

}  // namespace

Bytes Attachments::attach(const AgencyCode& receiver, BytesView frame) {
    const Agency* const agency = directory_->find(receiver);
    if (!agency || agency->attached_bytes_max == 0)
        return {};
    const auto envelope = wire::decode_envelope(frame);
    if (!envelope)
        return {};
    const auto& parts = envelope->header->parts;
    const auto chosen = chosen_of(parts, agency->attached_bytes_max);
    std::uint64_t bytes = frame.size();
    for (const std::size_t i : chosen)
        bytes += wire::attached_part_head(i, parts[i].size_bytes).size() + parts[i].size_bytes;
    if (chosen.empty())
        return {};
    Bytes body;
    body.reserve(bytes);
    body.append(frame);
    for (const std::size_t i : chosen)
        if (const auto added = append(i, parts[i], body); !added) {
            const Fault why = added.error();
            const std::string digest = parts[i].digest.text();
            log(events::part_not_attached,
                {.envelope = envelope->header->id, .agency = &receiver, .why = &why, .place = digest});
        }
    return body.size() > frame.size() ? std::move(body) : Bytes{};
}

/// On a fault the body is as before.
Result<void> Attachments::append(std::size_t index, const Part& part, Bytes& body) {
    const auto content = find_(part.digest);
    if (!content)
        return content.error();
    if (!*content || (*content)->state == ContentState::removed)
        return Fault{Errc::not_found, "contents", {}};
    if ((*content)->state == ContentState::damaged || (*content)->bytes != part.size_bytes)
        return Fault{Errc::part_damaged, "contents", {}};
    const std::size_t before = body.size();
    const auto reader = store_.open(**content);
    Result<void> done = reader ? Result<void>{} : Result<void>{reader.error()};
    if (done) {
        body += wire::attached_part_head(index, part.size_bytes);
        done = append_octets(**reader, part.size_bytes, body);
    }
    if (done)
        return {};
    body.resize(before);
    if (done.error().code == Errc::part_damaged)
        tell_damaged(**content);
    return done;
}

/// In order from the first to the last, so that the reader verifies the digest.
Result<void> Attachments::append_octets(ContentStore::Reader& reader, std::uint64_t bytes, Bytes& body) const {
    constexpr std::size_t block_bytes = 1024 * 1024;
    for (std::uint64_t offset = 0; offset < bytes;) {
        const auto octets = reader.read(offset, block_bytes);
        if (!octets)
            return octets.error();
        if (octets->empty())
            return Fault{Errc::part_damaged, "contents", {}};
        body += *octets;
        offset += octets->size();
    }
    return {};
}

void Attachments::tell_damaged(const ContentRecord& content) {
    using Clock = std::chrono::steady_clock;
    if (Clock::now() < may_tell_at_)
        return;
    may_tell_at_ = Clock::now() + std::chrono::seconds{1};
    damaged_(content.digest, content.copy);
}

}  // namespace hub
