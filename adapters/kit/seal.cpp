#include "adapters/kit/seal.hpp"

#include "hub/core/limits.hpp"

#include <sys/random.h>

#include <array>

namespace hub::kit {
namespace {

/// W3C: a trace of its own, sampled.
std::string traceparent_of(const EnvelopeId& id) {
    const std::string hex = sha256(id.bytes()).text();
    return "00-" + hex.substr(0, 32) + "-" + hex.substr(32, 16) + "-01";
}

/// The time that a UUIDv7 begins with.
Instant time_of(const EnvelopeId& id) {
    std::int64_t ms = 0;
    for (const char octet : id.bytes().substr(0, 6))
        ms = ms << 8 | static_cast<unsigned char>(octet);
    return Instant{std::chrono::milliseconds{ms}};
}

}  // namespace

Result<EnvelopeId> new_envelope_id() {
    std::array<std::uint8_t, 10> octets{};
    if (::getrandom(octets.data(), octets.size(), 0) != static_cast<ssize_t>(octets.size()))
        return Fault{Errc::internal, "getrandom", {}};
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    return EnvelopeId::make(static_cast<std::uint64_t>(now.time_since_epoch().count()), octets);
}

Result<Sealed> seal(const Outgoing& outgoing, std::chrono::hours expires_after, const Signer& signer) {
    std::optional<EnvelopeId> id = outgoing.id;
    if (!id) {
        auto made = new_envelope_id();
        if (!made)
            return made.error();
        id = *made;
    }
    // All that the header says follows from the id and the content: sealed again, it is the same header.
    const Instant created_at = time_of(*id);
    EnvelopeHeader header{.id = *id,
                          .kind = outgoing.kind,
                          .sender = outgoing.sender,
                          .receivers = outgoing.receivers,
                          .created_at = created_at,
                          .expires_at = created_at + expires_after,
                          .urgency = outgoing.urgency,
                          .document = outgoing.document,
                          .business = outgoing.business,
                          .business_refers_to = outgoing.business_refers_to,
                          .business_reason = outgoing.business_reason,
                          .status = outgoing.status,
                          .parts = {},
                          .traceparent = outgoing.traceparent.empty() ? traceparent_of(*id) : outgoing.traceparent,
                          .refusal = outgoing.refusal,
                          .secrecy = outgoing.secrecy};
    std::vector<BytesView> parts;
    for (const Content& content : outgoing.contents) {
        header.parts.push_back({std::to_string(header.parts.size() + 1), content.name, content.media_type,
                                content.bytes.size(), sha256(content.bytes), true});
        parts.push_back(content.bytes);
    }
    if (auto checked = check(header); !checked)
        return checked.error();
    const Bytes header_bytes = wire::encode_header(header);
    const auto signature = signer.sign(header_bytes);
    if (!signature)
        return Fault{Errc::internal, "signature", signature.error().peer_text};
    Bytes frame = wire::encode_envelope(header_bytes, {&*signature, 1}, parts);
    if (frame.size() > limits::envelope_bytes_max)
        return Fault{Errc::envelope_too_large, "envelope", std::to_string(frame.size())};
    return Sealed{*id, std::move(frame)};
}

}  // namespace hub::kit
