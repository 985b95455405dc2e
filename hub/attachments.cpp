#include "hub/attachments.hpp"

#include "hub/telemetry/events.hpp"
#include "hub/wire/attached_parts.hpp"
#include "hub/wire/envelope_codec.hpp"

namespace hub {
namespace {

constexpr std::size_t told_max = 10'000;

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
    const auto directory = directory_.get();
    const Agency* const agency = directory->find(receiver);
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
    const auto content = look_up(part);
    if (!content)
        return content.error();
    auto done = append_copy(index, *content, body);
    if (done || done.error().code != Errc::part_damaged)
        return done;
    // It may have got another copy between the two questions.
    const auto again = look_up(part);
    if (again && again->copy != content->copy)
        return append_copy(index, *again, body);
    if (told_.size() >= told_max)
        told_.clear();
    if (told_.insert(content->copy).second)
        damaged_(content->digest, content->copy);
    return done;
}

Result<ContentRecord> Attachments::look_up(const Part& part) const {
    const auto content = find_(part.digest);
    if (!content)
        return content.error();
    if (!*content || (*content)->state == ContentState::removed)
        return Fault{Errc::not_found, "contents", {}};
    if ((*content)->state == ContentState::damaged || (*content)->bytes != part.size_bytes)
        return Fault{Errc::part_damaged, "contents", {}};
    return **content;
}

Result<void> Attachments::append_copy(std::size_t index, const ContentRecord& content, Bytes& body) const {
    const std::size_t before = body.size();
    const auto reader = store_.open(content);
    if (!reader)
        return reader.error();
    body += wire::attached_part_head(index, content.bytes);
    auto done = append_octets(**reader, content.bytes, body);
    if (!done)
        body.resize(before);
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

}  // namespace hub
